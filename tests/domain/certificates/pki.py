"""A root and two CAs that the operator has accepted, others that it has not, and members' certificates."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.certificates.actions import decide_certificate, register_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import Authority, MemberCertificate
from securenet.domain.certificates.trust import accept_authority, replace_list
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import system
from securenet.foundation.testca.hierarchy import CaSpec, Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key
from securenet.foundation.testca.profiles import Person, Profile, Server
from securenet.foundation.testca.revocation import hold, publish_crl, revoke
from securenet.foundation.x509 import Certificate, read_authority, read_crl
from tests.cast import ALPHA, AT, DAY, NAMES, as_actor, note_papers
from tests.tools.story import story

SPECS = (
    CaSpec("root", "Tests Root CA", "p-256"),
    CaSpec("ca", "Tests CA", "p-256", "root"),
    CaSpec("ca-g2", "Tests CA G2", "rsa-2048", "root"),
    CaSpec("strange-root", "Strange Root CA", "p-256"),
    CaSpec("strange-ca", "Strange CA", "p-256", "strange-root"),
    CaSpec("practice-root", "Practice Root CA", "p-256"),
    CaSpec("practice-ca", "Practice CA", "p-256", "practice-root"),
)
ACCEPTED = ("root", "ca", "ca-g2")
PRACTICE = ("practice-root", "practice-ca")
YEAR = timedelta(days=365)


@cache
def key(label):
    """Return a member's key, made once for each label."""
    return make_key("p-256")


def address(slug):
    """Return where a CA's list is fetched."""
    return f"http://127.0.0.1:9/{slug}.crl"


@dataclass(frozen=True)
class Pki:
    """What tests do with the CAs."""

    hierarchy: Hierarchy

    def accept(self, slug, *, trust_set="production", **facts):
        """Return the CA as the operator accepts it."""
        spec = next(spec for spec in SPECS if spec.slug == slug)
        known = {"allowed_hosts": ("127.0.0.1",), "crl_urls": (address(slug),)}
        entry = TrustEntry(
            set=trust_set,
            kind="intermediate" if spec.issuer else "root",
            name=spec.name,
            file=f"{slug}.cer",
            **(known | facts),
        )
        return accept_authority(entry, self.der(slug), by=system("profile", AT))

    def begin(self):
        """Accept all, with their lists of the first day."""

        def accept():
            self.accept_all()
            self.publish(AT)

        story.tell(("accepted CAs",), accept)

    def accept_all(self):
        """Accept the production set, and another CA for practice only."""
        for slug in ACCEPTED:
            self.accept(slug)
        for slug in PRACTICE:
            self.accept(slug, trust_set="test")

    def der(self, slug):
        """Return a CA's certificate."""
        return self.hierarchy.certificate(slug).public_bytes(Encoding.DER)

    def authority(self, slug):
        """Return an accepted CA."""
        return Authority.objects.get(file=f"{slug}.cer")

    def publish(self, at, *slugs):
        """Put the CAs' lists of a moment into force."""
        for slug in slugs or (*ACCEPTED, *PRACTICE):
            publish_crl(self.hierarchy, slug, at=at)
            self.take(slug, at)

    def take(self, slug, at):
        """Put the list that a CA has published last into force."""
        data = self.hierarchy.crl_path(slug).read_bytes()
        return self.replace(slug, data, at)

    def replace(self, slug, data, at):
        """Put a list into force, as after fetching it."""
        authority = self.authority(slug)
        read = read_crl(data, read_authority(bytes(authority.der)))
        return replace_list(authority, address(slug), data, read, by=system("revocation", at))

    def revoke(self, certificate, at=AT, ca="ca", reason=ReasonFlags.key_compromise):
        """Have the CA revoke, and learn of it."""
        revoke(self.hierarchy, int(certificate.serial_hex, 16), reason, at=at, ca=ca)
        self.publish(at, ca)

    def hold(self, certificate, at=AT, ca="ca"):
        """Have the CA suspend, and learn of it."""
        hold(self.hierarchy, int(certificate.serial_hex, 16), at=at, ca=ca)
        self.publish(at, ca)

    def der_for(self, username="anong", *, ca="ca", of="", start=AT - 30 * DAY, end=AT + YEAR, **facts):
        """Return a member's certificate as a file, with the key called `of`."""
        known = {"name": NAMES[username][1], "email": f"{username}@alpha.example", "organization": ALPHA[0]}
        subject = facts.pop("subject", None) or Person(**(known | facts.pop("person", {})))
        profile = facts.pop("profile", Profile.SERVER if isinstance(subject, Server) else Profile.PERSON)
        public = key(of or username).public_key()
        made = issue(self.hierarchy, ca, public, subject, profile, not_before=start, not_after=end)
        return made.public_bytes(Encoding.DER)

    def certificate_for(self, username="anong", **facts) -> Certificate:
        """Return a member's certificate, read."""
        return read_certificate(self.der_for(username, **facts))

    def crl(self, slug, *, number, at, signer="", days=1):
        """Return a list with a number of one's choice, signed by the CA or by another's key."""
        issuer = self.hierarchy.certificate(slug)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(at)
            .next_update(at + days * DAY)
            .add_extension(x509.CRLNumber(number), critical=False)
        )
        signed = builder.sign(self.hierarchy.key(signer or slug), hashes.SHA256())
        return signed.public_bytes(Encoding.DER)


def register(holder, certificate, *, proven=False, at=AT) -> Submission:
    """Ask to register a certificate."""
    return register_certificate(holder, certificate, proven=proven, by=as_actor(holder, at=at))


def decide(submission, by, verb=Verb.APPROVE, at=AT, reason=""):
    """Decide the registration, its papers being there."""
    note_papers(submission, by, at)
    return decide_certificate(submission.cases.get(), verb=verb, by=as_actor(by, at=at), reason=reason)


def registered(holder, certificate, *, chai, proven=False, at=AT) -> MemberCertificate:
    """Return a registration that was approved."""
    submission = register(holder, certificate, proven=proven, at=at)
    decide(submission, chai, at=at)
    return MemberCertificate.objects.get(case__submission=submission)
