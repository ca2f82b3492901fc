"""Giving up, ending, suspending, renewing, limiting and consenting, page by page (R21, R22, R22b, R22c)."""

from __future__ import annotations

from datetime import date

import pytest

from securenet.domain.entitlements.models import Entitlement, FunctionGrant, GrantProposal, Role, Status
from securenet.domain.oidc.jobs import end_rightless
from securenet.domain.oidc.models import Grant
from securenet.foundation.jobs.models import Job
from tests.cast import AT, member, right_of
from tests.domain.entitlements.conftest import change_profile, two_person
from tests.domain.oidc.world import relying_party
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

__all__ = ["change_profile", "two_person"]

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R21", "R22")]
WHY = {"reason": "เปลี่ยนหน้าที่"}


@pytest.fixture
def bua(chai, dara):
    """She is Alpha's second Organization Admin."""
    return member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)


@pytest.fixture
def hers(anong):
    """The page of Anong's right."""
    return f"/rights/people/{right_of(anong).pk}/"


def status_of(user):
    return right_of(user).status


def test_anong_gives_up_her_right(sign_in, anong, boonmee):
    visitor, place = sign_in(anong), f"/rights/{right_of(anong).pk}/give-up/"
    assert place in visitor.get("/rights/").content.decode()
    assert visitor.get(place).status_code == 200
    assert status_of(anong) == Status.ACTIVE

    assert path_of(visitor.post(place, {"reason": ""})) == "/rights/"

    assert status_of(anong) == Status.ENDED
    assert path_of(visitor.post(place, {"reason": ""})) == "/rights/"


def test_the_last_admin_reads_whom_to_call(sign_in, boonmee):
    answer = sign_in(boonmee).post(f"/rights/{right_of(boonmee).pk}/give-up/", {"reason": ""})

    assert answer.status_code == 422
    assert "0 2283 5666" in text_of(answer)
    assert status_of(boonmee) == Status.ACTIVE


def test_nobody_gives_up_what_is_somebody_elses(sign_in, anong, boonmee, ekachai):
    for other in (boonmee, ekachai):
        assert sign_in(other).post(f"/rights/{right_of(anong).pk}/give-up/", WHY).status_code == 404


def test_boonmee_suspends_resumes_and_ends_a_right(sign_in, anong, boonmee, hers):
    visitor = sign_in(boonmee)
    for act, after, then in (
        ("suspend", Status.SUSPENDED, hers),
        ("resume", Status.ACTIVE, hers),
        ("end", Status.ENDED, "/rights/"),
    ):
        assert f"{hers}{act}/" in visitor.get(hers).content.decode()
        assert visitor.get(f"{hers}{act}/").status_code == 200
        bare = visitor.post(f"{hers}{act}/", {"reason": ""})
        assert (bare.status_code, set(faults(bare))) == (422, {"reason"})
        assert path_of(visitor.post(f"{hers}{act}/", WHY)) == then
        assert status_of(anong) == after


@pytest.mark.parametrize("act", ["", "end/", "suspend/", "resume/", "renew/", "limit/"])
def test_another_organizations_people_are_not_found(act, sign_in, anong, boonmee, ekachai, hers):
    for other in (ekachai, anong):
        assert sign_in(other).post(hers + act, WHY).status_code in {404, 405}
    assert path_of(Visitor().post(f"{hers}end/", WHY)) == "/login/"
    assert status_of(anong) == Status.ACTIVE


def test_an_admins_right_is_not_taken_by_another_admin(sign_in, boonmee, bua):
    place = f"/rights/people/{right_of(bua).pk}/"
    visitor = sign_in(boonmee)
    assert f"{place}end/" not in visitor.get(place).content.decode()
    assert visitor.post(f"{place}end/", WHY).status_code == 422
    assert status_of(bua) == Status.ACTIVE


@pytest.mark.rule("R92")
@pytest.mark.parametrize("act", ["suspend", "end"])
def test_the_sign_ins_of_a_right_that_was_taken_end_and_the_service_is_told(sign_in, anong, boonmee, hers, act):
    Grant.objects.create(
        user=anong,
        relying_party=relying_party(at=AT)[0],
        organization=right_of(anong).organization,
        sid="s",
        session_index="i",
        scope="openid",
        acr="1",
        amr=["pwd"],
        granted_at=AT,
        signed_in_at=AT,
    )
    end_rightless(at=AT)()
    assert Grant.objects.get().ended_at is None

    sign_in(boonmee).post(f"{hers}{act}/", WHY)
    end_rightless(at=AT)()

    assert Grant.objects.get().ended_at == AT
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 1


