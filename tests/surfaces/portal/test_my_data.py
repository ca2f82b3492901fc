"""What a member changes themself (R14)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from securenet.domain.accounts.models import EmailChange, User
from securenet.domain.accounts.recovery import send_password_link, set_password_by_link
from securenet.domain.approvals.queries import hashed
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import PASSWORD, as_actor, last_mail
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R14")]
NEW = "anong@new-company.example"
BETTER = "Other2Staple3Battery"
PHONES = {"mobile_phone": "089 765 4321", "office_phone": "+44 20 7946 0958", "office_extension": "7"}


@pytest.fixture
def visitor(sign_in, anong):
    return sign_in(anong, "en")


@pytest.fixture
def late(visitor, clock):
    """Anong's browser when her sign-in is no longer fresh."""
    clock.shift(timedelta(minutes=profile().sessions.fresh_minutes, seconds=1))
    return visitor


@pytest.fixture
def link(visitor):
    """The way in the mail to the new address that Anong has asked for."""
    assert path_of(visitor.post("/me/email/", {"email": NEW})) == "/me/email/"
    return re.search(r"https://[^/]+(/email/[\w-]{40,}/)", last_mail("email-change-confirm", NEW).text)[1]


def address_of(user):
    return User.objects.get(pk=user.pk).email


def follow(browser, link):
    """Open the link and press the button of its page."""
    browser.get(link, follow=True)
    return browser.post("/email/confirm/")


def test_nothing_changes_before_the_new_address_confirms(visitor, link, anong):
    assert address_of(anong) == "anong@alpha.example"
    assert NEW in text_of(visitor.get("/me/email/"))


def test_the_present_address_is_told_at_once_what_to_do(link):
    mail = last_mail("email-change-asked")

    assert mail.to == "anong@alpha.example"
    assert NEW in mail.text
    assert "/me/email/" in mail.text


def test_the_button_of_the_link_changes_the_address_and_tells_both(visitor, link, anong):
    follow(visitor, link)

    assert address_of(anong) == NEW
    told = Mail.objects.filter(template="email-changed").values_list("to", flat=True)
    assert set(told) == {"anong@alpha.example", NEW}
    entry = AuditEntry.objects.get(event="account.e-mail-changed")
    assert entry.facts == {"before": "anong@alpha.example", "after": NEW}


@pytest.mark.rule("R12")
def test_opening_the_link_changes_nothing_and_takes_the_token_out_of_the_address(visitor, link, anong):
    assert visitor.get(link).headers["Location"] == "/email/confirm/"

    page = visitor.get("/email/confirm/")

    assert link.split("/")[2] not in page.content.decode()
    assert address_of(anong) == "anong@alpha.example"


def test_the_link_works_in_another_browser_where_nobody_is_signed_in(link, anong):
    stranger = Visitor().speak("en")
    page = text_of(stranger.get(link, follow=True))
    assert "anong " not in page

    follow(stranger, link)

    assert address_of(anong) == NEW


def test_the_link_does_nothing_where_another_member_is_signed_in(link, sign_in, ekachai, anong):
    assert follow(sign_in(ekachai), link).status_code == 410
    assert address_of(anong) == "anong@alpha.example"


def test_the_link_works_once(visitor, link):
    follow(visitor, link)

    again = follow(visitor, link)

    assert again.status_code == 410
    assert "used already" in text_of(again)


def test_the_link_lives_as_long_as_the_profile_says(link, clock, anong):
    clock.shift(timedelta(hours=profile().deadlines.email_change_hours))

    assert follow(Visitor(), link).status_code == 410
    assert address_of(anong) == "anong@alpha.example"


@pytest.mark.parametrize("token", ["x", "A" * 43])
def test_an_invented_link_is_refused(anyone, token):
    assert follow(anyone, f"/email/{token}/").status_code == 410


def test_a_newer_wish_ends_the_earlier_link(visitor, link, anong):
    visitor.post("/me/email/", {"email": "anong@third.example"})

    assert follow(Visitor(), link).status_code == 410
    assert address_of(anong) == "anong@alpha.example"


def test_a_change_that_waits_can_be_cancelled(visitor, link):
    visitor.post("/me/email/cancel/")

    assert follow(Visitor(), link).status_code == 410
    assert not EmailChange.objects.exists()
    assert AuditEntry.objects.filter(event="e-mail-change.cancelled").count() == 1


def test_a_new_password_ends_a_change_that_waits(visitor, link):
    change_password(visitor)

    assert follow(Visitor(), link).status_code == 410


def test_a_password_set_by_a_link_ends_a_change_that_waits_too(link, anong):
    send_password_link(anong, by=as_actor())
    token = re.search(r"/recover/password/([\w-]{40,})/", last_mail("password-link").text)[1]
    set_password_by_link(hashed(token), password=BETTER, by=as_actor())

    assert follow(Visitor(), link).status_code == 410


def test_the_address_on_file_is_no_change(visitor):
    assert set(faults(visitor.post("/me/email/", {"email": "ANONG@alpha.example"}))) == {"email"}


@pytest.mark.rule("R13")
def test_mails_to_new_addresses_are_limited(visitor):
    most = profile().throttles.email_change.attempts
    for number in range(most):
        visitor.post("/me/email/", {"email": f"anong@n{number}.example"})

    assert visitor.post("/me/email/", {"email": NEW}).status_code == 429
    assert Mail.objects.filter(template="email-change-confirm").count() == most


