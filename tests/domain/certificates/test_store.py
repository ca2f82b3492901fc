"""The trust store is changed by two administrators: added after strict checks, withdrawn with all that hangs on it."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from securenet.domain.accounts.models import Session
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, ReasonMissing, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.words import case_title
from securenet.domain.certificates import login, store, vetting
from securenet.domain.certificates.actions import delete_certificate
from securenet.domain.certificates.holding import suspend_certificate
from securenet.domain.certificates.judging import CertificateRefused
from securenet.domain.certificates.login import require_login_certificate
from securenet.domain.certificates.losing import lost_with
from securenet.domain.certificates.models import Authority, MemberCertificate, Status, TrustChange
from securenet.domain.certificates.trust import NotAnAuthority, begin_trust_store
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from securenet.foundation.x509 import Reason
from tests.cast import AT, DAY, HOUR, OWNER, SERVICE_DESK, as_actor, last_mail, staff
from tests.domain.certificates.pki import Pki, address, key, register, registered
from tests.domain.profile.conftest import REFERENCE

pytestmark = [pytest.mark.rule("R52"), pytest.mark.django_db]
WHY = "The authority has a new key."


@pytest.fixture
def orn(db):
    """She is an operator administrator."""
    return staff("orn", ("administrator", ""))


@pytest.fixture
def pim(db):
    """She is another one."""
    return staff("pim", ("administrator", ""))


@pytest.fixture
def bare(hierarchy, db):
    """The CAs before any was accepted."""
    return Pki(hierarchy)


def entry(slug="ca", kind="intermediate", **changes):
    known = {
        "set": "production",
        "kind": kind,
        "name": f"Tests {slug}",
        "file": f"{slug}.cer",
        "allowed_hosts": ("127.0.0.1",),
        "crl_urls": (address(slug),),
    }
    return vetting.require_entry(**(known | changes))


def propose(by, data, *, at=AT, **facts):
    return store.propose_authority(entry(**facts), data, reason=WHY, by=as_actor(by, at=at))


def withdraw(by, authority, *, at=AT):
    return store.propose_withdrawal(authority, reason="Its key was lost.", by=as_actor(by, at=at))


def approve(case, by, at=AT):
    case.refresh_from_db()
    return store.decide_trust(case, verb=Verb.APPROVE, by=as_actor(by, at=at))


def sign_in(certificate, at=AT):
    return require_login_certificate(bytes(certificate.der), by=as_actor(at=at, surface="certificate"))


class TestAdding:
    """One proposes, another approves."""

    def test_nothing_is_accepted_until_another_person_approves(self, bare, orn, pim):
        case = propose(orn, bare.der("root"), slug="root", kind="root")
        assert not Authority.objects.exists()

        assert approve(case, pim) is State.APPROVED
        accepted = Authority.objects.get()
        assert (accepted.name, accepted.kind, accepted.trust_set) == ("Tests root", "root", "production")
        assert bytes(accepted.der) == bare.der("root")
        assert (accepted.allowed_hosts, accepted.crl_urls) == (["127.0.0.1"], [address("root")])
        assert TrustChange.objects.get().authority == accepted

    @pytest.mark.rule("R32")
    def test_no_one_approves_what_they_proposed(self, bare, orn, pim):
        case = propose(orn, bare.der("root"), slug="root", kind="root")
        with pytest.raises(SamePerson):
            approve(case, orn)
        assert not Authority.objects.exists()

    def test_who_is_no_administrator_neither_proposes_nor_decides(self, bare, orn, chai, dara, anong):
        for somebody in (chai, dara, anong, staff("adisak", ("auditor", "")), staff("both", SERVICE_DESK, OWNER)):
            with pytest.raises(NotYourTurn):
                propose(somebody, bare.der("root"), slug="root", kind="root")
        assert not Case.objects.filter(kind="trust_store").exists()
        case = propose(orn, bare.der("root"), slug="root", kind="root")
        for somebody in (chai, dara, anong):
            with pytest.raises(NotYourTurn):
                approve(case, somebody)

    def test_a_refused_proposal_accepts_nothing_and_needs_a_reason(self, bare, orn, pim):
        case = propose(orn, bare.der("root"), slug="root", kind="root")
        with pytest.raises(ReasonMissing):
            store.decide_trust(case, verb=Verb.REJECT, by=as_actor(pim))
        with pytest.raises(NotAllowed):
            store.decide_trust(case, verb=Verb.RETURN, by=as_actor(pim), reason="Which one?")
        assert store.decide_trust(case, verb=Verb.REJECT, by=as_actor(pim), reason="Unknown.") is State.REJECTED
        assert not Authority.objects.exists()
        propose(orn, bare.der("root"), slug="root", kind="root")

    def test_one_proposal_of_a_certificate_at_a_time(self, bare, orn, pim):
        propose(orn, bare.der("root"), slug="root", kind="root")
        with pytest.raises(store.ChangeOpen):
            propose(pim, bare.der("root"), slug="root", kind="root")
        propose(pim, bare.der("root"), slug="root", kind="root", set="test")

    def test_what_is_there_already_is_refused_in_its_set_only(self, pki, orn):
        with pytest.raises(vetting.AlreadyAccepted):
            propose(orn, pki.der("root"), slug="root", kind="root")
        propose(orn, pki.der("root"), slug="root", kind="root", set="test")

    def test_an_approval_checks_once_more(self, pki, orn, pim):
        pki.authority("ca-g2").delete()
        case = propose(orn, pki.der("ca-g2"), slug="ca-g2")
        Authority.objects.filter(file="root.cer").update(withdrawn_at=AT)
        with pytest.raises(vetting.NoPath):
            approve(case, pim)
        case.refresh_from_db()
        assert case.is_open

    def test_a_certificate_of_the_new_ca_opens_the_door(self, pki, orn, pim, anong, chai):
        pki.authority("ca-g2").delete()
        with pytest.raises(CertificateRefused):
            register(anong, pki.certificate_for(ca="ca-g2"))
        approve(propose(orn, pki.der("ca-g2"), slug="ca-g2"), pim)
        pki.publish(AT, "ca-g2")
        assert sign_in(registered(anong, pki.certificate_for(ca="ca-g2"), chai=chai)).holder == anong

    @pytest.mark.rule("R84")
    def test_the_ledger_tells_who_proposed_and_who_approved(self, bare, orn, pim):
        approve(propose(orn, bare.der("root"), slug="root", kind="root"), pim)
        proposed = AuditEntry.objects.get(event="authority.proposed")
        accepted = AuditEntry.objects.get(event="authority.accepted")
        assert (proposed.actor, accepted.actor) == ("orn", "pim")
        assert proposed.about == accepted.about == Authority.objects.get().about
        assert proposed.facts["lists"] == [address("root")]
        assert proposed.facts["reason"] == WHY

    def test_mails_go_to_the_desk_only(self, bare, orn, pim):
        approve(propose(orn, bare.der("root"), slug="root", kind="root"), pim)
        assert [mail.template for mail in Mail.objects.all()] == ["work-arrived"]
        assert last_mail("work-arrived").to == "administration@bank-of-thailand.example"

    def test_the_case_says_what_it_is(self, bare, orn):
        case = propose(orn, bare.der("root"), slug="root", kind="root")
        assert [case_title(case, language) for language in ("en", "th")] == [
            "Change of the trust store",
            "การเปลี่ยนแปลงใบรับรอง CA ที่ระบบเชื่อถือ",
        ]


class TestChecks:
    """What a file can be refused for, each with a reason."""

    @pytest.mark.parametrize(("data", "reason"), [(b"", Reason.EMPTY), (b"junk", Reason.NOT_A_CERTIFICATE)])
    def test_what_is_no_certificate(self, data, reason, bare, orn):
        self.refuse(orn, data, reason)

    def refuse(self, orn, data, *reasons, **facts):
        with pytest.raises(CertificateRefused) as refused:
            propose(orn, data, **facts)
        assert refused.value.reasons == reasons
        assert not TrustChange.objects.exists()

    def test_a_file_with_a_private_key(self, bare, orn):
        secret = key("hers").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        certificate = bare.hierarchy.certificate("ca").public_bytes(Encoding.PEM)
        self.refuse(orn, certificate + secret, Reason.PRIVATE_KEY)

    def test_two_certificates_in_one_file(self, bare, orn):
        both = b"".join(bare.hierarchy.certificate(slug).public_bytes(Encoding.PEM) for slug in ("ca", "root"))
        self.refuse(orn, both, Reason.SEVERAL_CERTIFICATES)

    def test_a_members_certificate(self, bare, orn):
        with pytest.raises(NotAnAuthority):
            propose(orn, bare.der_for())

    @pytest.mark.parametrize(
        ("dates", "reason"),
        [((-30, -1), Reason.EXPIRED), ((1, 30), Reason.NOT_YET_VALID)],
    )
    def test_one_that_is_not_valid_today(self, dates, reason, orn):
        self.refuse(orn, made(dates=dates), reason, slug="root", kind="root")

    def test_one_with_a_weak_key(self, orn):
        weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  to be refused
        self.refuse(orn, made(signer=weak), Reason.WEAK_KEY, slug="root", kind="root")

    def test_one_whose_key_may_not_sign_certificates(self, orn):
        for usage in (None, ("digital_signature", "crl_sign")):
            with pytest.raises(vetting.MayNotSign):
                propose(orn, made(usage=usage), slug="root", kind="root")

    def test_one_that_may_not_sign_its_lists(self, pki, orn):
        data = made(usage=("key_cert_sign",))
        with pytest.raises(vetting.MayNotSignLists):
            propose(orn, data, slug="root", kind="root")

    def test_a_root_is_no_intermediate_and_the_other_way_round(self, bare, orn):
        with pytest.raises(vetting.NotARoot):
            propose(orn, bare.der("ca"), kind="root")
        with pytest.raises(vetting.ARoot):
            propose(orn, bare.der("root"), slug="root")

    def test_one_that_bears_its_own_name_but_is_signed_by_another_is_no_root(self, bare, orn):
        with pytest.raises(vetting.NotARoot):
            propose(orn, made(signer=key("stranger"), public=key("own")), slug="root", kind="root")

    def test_an_intermediate_needs_an_accepted_root_of_its_own_set(self, pki, orn):
        with pytest.raises(vetting.NoPath):
            propose(orn, pki.der("strange-ca"), slug="strange-ca")
        with pytest.raises(vetting.NoPath):
            propose(orn, pki.der("ca"), set="test")

    def test_the_key_of_a_member_is_no_cas(self, pki, orn, anong, chai):
        registered(anong, pki.certificate_for(of="hers"), chai=chai)
        with pytest.raises(vetting.MembersKey):
            propose(orn, made(signer=key("hers")), slug="root", kind="root")

    @pytest.mark.parametrize(
        ("facts", "refusal"),
        [
            ({"name": ""}, vetting.WrongName),
            ({"allowed_hosts": ("http://ca.example",)}, vetting.WrongHost),
            ({"allowed_hosts": ("CA.example",)}, vetting.WrongHost),
            ({"crl_urls": ("http://elsewhere.example/ca.crl",)}, vetting.WrongListAddress),
            ({"crl_urls": ("http://127.0.0.1@elsewhere.example/",)}, vetting.WrongListAddress),
            ({"crl_urls": ("http://user@127.0.0.1/",)}, vetting.WrongListAddress),
            ({"crl_urls": ("http://127.0.0.1:port/",)}, vetting.WrongListAddress),
            ({"crl_urls": ("ldap://127.0.0.1/ca",)}, vetting.WrongListAddress),
            ({"crl_urls": ("file:///etc/passwd",)}, vetting.WrongListAddress),
            ({"crl_urls": (f"http://127.0.0.1/{'a' * 300}",)}, vetting.WrongListAddress),
            ({"ocsp_urls": ("http://elsewhere.example/",)}, vetting.WrongResponderAddress),
            ({"crl_urls": ()}, vetting.NoEvidence),
            ({"crl_urls": (), "ocsp_urls": ("http://127.0.0.1/",), "kind": "root"}, vetting.NoEvidence),
        ],
    )
    def test_addresses_lead_to_allowed_hosts_and_there_is_one(self, facts, refusal):
        with pytest.raises(refusal):
            entry(**facts)

    def test_a_responder_is_enough_for_an_intermediate(self):
        assert entry(crl_urls=(), ocsp_urls=("http://127.0.0.1/ocsp",)).ocsp_urls == ("http://127.0.0.1/ocsp",)


def made(*, signer=None, public=None, dates=(-30, 300), usage=("key_cert_sign", "crl_sign")):
    """Return the certificate of a root of one's choice."""
    signer = signer or key("a root")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Any Root CA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key((public or signer).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT + dates[0] * DAY)
        .not_valid_after(AT + dates[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if usage is not None:
        names = (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(**{each: each in usage for each in names}), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def hers(pki, anong, chai):
    """Anong's certificate of the CA, approved."""
    return registered(anong, pki.certificate_for(of="hers"), chai=chai)


@pytest.fixture
def his(pki, boonmee, chai):
    """Boonmee's certificate of the other CA, approved."""
    return registered(boonmee, pki.certificate_for("boonmee", ca="ca-g2"), chai=chai)


class TestWithdrawing:
    """First it is seen what ends, then two decide, then it ends at once."""

    def test_it_is_seen_first_whose_certificates_would_end(self, pki, hers, his, anong):
        register(anong, pki.certificate_for(of="pending"))
        loss = lost_with(pki.authority("ca"), at=AT)
        assert (loss.certificates, loss.requests, loss.authorities) == ([hers], 1, [])
        everything = lost_with(pki.authority("root"), at=AT)
        assert everything.certificates == [hers, his]
        assert [row.file for row in everything.authorities] == ["ca.cer", "ca-g2.cer"]

    def test_what_has_ended_does_not_end_again(self, pki, hers, anong):
        assert lost_with(pki.authority("ca"), at=hers.not_after + DAY).certificates == []
        delete_certificate(hers, by=as_actor(anong))
        assert lost_with(pki.authority("ca"), at=AT).certificates == []

    def test_a_ca_of_the_set_that_does_not_count_ends_nothing(self, pki, hers):
        loss = lost_with(pki.authority("practice-root"), at=AT)
        assert (loss.certificates, [row.file for row in loss.authorities]) == ([], ["practice-ca.cer"])

    def test_another_certificate_of_the_same_ca_keeps_what_it_proves(self, pki, hers):
        renewed = self.renewed_root(pki)
        loss = lost_with(pki.authority("root"), at=AT)
        assert (loss.certificates, loss.authorities) == ([], [])
        renewed.delete()
        assert lost_with(pki.authority("root"), at=AT).certificates == [hers]

    def renewed_root(self, pki):
        """Return the root's name and key in another certificate, accepted beside the first."""
        old = pki.hierarchy.certificate("root")
        builder = x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), 77, AT - DAY, AT + 3000 * DAY)
        for extension in old.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        der = builder.sign(pki.hierarchy.key("root"), hashes.SHA256()).public_bytes(Encoding.DER)
        row = pki.authority("root")
        row.pk, row.file, row.der, row.sha256 = None, "renewed.cer", der, "77"
        row.save()
        return row

    def test_nothing_ends_until_another_person_approves(self, pki, hers, orn, pim):
        case = withdraw(orn, pki.authority("ca"))
        assert sign_in(hers)
        assert approve(case, pim) is State.APPROVED
        with pytest.raises(login.CertificateUnaccepted):
            sign_in(hers)
        assert MemberCertificate.objects.get().status == Status.DELETED
        assert pki.authority("ca").withdrawn_at == AT

    @pytest.mark.rule("R32")
    def test_no_one_approves_their_own_withdrawal(self, pki, hers, orn, chai, dara):
        case = withdraw(orn, pki.authority("ca"))
        with pytest.raises(SamePerson):
            approve(case, orn)
        for somebody in (chai, dara):
            with pytest.raises(NotYourTurn):
                approve(case, somebody)
            with pytest.raises(NotYourTurn):
                withdraw(somebody, pki.authority("ca-g2"))
        assert sign_in(hers)

    @pytest.mark.rule("R44")
    def test_sessions_and_sign_ins_at_services_end_and_others_stay(self, pki, hers, his, orn, pim, anong):
        for number, credential in enumerate((hers.credential, his.credential, "password")):
            Session.objects.create(
                session_key=str(number) * 32, session_data="", expire_date=AT + HOUR, surface="portal",
                user=his.holder if credential == his.credential else anong, credential=credential,
            )  # fmt: skip
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert set(Session.objects.values_list("credential", flat=True)) == {his.credential, "password"}
        assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk, "credential": hers.credential}
        assert sign_in(his)

    def test_its_members_are_told_by_mail(self, pki, hers, his, orn, pim):
        approve(withdraw(orn, pki.authority("ca")), pim)
        told = Mail.objects.filter(template="certificate-authority-withdrawn")
        assert [mail.to for mail in told] == [hers.holder.email]
        assert hers.serial in told.get().text

    def test_a_suspended_one_ends_too_and_a_request_stays_for_its_desk(self, pki, hers, orn, pim, anong, chai):
        suspend_certificate(hers, by=as_actor(anong))
        register(anong, pki.certificate_for(of="pending"))
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert sorted(MemberCertificate.objects.values_list("status", flat=True)) == ["deleted", "pending"]

    def test_the_list_is_made_anew_at_the_approval(self, pki, hers, orn, pim, anong, chai):
        case = withdraw(orn, pki.authority("ca"))
        later = registered(anong, pki.certificate_for(of="later"), chai=chai)
        approve(case, pim)
        later.refresh_from_db()
        assert later.status == Status.DELETED

    def test_one_proposal_about_a_ca_at_a_time_and_none_about_what_is_gone(self, pki, orn, pim):
        authority = pki.authority("ca")
        case = withdraw(orn, authority)
        with pytest.raises(store.ChangeOpen):
            withdraw(pim, authority)
        approve(case, pim)
        with pytest.raises(store.AlreadyWithdrawn):
            withdraw(orn, pki.authority("ca"))

    def test_what_was_withdrawn_meanwhile_is_not_withdrawn_twice(self, pki, orn, pim):
        case = withdraw(orn, pki.authority("ca"))
        Authority.objects.filter(file="ca.cer").update(withdrawn_at=AT)
        with pytest.raises(store.AlreadyWithdrawn):
            approve(case, pim)

    def test_a_withdrawn_ca_comes_back_by_two_persons_and_its_certificates_anew(self, pki, hers, orn, pim, anong, chai):
        approve(withdraw(orn, pki.authority("ca")), pim)
        Authority.objects.exclude(withdrawn_at=None).update(file="gone.cer")
        approve(propose(orn, pki.der("ca"), at=AT + HOUR), pim, at=AT + HOUR)
        Authority.objects.filter(name="Tests ca").update(file="ca.cer")
        pki.publish(AT, "ca")
        with pytest.raises(login.CertificateUnknown):
            sign_in(hers, AT + HOUR)

    @pytest.mark.rule("R84")
    def test_the_ledger_has_every_step(self, pki, hers, orn, pim):
        approve(withdraw(orn, pki.authority("ca")), pim)
        proposed = AuditEntry.objects.get(event="authority.withdrawal-proposed")
        withdrawn = AuditEntry.objects.get(event="authority.withdrawn")
        ended = AuditEntry.objects.get(event="certificate.ended-with-its-authority")
        assert (proposed.actor, withdrawn.actor, ended.actor) == ("orn", "pim", "pim")
        assert (proposed.facts["certificates"], withdrawn.facts["certificates"]) == (1, 1)
        assert (ended.about, ended.facts["after"]) == (hers.about, "deleted")

    @pytest.mark.django_db(transaction=True)
    def test_two_at_the_same_moment_withdraw_once(self, at_once, pki, orn, pim):
        third = staff("ploy", ("administrator", ""))
        case = withdraw(orn, pki.authority("ca"))
        outcomes = at_once(*(lambda who=who: approve(Case.objects.get(pk=case.pk), who) for who in (pim, third)))
        assert outcomes.count(State.APPROVED) == 1
        assert all(outcome is State.APPROVED or isinstance(outcome, Overtaken | NotAllowed | NotYourTurn)
                   for outcome in outcomes)  # fmt: skip
        assert AuditEntry.objects.filter(event="authority.withdrawn").count() == 1


