"""Signing out at the provider."""

import pytest

from securenet.domain.oidc.jobs import logout_token
from securenet.domain.oidc.keys import sign
from securenet.domain.oidc.models import Grant
from securenet.domain.oidc.protocol import id_claims
from securenet.foundation.jobs.models import Job
from tests.domain.oidc.world import HOME, NOON, actor, relying_party
from tests.surfaces.portal.oidc.site import Browser, answered

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R92")]


@pytest.fixture
def hint(visitor, bms_id, anong):
    visitor.sign_in("anong")
    answered(visitor.authorize())
    return sign(id_claims(Grant.objects.get(), "openid", by=actor(at=NOON)), at=NOON)


@pytest.fixture
def bms_id(db, anong):
    return relying_party(at=anong.created_at)[0]


def is_signed_in(visitor):
    return "error" not in answered(visitor.authorize(prompt="none"))


def leave(visitor, **parameters):
    return visitor.get("/oidc/logout/", parameters)


def test_with_its_hint_a_service_signs_the_member_out_and_gets_them_back(visitor, hint):
    response = leave(visitor, id_token_hint=hint, post_logout_redirect_uri=HOME, state="s")
    assert response.headers["Location"] == f"{HOME}?state=s"
    assert not is_signed_in(visitor)
    assert Grant.objects.get().ended_at is not None
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 1


@pytest.mark.parametrize("way", ["https://evil.example/", HOME + "x", HOME.rstrip("/"), "//evil.example", ""])
def test_the_member_is_sent_to_no_address_that_is_not_registered(visitor, hint, way):
    response = leave(visitor, id_token_hint=hint, post_logout_redirect_uri=way)
    assert response.headers["Location"] == "/signed-out/"
    assert visitor.get("/signed-out/").status_code == 200


def test_without_a_hint_the_member_is_asked(visitor, hint):
    response = leave(visitor, client_id="bms-id", post_logout_redirect_uri=HOME)
    assert response.status_code == 200
    assert is_signed_in(visitor)
    done = visitor.post("/oidc/logout/confirm/", {"request": ""})
    assert done.headers["Location"] == "/signed-out/"
    assert not is_signed_in(visitor)


def test_the_hint_of_another_session_signs_nobody_out_unasked(visitor, hint):
    other = Browser()
    other.sign_in("anong")
    assert leave(other, id_token_hint=hint).status_code == 200
    assert is_signed_in(other)


@pytest.mark.parametrize("change", [lambda hint: hint[:-4] + "AAAA", lambda _hint: "x", lambda hint: hint[1:]])
def test_a_forged_hint_changes_nothing(visitor, hint, change):
    assert leave(visitor, id_token_hint=change(hint), post_logout_redirect_uri=HOME).status_code == 400
    assert is_signed_in(visitor)


def test_the_hint_of_another_service_is_refused(visitor, hint):
    assert leave(visitor, id_token_hint=hint, client_id="other").status_code == 400


def test_who_is_signed_out_already_goes_on(visitor, hint):
    leave(visitor, id_token_hint=hint)
    response = leave(visitor, id_token_hint=hint, post_logout_redirect_uri=HOME)
    assert response.headers["Location"] == HOME


def test_a_request_by_post_is_understood(visitor, hint):
    response = visitor.post("/oidc/logout/", {"id_token_hint": hint, "post_logout_redirect_uri": HOME})
    assert visitor.get(response.headers["Location"]).headers["Location"] == HOME


def test_the_confirmation_needs_its_token(visitor, hint):
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = visitor.cookies
    assert strict.post("/oidc/logout/confirm/", {"request": ""}).status_code == 403
    assert is_signed_in(visitor)


def test_a_logout_token_names_the_sign_in(visitor, hint):
    assert logout_token(Grant.objects.select_related("relying_party").get(), at=NOON).count(".") == 2