@pytest.mark.rule("R22c")
def test_what_ends_soon_is_renewed_with_one_click(sign_in, anong, boonmee, hers):
    Entitlement.objects.filter(pk=right_of(anong).pk).update(until_date=date(2026, 2, 20))
    FunctionGrant.objects.create(
        entitlement=right_of(anong), function="submit", from_date=AT, until_date=date(2026, 2, 10), granted_by=boonmee,
        granted_at=AT,
    )  # fmt: skip
    visitor = sign_in(boonmee)
    page = visitor.get(hers).content.decode()
    renewal = f"/rights/{right_of(anong).pk}/functions/submit/renew/"
    assert f"{hers}renew/" in page
    assert renewal in page

    assert path_of(visitor.post(f"{hers}renew/")) == hers
    assert path_of(visitor.post(renewal)) == hers

    assert right_of(anong).until_date == date(2028, 2, 1)
    assert FunctionGrant.objects.get().until_date == date(2028, 2, 1)
    assert visitor.post(f"{hers}renew/").status_code == 409
    assert f"{hers}renew/" not in visitor.get(hers).content.decode()


@pytest.mark.rule("R22c")
def test_a_limited_admin_sees_and_grants_some_functions_only(sign_in, anong, boonmee, bua, hers):
    place = f"/rights/people/{right_of(bua).pk}/limit/"
    visitor = sign_in(boonmee)
    assert visitor.get(place).status_code == 200
    assert path_of(visitor.post(place, {"functions": ["submit"]})) == place.removesuffix("limit/")
    assert set(faults(visitor.post(place, {"functions": ["fly"]}))) == {"functions"}
    FunctionGrant.objects.create(
        entitlement=right_of(anong), function="see_reports", from_date=AT, granted_by=boonmee, granted_at=AT
    )

    hers_of_bua = sign_in(bua)

    page = hers_of_bua.get(hers)
    assert "ดูรายงาน" not in text_of(page)
    assert f"{hers}end/" not in page.content.decode()
    assert "ดูรายงาน" not in text_of(hers_of_bua.get("/rights/"))
    choices = hers_of_bua.get(f"/rights/{right_of(anong).pk}/functions/").context["choices"]
    assert [key for key, _name in choices] == ["submit"]


@pytest.mark.rule("R22b")
def test_bua_agrees_to_what_boonmee_wants(sign_in, boonmee, bua, anong, ekachai, two_person):
    two_person("self_grant = true")
    start = {"from_date_day": "2", "from_date_month": "2", "from_date_year": "2569"}
    his = sign_in(boonmee)
    his.post(f"/rights/{right_of(boonmee).pk}/functions/", {"functions": ["submit", "see_reports"]} | start)
    first, second = GrantProposal.objects.order_by("function")
    for stranger in (his, sign_in(anong), sign_in(ekachai)):
        assert stranger.get(f"/rights/consents/{first.pk}/").status_code == 404
        assert stranger.get("/rights/consents/").context["rows"] == []

    hers = sign_in(bua)

    assert len(hers.get("/rights/consents/").context["rows"]) == 2
    assert hers.get(f"/rights/consents/{first.pk}/").status_code == 200
    assert set(faults(hers.post(f"/rights/consents/{first.pk}/", {}))) == {"choice"}
    assert set(faults(hers.post(f"/rights/consents/{first.pk}/", {"choice": "refuse"}))) == {"reason"}
    assert path_of(hers.post(f"/rights/consents/{first.pk}/", {"choice": "agree"})) == "/rights/consents/"
    assert path_of(hers.post(f"/rights/consents/{second.pk}/", {"choice": "refuse"} | WHY)) == "/rights/consents/"
    assert [grant.function for grant in FunctionGrant.objects.all()] == ["see_reports"]
    assert hers.get(f"/rights/consents/{first.pk}/").status_code == 404
