"""A mandate's pages: asked for by the bank, officers chosen by the company, nothing there for anybody else."""

from __future__ import annotations

import pytest

from securenet.domain.entitlements.models import Assignment, Mandate, MandateStatus
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, BETA, right_of
from tests.domain.entitlements.mandating import assign, mandate
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22d")]

WISH = {
    "agent_number": ALPHA[0],
    "agent_country": "TH",
    "functions": ["register_persons", "submit"],
    "centres": ["central"],
    "from_date_day": "2",
    "from_date_month": "2",
    "from_date_year": "2569",
    "until_date_day": "31",
    "until_date_month": "12",
    "until_date_year": "2569",
    "draft_key": "a draft of ekachais",
}


@pytest.fixture
def held(ekachai, boonmee, dara):
    return mandate(ekachai, dara)


def wished(ekachai, **changes):
    return WISH | {"place": f"{right_of(ekachai).organization_id}-bmsid"} | changes


def test_a_bank_asks_and_finds_the_letter_to_print(sign_in, ekachai, boonmee):
    visitor = sign_in(ekachai)
    page = visitor.get("/rights/mandates/new/")
    assert 'value="2569"' in page.content.decode()

    for _click in range(2):
        place = path_of(visitor.post("/rights/mandates/new/", wished(ekachai)))

    asked = Mandate.objects.get()
    assert place == f"/case/{asked.case.submission_id}/"
    assert (asked.principal.number, asked.agent.number) == (BETA[0], ALPHA[0])
    page = visitor.get(place)
    assert "หนังสือมอบอำนาจระหว่างนิติบุคคล" in text_of(page)
    printed = visitor.get(f"{place}documents/letter_of_mandate.pdf")
    assert printed.content.startswith(b"%PDF")
    assert visitor.get(f"{place}documents/all.pdf").status_code == 200
    assert path_of(visitor.post(f"{place}withdraw/")) == place
    assert Mandate.objects.get().status == MandateStatus.REFUSED


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": "1-other"}, "place"),
        ({"agent_number": ""}, "agent_number"),
        ({"agent_number": "0105561000012"}, "agent_number"),
        ({"agent_number": "0105558123451"}, "agent_number"),
        ({"agent_number": BETA[0]}, "agent_number"),
        ({"functions": []}, "functions"),
        ({"functions": ["rule_the_world"]}, "functions"),
        ({"centres": []}, "centres"),
        ({"centres": ["moon"]}, "centres"),
        ({"from_date_year": "2568"}, "until_date"),
        ({"until_date_year": "2579"}, "until_date"),
        ({"until_date_day": "31", "until_date_month": "1"}, "until_date"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(sign_in, ekachai, boonmee, changes, field):
    answer = sign_in(ekachai).post("/rights/mandates/new/", wished(ekachai, **changes))

    assert answer.status_code == 422
    assert set(faults(answer)) == {field}
    assert not Mandate.objects.exists()


def test_a_mandate_exists_for_its_two_sides_only(sign_in, held, anong, ekachai, boonmee):
    place = f"/rights/mandates/{held.pk}/"
    for somebody in (ekachai, boonmee):
        assert sign_in(somebody).get(place).status_code == 200
    visitor = sign_in(anong)
    for path in (place, f"{place}end/", f"{place}officers/", f"{place}officers/{right_of(anong).pk}/"):
        assert visitor.get(path).status_code == 404
    assert visitor.post(f"{place}end/", {"reason": "No."}).status_code == 404
    assert visitor.get(f"/rights/mandates/new/?renews={held.pk}").status_code == 404
    assert not visitor.get("/rights/mandates/").context["rows"]
    assert path_of(Visitor().get(place)) == "/login/"
    assert Mandate.objects.get().status == MandateStatus.ACTIVE


def test_the_company_chooses_and_the_bank_sees_who_acts(sign_in, held, anong, ekachai, boonmee):
    place = f"/rights/mandates/{held.pk}/"
    company = sign_in(boonmee)
    found = company.get(f"{place}officers/?q=anong")
    assert [row["right"].member for row in found.context["rows"]] == [anong]
    choose = f"{place}officers/{right_of(anong).pk}/"
    assert company.get(choose).status_code == 200
    assert company.post(choose, {"functions": ["see_reports"]}).status_code == 422

    for _click in range(2):
        assert path_of(company.post(choose, {"functions": ["submit"]})) == place

    assert Mail.objects.filter(template="mandate-assigned", to=anong.email).count() == 1
    page = text_of(sign_in(ekachai).get(place))
    assert "อนงค์ ใจดี" in page
    assert "ส่งขออนุมัติ" in page
    remove = f"{place}remove/{Assignment.objects.get().pk}/"
    assert sign_in(ekachai).post(remove).status_code == 404
    assert path_of(company.post(remove)) == place
    assert company.post(remove).status_code == 409
    assert Assignment.objects.get().ended_at == AT


def test_the_bank_chooses_no_officer_of_the_company(sign_in, held, anong, ekachai):
    visitor = sign_in(ekachai)
    assert visitor.get(f"/rights/mandates/{held.pk}/officers/").status_code == 404
    choose = f"/rights/mandates/{held.pk}/officers/{right_of(anong).pk}/"
    assert visitor.post(choose, {"functions": ["submit"]}).status_code == 404


def test_the_bank_ends_it_with_a_reason(sign_in, held, anong, ekachai, boonmee):
    assign(held, anong, boonmee)
    visitor, place = sign_in(ekachai), f"/rights/mandates/{held.pk}/"
    assert visitor.post(f"{place}end/", {"reason": " "}).status_code == 422

    assert path_of(visitor.post(f"{place}end/", {"reason": "สัญญาสิ้นสุด"})) == place

    assert "สัญญาสิ้นสุด" in text_of(visitor.get(place))
    assert path_of(visitor.get(f"{place}end/")) == place
    assert sign_in(boonmee).get(f"{place}officers/").status_code == 404


def test_a_renewal_begins_the_day_after_with_the_same_facts(sign_in, held, ekachai, dara):
    visitor = sign_in(ekachai)
    form = visitor.get(f"/rights/mandates/new/?renews={held.pk}").context["form"]
    assert form.initial["agent_number"] == ALPHA[0]
    assert str(form.initial["from_date"]) == "2027-01-01"
    dates = {"from_date_day": "1", "from_date_month": "1", "from_date_year": "2570", "until_date_year": "2570"}

    visitor.post(f"/rights/mandates/new/?renews={held.pk}", wished(ekachai, **dates))

    assert Mandate.objects.latest("pk").renews == held


@pytest.mark.parametrize("text", ["x", "-1", "9" * 20, "๑", "1%00"])
def test_no_other_mandate_is_renewed(sign_in, held, ekachai, boonmee, text):
    assert sign_in(ekachai).get(f"/rights/mandates/new/?renews={text}").status_code == 404
    assert sign_in(boonmee).get(f"/rights/mandates/new/?renews={held.pk}").status_code == 404
