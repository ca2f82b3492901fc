"""Functions granted and withdrawn by an Organization Admin (R22)."""

from __future__ import annotations

from datetime import date

import pytest

from securenet.domain.entitlements.models import FunctionGrant
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, right_of
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22")]

TWO = {"functions": ["register_persons", "submit"]}
FROM = {"from_date_day": "2", "from_date_month": "2", "from_date_year": "2569"}
UNTIL = {"until_date_day": "31", "until_date_month": "12", "until_date_year": "2569"}


@pytest.fixture
def place(anong, boonmee):
    """Where Boonmee grants functions to Anong."""
    return f"/rights/{right_of(anong).pk}/functions/"


def person_page(place):
    """Where granting leads back to."""
    return place.replace("/rights/", "/rights/people/").removesuffix("functions/")


def granted():
    return sorted(FunctionGrant.objects.filter(ended_at=None).values_list("function", flat=True))


def test_boonmee_grants_anong_two_functions_and_she_is_told(sign_in, anong, boonmee, place):
    visitor = sign_in(boonmee)
    assert "อนงค์ ใจดี" in text_of(visitor.get("/rights/"))
    page = visitor.get(place)
    assert all(f'value="{function}"' in page.content.decode() for function in TWO["functions"])

    assert path_of(visitor.post(place, TWO | FROM | UNTIL)) == person_page(place)

    assert granted() == ["register_persons", "submit"]
    grant = FunctionGrant.objects.first()
    assert (grant.from_date, grant.until_date, grant.granted_by) == (date(2026, 2, 2), date(2026, 12, 31), boonmee)
    assert Mail.objects.filter(template="function-granted", to=anong.email).count() == 2
    assert AuditEntry.objects.filter(event="function.granted").count() == 2
    assert "ลงทะเบียนบุคคล" in text_of(visitor.get("/rights/"))


def test_the_same_grant_sent_twice_is_made_once(sign_in, boonmee, place):
    visitor = sign_in(boonmee)

    for _click in range(2):
        assert path_of(visitor.post(place, TWO | FROM)) == person_page(place)

    assert granted() == ["register_persons", "submit"]
    assert Mail.objects.filter(template="function-granted").count() == 2


def test_the_same_grant_at_the_same_moment_is_made_once(shared_database, clock, at_once, anong, boonmee):
    place = f"/rights/{right_of(anong).pk}/functions/"
    tabs = [Visitor() for _tab in range(2)]
    for tab in tabs:
        tab.sign_in("boonmee")

    answers = at_once(*(lambda tab=tab: tab.post(place, TWO | FROM) for tab in tabs))

    assert {answer.status_code for answer in answers} <= {302, 422}
    assert granted() == ["register_persons", "submit"]


def test_nobody_but_the_admin_grants(sign_in, anong, ekachai, place):
    for other in (anong, ekachai):
        visitor = sign_in(other)
        assert visitor.get(place).status_code == 404
        assert visitor.post(place, TWO | FROM).status_code == 404
        assert visitor.post(f"{place}submit/withdraw/").status_code == 404
    assert path_of(Visitor().post(place, TWO | FROM)) == "/login/"
    assert granted() == []


def test_ekachai_sees_nobody_of_another_organization(sign_in, anong, boonmee, ekachai):
    page = text_of(sign_in(ekachai).get("/rights/"))

    assert "อนงค์" not in page
    assert "บุญมี" not in page
    assert "Alpha" not in page


