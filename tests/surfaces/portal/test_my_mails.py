"""The mails that a member was sent (R83)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.accounts.jobs import erase_mails
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.mail.actions import queue_mail
from securenet.foundation.mail.models import Mail, MailState
from securenet.foundation.mail.rendering import Secret, SecretSubject
from tests.cast import AT, as_actor, code_in, last_mail, token_in
from tests.surfaces.portal.visitor import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R83")]


def sent(state, **values):
    Mail.objects.update(state=state, **values)


def test_every_mail_to_the_member_is_listed_and_none_of_others(sign_in, anong, ekachai):
    page = sign_in(anong, "en").get("/me/mails/")

    assert {row["mail"].to for row in page.context["rows"]} == {"anong@alpha.example"}
    assert len(page.context["rows"]) == Mail.objects.filter(to="anong@alpha.example").count()


def test_nobody_reads_a_mail_of_others(sign_in, anong, ekachai):
    mail = last_mail("case-approved", anong.email)

    assert sign_in(ekachai).get(f"/me/mails/{mail.pk}/").status_code == 404
    assert sign_in(anong).get(f"/me/mails/{mail.pk}/").status_code == 200


def test_nobody_reads_what_went_to_a_desk(sign_in, anong):
    mail = last_mail("work-arrived")

    assert sign_in(anong).get(f"/me/mails/{mail.pk}/").status_code == 404


@pytest.mark.rule("R85")
def test_what_opens_something_is_not_shown(sign_in, anong):
    mail = last_mail("registration-confirm", anong.email)

    page = text_of(sign_in(anong, "en").get(f"/me/mails/{mail.pk}/"))

    assert token_in(mail) not in page
    assert code_in(mail) not in page
    assert str(anong.submissions.get().number) in page
    assert "Links and codes that open something are not shown here" in page


@pytest.mark.parametrize(
    ("state", "values", "word"),
    [
        (MailState.QUEUED, {}, "On its way"),
        (MailState.SENT, {"sent_at": AT}, "Sent"),
        (MailState.FAILED, {"last_error": "550 no such user"}, "Could not be delivered"),
    ],
)
def test_what_became_of_a_mail_is_told_in_plain_words(sign_in, anong, state, values, word):
    sent(state, **values)

    page = text_of(sign_in(anong, "en").get("/me/mails/"))

    assert word in page
    assert "550" not in page


@pytest.mark.parametrize(("state", "told"), [(MailState.FAILED, True), (MailState.QUEUED, False)])
def test_a_mail_that_came_back_is_told_after_signing_in(sign_in, anong, state, told):
    sent(state)

    assert sign_in(anong).get("/me/").context["bouncing"] is told


def test_a_later_mail_that_arrived_and_another_address_end_the_hint(sign_in, anong):
    sent(MailState.FAILED)
    write_to(anong, "case-approved", by=as_actor(at=AT + timedelta(minutes=1)))
    visitor = sign_in(anong)
    assert visitor.get("/me/").context["bouncing"]

    Mail.objects.filter(pk=Mail.objects.latest("pk").pk).update(state=MailState.SENT, sent_at=AT)
    assert not visitor.get("/me/").context["bouncing"]

    sent(MailState.FAILED, sent_at=None)
    type(anong).objects.filter(pk=anong.pk).update(email="anong@elsewhere.example")
    assert not visitor.get("/me/").context["bouncing"]


@pytest.mark.rule("R79")
def test_what_stood_in_old_mails_is_erased_and_the_list_stays(sign_in, anong, clock):
    sent(MailState.SENT, sent_at=AT)
    waiting = write_to(anong, "case-approved", by=as_actor(at=AT))
    late = AT + timedelta(days=profile().retention.mail_days, seconds=1)

    erase_mails(at=late)()

    erased = Mail.objects.exclude(pk=waiting.pk)
    assert {(mail.text, mail.html, mail.shown, mail.erased_at) for mail in erased} == {("", "", None, late)}
    waiting.refresh_from_db()
    assert waiting.text
    clock.move_to(late)
    visitor = sign_in(anong, "en")
    page = visitor.get("/me/mails/")
    assert len(page.context["rows"]) > 1
    shown = text_of(visitor.get(f"/me/mails/{last_mail('registration-confirm', anong.email).pk}/"))
    assert "was erased after 90 days" in shown


@pytest.mark.rule("R79")
def test_mails_are_not_erased_before_their_time(anong):
    sent(MailState.SENT, sent_at=AT)

    erase_mails(at=AT + timedelta(days=profile().retention.mail_days))()

    assert not Mail.objects.exclude(erased_at=None).exists()


@pytest.mark.rule("R85")
def test_a_subject_carries_no_secret(anong, settings):
    with pytest.raises(SecretSubject):
        queue_mail(
            "case-approved",
            to=anong.email,
            language="en",
            context={"system_name": "S", "number": Secret("12345678")},
            about=anong.about,
            by=as_actor(anong),
        )


def test_a_long_list_is_paged(sign_in, anong, django_assert_max_num_queries):
    for _number in range(60):
        write_to(anong, "case-approved", by=as_actor(anong))
    visitor = sign_in(anong)
    with django_assert_max_num_queries(12):
        first = visitor.get("/me/mails/")

    assert len(first.context["rows"]) == 50
    assert visitor.get("/me/mails/" + first.context["page"].older).status_code == 200
