"""What the desk sees of corrections, and of mails that came back (R24b, R30, R83)."""

import pytest
from django.utils import timezone

from securenet.domain.approvals.flow import State, Verb
from securenet.domain.registration.correcting import PersonCorrected, answer_with_corrections
from securenet.foundation.mail.models import Mail, MailState
from tests.cast import as_actor, decide, national_id

pytestmark = pytest.mark.rule("R24b", "R30")


def test_the_desk_sees_before_and_after_without_the_number(ready, chai, sign_in):
    case, at = ready.cases.get(), timezone.now()
    decide(case, Verb.RETURN, chai, at, reason="ชื่อไม่ตรง")
    user = ready.applicant
    facts = {name: getattr(user, name) for name in PersonCorrected.__dataclass_fields__}
    passport = {"identity_type": "passport", "identity_country": "LA", "identity_number": "PA7654321"}
    person = PersonCorrected(**(facts | passport | {"name_en": "Anongnat Jaidee"}))
    by = as_actor(user, at=at)
    answer_with_corrections(ready, [ready.cases.get()], answer="Corrected", person=person, rights={}, by=by)
    assert ready.cases.get().state_now is State.SERVICE_DESK_REVIEW

    page = sign_in(chai).get(f"/cases/{ready.number}/").content.decode()

    assert "Anongnat Jaidee" in page
    assert "Anong Jaidee" in page
    assert "Passport" in page
    assert "•4321 (Lao" in page
    assert "PA7654321" not in page
    assert national_id("anong") not in page


@pytest.mark.rule("R83")
def test_a_mail_that_came_back_is_seen_at_the_request(ready, chai, sign_in):
    browser = sign_in(chai)
    assert "could not be delivered" not in browser.get(f"/cases/{ready.number}/").content.decode()

    Mail.objects.filter(about=ready.about).update(state=MailState.FAILED, sent_at=None, last_error="550 no such user")

    page = browser.get(f"/cases/{ready.number}/").content.decode()
    assert "could not be delivered: 550 no such user" in page
    assert ready.applicant.email in page