def test_an_officer_sees_own_rights_and_administers_nobody(sign_in, anong, boonmee):
    page = sign_in(anong).get("/rights/")

    assert "Alpha" in text_of(page)
    assert not page.context["administered"]


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"functions": []}, "functions"),
        ({"functions": ["rule_the_world"]}, "functions"),
        ({"functions": ["submit", "rule_the_world"]}, "functions"),
        ({"functions": ["submit\x00"]}, "functions"),
        ({"from_date_day": ""}, "from_date"),
        ({"from_date_day": "", "from_date_month": "", "from_date_year": ""}, "from_date"),
        ({"from_date_day": "31"}, "from_date"),
        ({"from_date_day": "x"}, "from_date"),
        ({"from_date_day": "๒๐๐๐๐"}, "from_date"),
        ({"from_date_month": "13"}, "from_date"),
        ({"from_date_month": "\x00"}, "from_date"),
        ({"from_date_year": "2026"}, "from_date"),
        ({"from_date_year": "99999"}, "from_date"),
        ({"until_date_day": "1"}, "until_date"),
        ({"until_date_day": "1", "until_date_month": "2", "until_date_year": "2569"}, "until_date"),
        ({"from_date_day": "1"}, "until_date"),
        ({"from_date_year": "2568"}, "until_date"),
    ],
)
def test_a_wrong_function_or_date_is_told_at_its_field(sign_in, boonmee, place, changes, field):
    visitor = sign_in(boonmee)

    answer = visitor.post(place, TWO | FROM | changes)

    assert answer.status_code == 422
    assert set(faults(answer)) == {field}
    assert granted() == []
    kept = (TWO | FROM | changes)["from_date_year"]
    assert not kept or f'value="{kept}"' in answer.content.decode()


def test_a_withdrawn_function_ends_at_once_and_she_is_told(sign_in, anong, boonmee, place):
    visitor = sign_in(boonmee)
    visitor.post(place, TWO | FROM)

    assert path_of(visitor.post(f"{place}submit/withdraw/")) == person_page(place)

    assert granted() == ["register_persons"]
    assert Mail.objects.filter(template="function-withdrawn", to=anong.email).count() == 1
    assert visitor.post(f"{place}submit/withdraw/").status_code == 409
    assert visitor.post(f"{place}no-such/withdraw/").status_code in {404, 409}
    assert visitor.get(f"{place}submit/withdraw/").status_code == 405


def test_what_has_run_out_can_be_granted_again(sign_in, boonmee, place, clock):
    visitor = sign_in(boonmee)
    visitor.post(place, TWO | FROM | {"until_date_day": "3", "until_date_month": "2", "until_date_year": "2569"})
    clock.move_to(AT + 5 * DAY)
    visitor = sign_in(boonmee)

    page = visitor.get(place)

    assert {"register_persons", "submit"} <= {key for key, _name in page.context["choices"]}
    later = FROM | {"from_date_day": "7"}
    assert path_of(visitor.post(place, TWO | later)) == person_page(place)


def test_granting_to_oneself_is_marked(sign_in, boonmee):
    visitor = sign_in(boonmee)

    visitor.post(f"/rights/{right_of(boonmee).pk}/functions/", TWO | FROM)

    assert {entry.facts["to_oneself"] for entry in AuditEntry.objects.filter(event="function.granted")} == {True}


@pytest.mark.rule("R80")
def test_in_english_the_year_is_of_the_common_era(sign_in, boonmee, place):
    visitor = sign_in(boonmee, "en")
    assert 'value="2026"' in visitor.get(place).content.decode()

    assert path_of(visitor.post(place, TWO | FROM | {"from_date_year": "2026"})) == person_page(place)
    assert FunctionGrant.objects.first().from_date == date(2026, 2, 2)


def test_the_page_of_a_person_shows_functions_dates_and_history(sign_in, boonmee, anong, place):
    visitor = sign_in(boonmee)
    visitor.post(place, TWO | FROM | UNTIL)

    page = text_of(visitor.get(person_page(place)))

    assert all(word in page for word in ("อนงค์ ใจดี", "anong", "Alpha", "ลงทะเบียนบุคคล", "31 ธ.ค. 2569"))


def test_the_page_of_a_person_is_not_found_by_others(sign_in, anong, ekachai, boonmee, place):
    for other in (anong, ekachai):
        assert sign_in(other).get(person_page(place)).status_code == 404


def test_people_are_found_by_name(sign_in, anong, boonmee):
    visitor = sign_in(boonmee)

    assert [row["right"].member for row in visitor.get("/rights/?q=อนงค์").context["administered"]] == [anong]
    nobody = visitor.get("/rights/?q=zzz")
    assert nobody.context["administered"] == []
    assert 'href="/rights/"' in nobody.content.decode()
    assert visitor.get("/rights/?q=%00").status_code == 200
    assert visitor.get("/rights/?page=x").status_code == 200
