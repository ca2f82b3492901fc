"""How many queries a page may make, however much there is to show (performance.md)."""

from __future__ import annotations

import pytest
from django.db import connection  # noqa: F401  the condition of a mark reads it

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.entitlements.models import Assignment, Entitlement, FunctionGrant, Period
from securenet.domain.entitlements.reviews import open_review
from tests.cast import AT, analyze, as_actor, right_of
from tests.domain.certificates.pki import register
from tests.domain.entitlements.mandating import mandate
from tests.surfaces.portal.test_pages import MINE
from tests.surfaces.portal.visitor import DETAILS, PERSON, RIGHT

pytestmark = pytest.mark.django_db

MANY, OFFICERS = 50, 200
BUDGET = 12
PAGES = (
    *(
        "/me/",
        "/rights/",
        "/rights/add/",
        "/rights/{right}/functions/",
        "/rights/people/{right}/",
        "/certificates/",
        "/certificates/add/",
    ),
    *("/rights/mandates/", "/rights/mandates/new/"),
    *("/case/{case}/", "/case/{case}/withdraw/", "/", "/help/", "/trust/", "/contacts/"),
    *MINE,
)


@pytest.fixture
def history(boonmee):
    """Fifty more requests of Boonmee's, and two hundred officers with two functions each under him."""
    first, right = boonmee.submissions.get(), right_of(boonmee)
    case = first.cases.get()
    sent = Submission.objects.bulk_create(
        Submission(kind="rights", applicant=boonmee, language="th", submitted_at=AT, papers_due_at=AT)
        for _number in range(MANY)
    )
    Case.objects.bulk_create(
        Case(**(_columns(case) | {"submission": submission, "kind": "rights"}))
        for submission in sent
        for _case in range(2)
    )
    people = User.objects.bulk_create(
        User(username=f"officer{number}", kind="member", name_en=f"O {number}", created_at=AT, admitted_at=AT)
        for number in range(OFFICERS)
    )
    rights = Entitlement.objects.bulk_create(
        Entitlement(**(_columns(right) | {"member": person, "role": "officer", "case": None})) for person in people
    )
    FunctionGrant.objects.bulk_create(
        FunctionGrant(entitlement=row, function=function, from_date=AT, granted_by=boonmee, granted_at=AT)
        for row in rights
        for function in ("submit", "see_reports")
    )
    return boonmee


def _columns(row):
    """Return what a row is made of, without its key."""
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}


@pytest.mark.parametrize("path", PAGES)
def test_a_members_page_with_much_on_it(sign_in, history, pki, path, django_assert_max_num_queries):
    first = register(history, pki.certificate_for("boonmee"))
    row = MemberCertificate.objects.get()
    MemberCertificate.objects.bulk_create(
        MemberCertificate(**(_columns(row) | {"case": None, "sha256": f"{number:064x}", "status": "deleted"}))
        for number in range(MANY)
    )
    visitor = sign_in(history)
    path = path.format(case=first.number, right=right_of(history).pk)
    visitor.get(path)

    with django_assert_max_num_queries(BUDGET):
        answer = visitor.get(path)

    assert answer.status_code == 200


@pytest.mark.parametrize("step", ["person", "rights", "details", "review"])
def test_a_step_of_registration_with_ten_rights(anyone, step, django_assert_max_num_queries):
    anyone.fill_in()
    for number in range(9):
        foreign = {"organization_number": f"HRB {number}", "organization_country": "DE", "action": "add"}
        anyone.post("/register/rights/", RIGHT | foreign)

    with django_assert_max_num_queries(BUDGET):
        assert anyone.get(f"/register/{step}/").status_code == 200


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/register/person/", PERSON),
        ("/register/rights/", RIGHT | {"action": "next"}),
        ("/register/details/", DETAILS),
    ],
)
def test_saving_a_step(anyone, path, typed, django_assert_max_num_queries):
    anyone.fill_in(until=path.split("/")[2])

    with django_assert_max_num_queries(BUDGET):
        assert anyone.post(path, typed).status_code == 302


@pytest.mark.parametrize(
    "path", ["/register/", "/login/", "/login/certificate/", "/register/username/?username=anong2"]
)
def test_a_visitors_page(anyone, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert anyone.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/register/confirmation/", "/register/documents/"])
def test_the_pages_after_sending(anyone, path, django_assert_max_num_queries):
    anyone.register()
    anyone.get(path)

    with django_assert_max_num_queries(BUDGET):
        assert anyone.get(path).status_code == 200


TEN_THOUSAND = 10_000
AT_ONCE = 1000
LARGEST_PAGE = 200_000
"""Bytes that a page of an Organization Admin stays below, however many people there are."""


@pytest.fixture
def crowd(boonmee, ekachai, dara):
    """Ten thousand officers under Boonmee, each with a function, a line in an open review, and a mandate's work."""
    right, held = right_of(boonmee), mandate(ekachai, dara)
    people = User.objects.bulk_create(
        (
            User(username=f"officer{number}", kind="member", name_en=f"O {number}", created_at=AT, admitted_at=AT)
            for number in range(TEN_THOUSAND)
        ),
        AT_ONCE,
    )
    common = _columns(right) | {"role": "officer", "case": None}
    rights = Entitlement.objects.bulk_create((Entitlement(**(common | {"member": each})) for each in people), AT_ONCE)
    Period.objects.bulk_create((Period(entitlement=each, status="active", from_at=AT) for each in rights), AT_ONCE)
    facts = {"function": "submit", "from_date": AT, "granted_by": boonmee, "granted_at": AT}
    FunctionGrant.objects.bulk_create((FunctionGrant(entitlement=each, **facts) for each in rights), AT_ONCE)
    facts = {"mandate": held, "functions": ["submit"], "assigned_by": boonmee, "assigned_at": AT}
    Assignment.objects.bulk_create((Assignment(entitlement=each, **facts) for each in rights[::2]), AT_ONCE)
    analyze()
    review = open_review(right.organization_id, "bmsid", by=as_actor())
    analyze()
    return {"right": rights[0].pk, "mandate": held.pk, "review": review.pk, "row": review.rows.last().pk}


CROWDED = (
    *("/rights/", "/rights/?q=officer9", "/rights/people/{right}/", "/rights/{right}/functions/"),
    *("/rights/who/", "/rights/who/?q=officer77&function=submit&status=active", "/rights/who/?show=mandates&page=99"),
    *("/rights/mandates/", "/rights/mandates/{mandate}/", "/rights/mandates/{mandate}/end/"),
    *("/rights/mandates/{mandate}/officers/", "/rights/mandates/{mandate}/officers/?q=officer1"),
    *("/rights/reviews/", "/rights/reviews/{review}/", "/rights/reviews/{review}/?q=officer5&answer=open&mark=any"),
    *("/rights/reviews/{review}/rows/{row}/remove/", "/rights/reviews/{review}/keep/?row={row}"),
)


@pytest.mark.rule("R22e")
def test_no_page_of_an_admin_shows_ten_thousand_people_at_once(sign_in, crowd, boonmee, django_assert_max_num_queries):
    visitor = sign_in(boonmee)
    for path in CROWDED:
        visitor.get(path.format(**crowd))
        with django_assert_max_num_queries(BUDGET):
            answer = visitor.get(path.format(**crowd))
        assert (path, answer.status_code) == (path, 200)
        assert len(answer.content) < LARGEST_PAGE, path
