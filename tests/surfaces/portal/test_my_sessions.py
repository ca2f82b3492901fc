"""Sessions that a member sees and ends, and the history of sign-ins (R23, R85)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from securenet.domain.accounts.models import Session
from securenet.domain.oidc.models import Grant
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.surfaces.portal.devices import device_words
from tests.cast import AT
from tests.domain.oidc.world import relying_party
from tests.surfaces.portal.oidc.site import wish
from tests.surfaces.portal.visitor import Visitor, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R85")]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def two(sign_in, anong):
    """Two browsers of Anong's."""
    here = sign_in(anong, "en", HTTP_USER_AGENT=FIREFOX)
    return here, sign_in(anong, "en", HTTP_USER_AGENT=PHONE, address="198.51.100.9")


def listed(visitor):
    return visitor.get("/me/sessions/").context["sessions"]


def test_each_session_is_told_in_words_and_this_one_is_marked(two):
    here, other = listed(two[0])

    assert (here["here"], here["device"]) == (True, "Firefox on Linux")
    assert (other["here"], other["device"], other["session"].address) == (False, "Chrome on Android", "198.51.100.9")
    assert other["credential"] == "Password"


def test_the_key_of_a_session_is_on_no_page(two):
    page = two[0].get("/me/sessions/").content.decode()

    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in page]


def test_an_ended_session_is_out_at_its_next_request(two):
    here, other = two
    reference = listed(here)[1]["session"].reference

    assert path_of(here.post(f"/me/sessions/{reference}/end/")) == "/me/sessions/"

    assert path_of(other.get("/me/")) == "/login/"
    assert here.get("/me/").status_code == 200
    assert AuditEntry.objects.filter(event="account.session-ended", about="account anong").count() == 1


def test_nobody_ends_a_session_of_others(two, sign_in, ekachai):
    reference = listed(two[0])[1]["session"].reference

    assert sign_in(ekachai).post(f"/me/sessions/{reference}/end/").status_code == 404
    assert two[1].get("/me/").status_code == 200


def test_this_session_is_not_ended_here_but_by_signing_out(two):
    reference = listed(two[0])[0]["session"].reference

    assert two[0].post(f"/me/sessions/{reference}/end/").status_code == 404


def test_all_others_end_at_once(two, sign_in, anong, ekachai):
    third, stranger = sign_in(anong), sign_in(ekachai)

    two[0].post("/me/sessions/others/end/")

    assert [path_of(visitor.get("/me/")) for visitor in (two[1], third)] == ["/login/", "/login/"]
    assert two[0].get("/me/").status_code == 200
    assert stranger.get("/me/").status_code == 200


def test_looking_changes_nothing(two):
    for path in ("/me/sessions/others/end/", "/me/services/1/end/", "/me/sessions/x/end/"):
        assert two[0].get(path).status_code == 405


def test_only_fifty_are_listed_and_all_of_the_others_end(two, anong, django_assert_max_num_queries):
    Session.objects.bulk_create(
        Session(
            session_key=f"key{number}",
            session_data="",
            user=anong,
            surface="portal",
            opened_at=AT,
            used_at=AT,
            expire_date=AT + timedelta(hours=1),
        )
        for number in range(120)
    )
    with django_assert_max_num_queries(12):
        page = two[0].get("/me/sessions/")
    assert len(page.context["sessions"]) == 50
    assert page.context["more"]

    two[0].post("/me/sessions/others/end/")

    assert Session.objects.filter(user=anong).count() == 1


@pytest.fixture
def at_service(two, anong):
    """Anong's phone signed in to BMS ID; her other browser did not."""
    relying_party(at=anong.created_at)
    assert two[1].get("/oidc/authorize/?" + wish()).status_code == 302
    return Grant.objects.get()


@pytest.mark.rule("R92")
def test_a_service_is_listed_and_ended_and_told(two, at_service):
    page = two[0].get("/me/sessions/")
    assert [grant.relying_party.name for grant in page.context["services"]] == ["BMS ID"]

    two[0].post(f"/me/services/{at_service.pk}/end/")

    at_service.refresh_from_db()
    assert at_service.ended_at is not None
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 1
    assert two[0].get("/me/sessions/").context["services"] == []


@pytest.mark.rule("R92")
def test_nobody_signs_others_out_of_a_service(at_service, sign_in, ekachai):
    assert sign_in(ekachai).post(f"/me/services/{at_service.pk}/end/").status_code == 404
    at_service.refresh_from_db()
    assert at_service.ended_at is None


@pytest.mark.rule("R92")
@pytest.mark.parametrize("way", ["one", "others", "logout"])
def test_what_a_session_opened_at_services_ends_with_it(two, at_service, way):
    here, phone = two
    if way == "one":
        here.post(f"/me/sessions/{listed(here)[1]['session'].reference}/end/")
    elif way == "others":
        here.post("/me/sessions/others/end/")
    else:
        phone.post("/logout/")

    at_service.refresh_from_db()
    assert at_service.ended_at is not None
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 1


@pytest.mark.rule("R92")
def test_what_this_session_opened_goes_on_when_the_others_end(two, at_service):
    two[1].post("/me/sessions/others/end/")

    at_service.refresh_from_db()
    assert at_service.ended_at is None


@pytest.mark.rule("R9", "R84")
def test_the_history_tells_successes_and_refusals_of_this_account_only(two, anong, ekachai, sign_in):
    Visitor(address="203.0.113.5").sign_in("anong", "wrong")
    sign_in(ekachai)

    page = two[0].get("/me/sign-ins/")

    told = [(row["what"], row["entry"].address) for row in page.context["rows"]]
    assert told[0] == ("Refused: wrong password", "203.0.113.5")
    assert [what for what, _address in told].count("Signed in") == 2


def past_sign_in(user, at, credential="password"):
    return AuditEntry(
        at=at, event="account.signed-in", actor=user.username, surface="portal", credential=credential, about=user.about
    )


def test_the_history_ends_where_the_profile_says(two, anong):
    past_sign_in(anong, AT - timedelta(days=profile().retention.sign_in_days, minutes=1)).save()

    assert len(two[0].get("/me/sign-ins/").context["rows"]) == 2


def test_a_long_history_is_paged(two, anong):
    AuditEntry.objects.bulk_create(past_sign_in(anong, AT, "certificate:0123") for _number in range(60))
    first = two[0].get("/me/sign-ins/")
    assert len(first.context["rows"]) == 50
    assert first.context["rows"][0]["credential"] == "Certificate"

    assert len(two[0].get("/me/sign-ins/" + first.context["page"].older).context["rows"]) == 12


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Chrome on Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Microsoft Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    with override("en"):
        assert device_words(agent) == words


def test_the_pages_speak_thai(two, anong):
    page = text_of(two[0].speak("th").get("/me/sessions/"))

    assert "อุปกรณ์" in page