class TestBeginning:
    """The profile's files are the first content, and never more than that."""

    @pytest.fixture
    def files(self, bare, settings, tmp_path):
        """Return a function that puts files of the profile's production set into its folder."""
        text = REFERENCE.read_text("utf-8")
        start = text.index("certificates = [", text.index("[trust_store]"))
        end = text.index("\n]\n", start) + 3
        lines = [
            f'    {{ set = "production", kind = "{kind}", name = "{slug}", file = "{slug}.cer" }},'
            for slug, kind in (("root", "root"), ("ca", "intermediate"))
        ]
        settings.PROFILE_PATH = tmp_path / "own.toml"
        settings.PROFILE_PATH.write_text(
            text[:start] + "certificates = [\n" + "\n".join(lines) + "\n]\n" + text[end:], "utf-8"
        )

        def put(*slugs):
            (tmp_path / "trust").mkdir(exist_ok=True)
            for slug in slugs:
                (tmp_path / "trust" / f"{slug}.cer").write_bytes(bare.der(slug))

        return put

    def begin(self, at=AT):
        return begin_trust_store(by=system("command line", at))

    def test_a_set_begins_when_all_its_files_are_there_and_only_once(self, files):
        assert self.begin() == []
        files("root")
        assert self.begin() == []
        assert not Authority.objects.exists()
        files("ca")
        assert self.begin() == ["root", "ca"]
        assert self.begin(AT + DAY) == []
        assert AuditEntry.objects.filter(event="authority.accepted").count() == 2

    def test_what_two_persons_withdrew_does_not_come_back_with_the_files(self, files, orn, pim):
        files("root", "ca")
        self.begin()
        for slug in ("ca", "root"):
            approve(withdraw(orn, Authority.objects.get(name=slug)), pim)
        assert self.begin(AT + timedelta(days=1)) == []
        assert not Authority.objects.filter(withdrawn_at=None).exists()
