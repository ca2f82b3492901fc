"""Requests that no page of ours sends: an explaining page, never an error of ours (R82)."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from tests.surfaces.portal.visitor import DETAILS, PERSON, RIGHT, Visitor, faults, heading

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R82")]

FORMED = "application/x-www-form-urlencoded"
POSTED = ("/register/", "/register/person/", "/register/rights/", "/register/details/", "/register/review/", "/login/")


def explained(answer, *statuses):
    """Check that the answer is a page in words, with one of these statuses."""
    assert answer.status_code in statuses, answer.status_code
    assert heading(answer)
    assert 'lang="th"' in answer.content.decode()


@pytest.mark.parametrize("path", POSTED)
def test_a_body_of_ten_megabytes_is_too_large(anyone, path):
    anyone.fill_in()

    explained(anyone.post(path, b"a=" + b"x" * 10_000_000, content_type=FORMED), 413)
    explained(anyone.post(path, PERSON | {"name_en": "x" * 10_000_000}), 413)


@pytest.mark.parametrize("path", POSTED)
def test_thousands_of_parameters_are_not_understood(anyone, path):
    anyone.fill_in()
    many = urlencode([(f"field{number}", "x") for number in range(5000)])

    explained(anyone.post(path, many, content_type=FORMED), 400)
    explained(anyone.post(path, {f"field{number}": "x" for number in range(500)}), 400)


@pytest.mark.parametrize("path", POSTED)
def test_many_files_where_none_is_asked_for_are_not_understood(anyone, path):
    anyone.fill_in()

    explained(anyone.post(path, {f"f{number}": BytesIO(b"x") for number in range(20)}), 400)


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"username=%ff%fe%c3%28&name_th=%e0%b8&name_en=\xff\xfe", FORMED),
        (b"%00=%00&username=%00", FORMED),
        (b"&&&===&&%%%zz", FORMED),
        (b"username=" + b"\xed\xa0\x80" * 3, FORMED),
        (b'{"username": "anong"}', "application/json"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"username=anong", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"username=anong", "application/x-www-form-urlencoded; charset=no-such"),
        (b"no boundary at all", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="username"\r\n', "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary="),
        (b"<a/>", "text/xml"),
    ],
)
def test_a_body_that_is_no_form_is_answered_in_words(anyone, path, body, kind):
    anyone.fill_in()

    answer = anyone.generic("POST", path, body, content_type=kind)

    if path == "/register/rights/" and answer.status_code == 302:  # nothing typed, and a right is there: go on
        return
    explained(answer, 400, 415, 422)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "username=%00",
        "username=" + "x" * 5000,
        "username=%ff%fe",
        "username[]=a",
        "username=a&username=b",
        "",
        "x" * 9000,
    ],
)
def test_the_check_while_typing_answers_everything(anyone, query):
    assert anyone.get(f"/register/username/?{query}").status_code == 200


@pytest.mark.parametrize("field", sorted(PERSON))
def test_of_a_repeated_field_one_is_taken_and_the_page_stays(anyone, field):
    anyone.fill_in(until="person")
    twice = [(name, value) for name, value in PERSON.items()] + [(field, "' OR 1=1"), (field, "")]

    answer = anyone.post("/register/person/", urlencode(twice), content_type=FORMED)

    assert answer.status_code in {302, 422}
    assert answer.status_code == 302 or field in faults(answer) or field == "password_confirm"


@pytest.mark.parametrize(
    "action", ["", "remove-", "remove--1", "remove-" + "9" * 5000, "remove-๑", "drop", "\x00", "Next"]
)
def test_an_invented_action_changes_nothing(anyone, action):
    anyone.fill_in(until="details")

    assert anyone.post("/register/rights/", {"action": action}).status_code in {200, 302, 422}
    assert len(anyone.get("/register/rights/").context["cards"]) == 1


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_other_methods_are_not_taken(anyone, path, method):
    answer = getattr(anyone, method)(path)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert heading(answer)


@pytest.mark.parametrize("path", ["/logout/", "/language/", "/login/certificate/begin/"])
def test_what_is_only_sent_to_explains_itself_when_it_is_opened(anyone, path):
    explained(anyone.get(path), 405)


@pytest.mark.parametrize(
    "path", ["/", "/register/", "/login/", "/signed-out/", "/login/certificate/", "/register/username/"]
)
def test_head_is_answered_like_get_without_a_body(anyone, path):
    assert anyone.head(path).status_code == 200
    assert not anyone.head(path).content


def test_a_form_from_elsewhere_is_refused_in_words():
    strict = Visitor(enforce_csrf_checks=True)

    explained(strict.post("/register/", {"accepted": "on"}), 403)
    explained(strict.post("/login/", {"username": "anong", "password": "x", "csrfmiddlewaretoken": "x" * 64}), 403)


@pytest.mark.parametrize(
    "path",
    [
        "/case/99999999999999999999999999/",
        "/case/" + "9" * 5000 + "/",
        "/case/0/",
        "/case/-1/",
        "/rights/99999999999999999999/functions/",
        "/certificates/99999999999999999999/delete/",
        "/case/1/documents/..%2f..%2fsecret.pdf",
        "/register/documents/%00.pdf",
        "/no/such/page/",
        "/%ff%fe/",
        "/%00/",
        "/" + "a/" * 2000,
    ],
)
def test_an_invented_address_is_not_found(sign_in, anong, path):
    assert sign_in(anong).get(path).status_code == 404


anything = st.text(st.characters(), max_size=60) | st.sampled_from([*PERSON.values(), *RIGHT.values(), "", "x" * 300])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(sorted(PERSON)), anything, min_size=1, max_size=6))
def test_whatever_is_typed_at_step_1_is_a_page(anyone, changes):
    anyone.accept_terms()

    answer = anyone.post("/register/person/", encodable(PERSON | changes))

    assert answer.status_code in {302, 422}
    assert answer.status_code == 302 or faults(answer)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    right=st.dictionaries(st.sampled_from([*sorted(RIGHT), "action"]), anything, max_size=4),
    details=st.dictionaries(st.sampled_from(sorted(DETAILS)), anything, max_size=3),
)
def test_whatever_is_typed_at_steps_2_and_3_is_a_page(anyone, right, details):
    anyone.fill_in(until="rights")

    assert anyone.post("/register/rights/", encodable(RIGHT | {"action": "next"} | right)).status_code in {
        200,
        302,
        422,
    }
    assert anyone.post("/register/details/", encodable(DETAILS | details)).status_code in {302, 422}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(username=anything, password=anything, wish=anything)
def test_whatever_is_typed_at_the_login_is_a_page(anyone, username, password, wish):
    answer = anyone.post("/login/", encodable({"username": username, "password": password, "next": wish}))

    assert answer.status_code in {422, 429}
    assert not User.objects.exists()


def encodable(typed):
    """Return what a browser can send: it replaces halves of pairs."""
    return {
        name: value if isinstance(value, list) else value.encode(errors="replace").decode()
        for name, value in typed.items()
    }
