"""Sending a registration: once, with the terms, under a name that nobody has."""

from dataclasses import replace
from functools import partial

import pytest
from django.contrib.auth.hashers import check_password

from securenet.domain.accounts.actions import UsernameTaken
from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import is_username_free, same_document
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.entitlements.actions import AskedTwice, NothingAsked
from securenet.domain.entitlements.models import Role
from securenet.domain.profile.models import UnknownRole
from securenet.domain.registration.actions import TermsNotAccepted, submit_registration
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, BETA, DAY, PASSWORD, as_actor, asked, last_mail, national_id, person, register

pytestmark = [pytest.mark.rule("R5"), pytest.mark.django_db]


def send(applicant, *rights, key="one draft", by=None):
    return submit_registration(applicant, list(rights), draft_key=key, by=by or as_actor())


def nothing_was_sent():
    return not (User.objects.exists() or Submission.objects.exists() or Mail.objects.exists())


@pytest.mark.rule("R1")
@pytest.mark.parametrize("version", ["", "0", "2"])
def test_nothing_is_sent_without_the_terms_in_force(version):
    with pytest.raises(TermsNotAccepted):
        send(person("anong", terms_version=version), asked())
    assert nothing_was_sent()


@pytest.mark.rule("R1", "R84")
def test_which_terms_were_accepted_and_when_is_on_record():
    submission = register("anong")
    assert (submission.applicant.terms_version, submission.applicant.terms_accepted_at) == ("1", AT)
    assert AuditEntry.objects.get(event="registration.submitted").facts == {"account": "anong", "terms": "1"}


@pytest.mark.rule("R3")
def test_at_least_one_right_is_asked_for():
    with pytest.raises(NothingAsked):
        send(person("anong"))
    assert nothing_was_sent()


@pytest.mark.rule("R3")
def test_the_same_right_is_not_asked_for_twice():
    with pytest.raises(AskedTwice):
        send(person("anong"), asked(), asked())
    assert nothing_was_sent()


@pytest.mark.rule("R3")
def test_a_role_that_the_service_does_not_have_is_refused():
    with pytest.raises(UnknownRole):
        send(person("anong"), asked("administrator"))
    assert nothing_was_sent()


@pytest.mark.rule("R3")
def test_several_rights_become_one_request_with_a_case_each():
    submission = register("anong", asked(), asked(Role.ORGANIZATION_ADMIN), asked(organization=BETA))
    cases = submission.cases.order_by("pk")
    assert [(case.role, case.organization_number) for case in cases] == [
        ("officer", ALPHA[0]),
        ("organization_admin", ALPHA[0]),
        ("officer", BETA[0]),
    ]
    assert {case.state_now for case in cases} == {State.AWAITING_EMAIL}


@pytest.mark.rule("R2")
def test_a_username_that_somebody_has_or_asked_for_is_taken():
    register("anong")
    assert not is_username_free("anong")
    assert is_username_free("ekachai")
    with pytest.raises(UsernameTaken):
        register("anong", identity_number=national_id("ekachai"))
    assert Submission.objects.count() == 1


@pytest.mark.rule("R2", "R85")
def test_the_account_keeps_a_hash_of_the_password_that_is_argon2id():
    user = register("anong").applicant
    assert user.password.startswith("argon2$argon2id$")
    assert check_password(PASSWORD, user.password)
    assert not user.is_admitted


def test_a_second_click_and_a_second_tab_find_the_first_request():
    first, made = send(person("anong"), asked())
    again, made_again = send(person("anong"), asked())
    assert (made, made_again) == (True, False)
    assert first == again
    assert Submission.objects.count() == Mail.objects.count() == 1


def test_another_username_in_a_second_tab_makes_no_second_request():
    first, _made = send(person("anong"), asked())
    again, made = send(person("anong2"), asked())
    assert (again, made) == (first, False)
    assert not User.objects.filter(username="anong2").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["anong", "anong2"])
def test_two_posts_of_one_draft_at_the_same_moment_make_one_request(second, at_once):
    outcomes = at_once(*[partial(send, person(name), asked()) for name in ("anong", second)])
    assert sorted(made for _submission, made in outcomes) == [False, True]
    assert outcomes[0][0] == outcomes[1][0]
    assert Submission.objects.count() == User.objects.count() == Mail.objects.count() == 1


@pytest.mark.rule("R2")
@pytest.mark.django_db(transaction=True)
def test_two_people_who_want_one_username_at_the_same_moment_do_not_share_it(at_once):
    outcomes = at_once(*[partial(send, person("anong"), asked(), key=key) for key in ("hers", "his")])
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, UsernameTaken)) == [UsernameTaken]
    assert User.objects.count() == 1


@pytest.mark.rule("R2")
class TestOneAccountPerDocument:
    """A second registration goes on like any other, and the holder hears of it."""

    def again(self, **changes):
        return register("anong2", email="other@alpha.example", identity_number=national_id("anong"), **changes)

    def test_it_gets_a_number_and_a_mail_like_any_other(self, anong):
        submission = self.again(at=AT + DAY)
        first = register("ekachai")
        assert submission.state() is State.AWAITING_EMAIL
        mail, usual = last_mail("registration-confirm", "other@alpha.example"), last_mail("registration-confirm")
        assert len(mail.text.splitlines()) == len(usual.text.splitlines())
        assert submission.papers.count() == first.papers.count()

    def test_the_address_on_file_is_told_and_only_that_one(self, anong):
        self.again()
        assert [mail.to for mail in Mail.objects.filter(template="document-registered-again")] == [
            "anong@alpha.example"
        ]

    def test_nobody_is_told_while_no_account_was_admitted(self, registration):
        self.again()
        assert not Mail.objects.filter(template="document-registered-again").exists()

    def test_the_service_desk_sees_the_match(self, anong):
        applicant = self.again().applicant
        assert same_document(applicant) == [anong]
        assert same_document(register("ekachai").applicant) == []

    def test_a_passport_with_the_same_number_is_another_document(self, anong):
        number = national_id("anong")
        applicant = register(
            "anong3", identity_type="passport", identity_number=number, identity_country="LA"
        ).applicant
        assert same_document(applicant) == []


def test_one_persons_draft_is_not_anothers(registration):
    other, made = send(replace(person("ekachai")), asked(), key="his own")
    assert made
    assert other != registration
