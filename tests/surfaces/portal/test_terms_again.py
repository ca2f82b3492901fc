"""New terms of use: asked for before all else, recorded, and never in the way twice (R1)."""

from __future__ import annotations

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import TermsNotAccepted
from securenet.domain.registration.terms import accept_terms
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, as_actor
from tests.domain.oidc.world import relying_party
from tests.surfaces.portal.oidc.site import answered, wish
from tests.surfaces.portal.visitor import faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R1")]


@pytest.fixture
def outdated(boonmee):
    """Boonmee accepted terms that are no longer in force."""
    User.objects.filter(pk=boonmee.pk).update(terms_version="0")
    boonmee.refresh_from_db()
    return boonmee


@pytest.mark.parametrize("path", ["/me/", "/rights/", "/rights/add/", "/certificates/", "/oidc/authorize/"])
def test_every_page_of_a_member_leads_to_the_new_terms_first(outdated, sign_in, path):
    answer = sign_in(outdated).get(path)
    assert path_of(answer) == "/terms/"
    assert answer.headers["Location"].endswith(f"next={path.replace('/', '%2F')}")


def test_a_form_sent_before_they_are_accepted_changes_nothing(outdated, sign_in):
    assert path_of(sign_in(outdated).post("/rights/add/", {"action": "next"})) == "/terms/"


def test_accepting_is_recorded_and_leads_on(outdated, sign_in):
    visitor = sign_in(outdated)
    answer = visitor.post("/terms/", {"accepted": "on", "next": "/rights/"})
    assert path_of(answer) == "/rights/"
    outdated.refresh_from_db()
    assert (outdated.terms_version, outdated.terms_accepted_at) == (profile().terms.version, AT)
    assert AuditEntry.objects.get(event="terms.accepted").facts == {"before": "0", "after": profile().terms.version}
    assert visitor.get("/rights/").status_code == 200


def test_without_the_tick_nothing_is_accepted(outdated, sign_in):
    answer = sign_in(outdated).post("/terms/", {"next": "/rights/"})
    assert set(faults(answer)) == {"accepted"}
    outdated.refresh_from_db()
    assert outdated.terms_version == "0"


def test_who_has_accepted_is_not_asked(boonmee, sign_in):
    visitor = sign_in(boonmee)
    assert visitor.get("/me/").status_code == 200
    assert visitor.get("/terms/").status_code == 403


def test_public_pages_and_signing_out_stay_open(outdated, sign_in):
    visitor = sign_in(outdated)
    for path in ("/", "/help/terms/", "/contacts/"):
        assert visitor.get(path).status_code == 200
    assert path_of(visitor.post("/logout/")) == "/signed-out/"


def test_another_version_than_the_one_in_force_is_not_accepted(outdated):
    with pytest.raises(TermsNotAccepted):
        accept_terms(outdated, version="0", by=as_actor(outdated))


def test_the_page_shows_the_terms(outdated, sign_in):
    assert profile().terms.version in text_of(sign_in(outdated).get("/terms/"))


def test_who_declines_is_signed_out_and_asked_again(outdated, sign_in):
    visitor = sign_in(outdated)

    assert path_of(visitor.post("/terms/", {"decline": "1"})) == "/signed-out/"
    assert path_of(visitor.get("/me/")) == "/login/"
    assert AuditEntry.objects.filter(event="terms.declined").count() == 1

    visitor.sign_in("boonmee")
    assert path_of(visitor.get("/me/")) == "/terms/"


@pytest.mark.rule("R90")
def test_a_service_opens_only_after_the_terms(outdated, sign_in):
    relying_party(at=outdated.created_at)
    visitor = sign_in(outdated)

    asked = visitor.get("/oidc/authorize/?" + wish())
    page = visitor.get(asked.headers["Location"])
    assert "https://bms-id.localhost:8441" in page.headers["Content-Security-Policy"]
    back = visitor.post("/terms/", {"accepted": "on", "next": page.context["next"]})

    assert "code" in answered(visitor.get(back.headers["Location"]))


@pytest.mark.rule("R90")
def test_a_service_that_asks_silently_is_told_that_the_member_is_needed(outdated, sign_in):
    relying_party(at=outdated.created_at)

    answer = sign_in(outdated).get("/oidc/authorize/?" + wish(prompt="none"))

    assert answered(answer)["error"] == "interaction_required"