@pytest.mark.rule("R85")
@pytest.mark.parametrize("path", ["/me/email/", "/me/names/"])
def test_a_sign_in_that_is_not_fresh_is_asked_for_the_password_and_comes_back(late, path):
    assert late.get(path).headers["Location"] == f"/me/again/?next={path.replace('/', '%2F')}"

    assert late.post("/me/again/", {"again-password": PASSWORD, "next": path}).headers["Location"] == path
    assert late.get(path).status_code == 200


@pytest.mark.rule("R85", "R82")
def test_what_was_typed_is_not_lost_over_the_password(late):
    kept = f'name="email" value="{NEW}"'
    assert kept in late.post("/me/email/", {"email": NEW}).content.decode()

    wrong = late.post("/me/email/", {"email": NEW, "again-password": "wrong"})
    assert (wrong.status_code, kept in wrong.content.decode()) == (422, True)
    assert not EmailChange.objects.exists()

    assert path_of(late.post("/me/email/", {"email": NEW, "again-password": PASSWORD})) == "/me/email/"
    assert EmailChange.objects.get().email == NEW


def test_phones_are_stored_in_one_form_and_the_ledger_has_before_and_after(visitor, anong):
    visitor.post("/me/phones/", PHONES)

    anong.refresh_from_db()
    assert (anong.mobile_phone, anong.office_phone) == ("+66897654321", "+442079460958")
    facts = AuditEntry.objects.get(event="account.data-changed").facts
    assert facts["before"]["mobile_phone"] == "+66812345678"
    assert facts["after"]["mobile_phone"] == "+66897654321"
    assert last_mail("data-changed").to == "anong@alpha.example"


@pytest.mark.parametrize("number", ["12", "call me", "+99999999999999", ""])
def test_what_is_no_telephone_number_is_refused(visitor, anong, number):
    assert set(faults(visitor.post("/me/phones/", PHONES | {"mobile_phone": number}))) == {"mobile_phone"}
    anong.refresh_from_db()
    assert anong.mobile_phone == "+66812345678"


def test_saving_the_same_writes_no_mail(visitor):
    visitor.post("/me/phones/", {"mobile_phone": "0812345678", "office_phone": "021234567", "office_extension": ""})

    assert not Mail.objects.filter(template="data-changed").exists()
    assert not AuditEntry.objects.filter(event="account.data-changed").exists()


def test_names_are_checked_and_normalised(visitor, anong):
    visitor.post("/me/names/", {"name_th": "  อนงค์   ใจงาม ", "name_en": "Anong  Jaingam"})

    anong.refresh_from_db()
    assert (anong.name_th, anong.name_en) == ("อนงค์ ใจงาม", "Anong Jaingam")
    assert AuditEntry.objects.get(event="account.data-changed").facts["before"]["name_en"] == "Anong Jaidee"


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name_th": "Anong"}, "name_th"), ({"name_en": "อนงค์"}, "name_en"), ({"name_th": ""}, "name_th")],
)
def test_names_in_other_letters_are_refused(visitor, typed, field):
    assert set(faults(visitor.post("/me/names/", {"name_th": "อนงค์ ใจดี", "name_en": "Anong J"} | typed))) == {field}


def change_password(browser, **changes):
    return browser.post("/me/password/", {"old": PASSWORD, "password": BETTER, "password_confirm": BETTER} | changes)


def test_a_new_password_ends_every_other_session_and_is_told_by_mail(visitor, sign_in, anong):
    other, before = sign_in(anong), visitor.cookies["__Host-portal"].value

    assert path_of(change_password(visitor)) == "/me/"

    assert visitor.get("/me/").status_code == 200
    assert visitor.cookies["__Host-portal"].value != before
    assert path_of(other.get("/me/")) == "/login/"
    assert last_mail("password-changed").to == "anong@alpha.example"
    assert Visitor().sign_in("anong", PASSWORD).status_code == 422
    assert Visitor().sign_in("anong", BETTER).status_code == 302


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"old": "wrong"}, "old"),
        ({"old": ""}, "old"),
        ({"password": "short", "password_confirm": "short"}, "password"),
        ({"password": "Anong1Anong2Anong3", "password_confirm": "Anong1Anong2Anong3"}, "password"),
        ({"password": PASSWORD, "password_confirm": PASSWORD}, "password"),
        ({"password_confirm": "Something1Else2Here"}, "password_confirm"),
    ],
)
def test_a_password_is_not_changed_by_mistake(visitor, anong, typed, field):
    before = User.objects.get(pk=anong.pk).password

    answer = change_password(visitor, **typed)

    assert set(faults(answer)) == {field}
    assert User.objects.get(pk=anong.pk).password == before
    assert PASSWORD not in answer.content.decode()


@pytest.mark.rule("R13")
def test_guessing_the_old_password_is_limited(visitor):
    for _attempt in range(profile().throttles.login_account.attempts):
        change_password(visitor, old="wrong")

    assert change_password(visitor).status_code == 429


@pytest.mark.rule("R84", "R85")
def test_password_and_token_are_neither_in_the_ledger_nor_on_the_page_of_the_mail(visitor, link):
    change_password(visitor)
    token = link.split("/")[2]

    written = str(list(AuditEntry.objects.values_list("facts", flat=True)))
    page = visitor.get(f"/me/mails/{last_mail('email-change-confirm', NEW).pk}/").content.decode()

    assert BETTER not in written
    assert token not in written + page
