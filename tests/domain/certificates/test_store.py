"""A CA is added by two administrators; before that, the profile's files are the store's first content."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, ReasonMissing, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.words import case_title
from securenet.domain.certificates import store, vetting
from securenet.domain.certificates.judging import CertificateRefused
from securenet.domain.certificates.models import Authority, TrustChange
from securenet.domain.certificates.trust import begin_trust_store
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, OWNER, SERVICE_DESK, as_actor, last_mail, staff
from tests.domain.certificates.administrators import WHY, approve, propose, sign_in, withdraw
from tests.domain.certificates.pki import address, register, registered
from tests.domain.profile.conftest import REFERENCE

pytestmark = [pytest.mark.rule("R52"), pytest.mark.django_db]


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
