"""What is true of every page: its headers, its cookies, its language, nothing inline (R80, R85)."""

from __future__ import annotations

import re

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.accounts.recovery import send_password_link
from securenet.domain.approvals.flow import Verb
from tests.cast import PASSWORD, as_actor, confirm, decide, last_mail, note_papers, right_of
from tests.cast import register as register_applicant
from tests.domain.certificates.pki import register, registered
from tests.domain.oidc.world import relying_party
from tests.surfaces.portal.oidc.site import wish
from tests.surfaces.portal.visitor import (
    DETAILS,
    PERSON,
    RIGHT,
    Marks,
    Visitor,
    at_certificate_address,
    heading,
    recovery_link_in,
)

pytestmark = pytest.mark.django_db

PUBLIC = (
    *("/", "/register/", "/login/", "/login/?ended=1", "/login/certificate/", "/signed-out/", "/help/", "/contacts/"),
    *("/trust/", "/services/bmsid/", "/recover/username/", "/recover/password/", "/register/confirm/"),
    *("/recover/username/sent/", "/recover/password/sent/", "/recover/password/new/", "/recover/password/done/"),
    *("/register/confirm/no-such-token/", "/register/confirmation/", "/register/terms/?erased", "/no/such/page/"),
)
MINE = (
    *("/me/sessions/", "/me/sign-ins/", "/me/again/", "/me/mails/", "/me/email/", "/me/phones/", "/me/names/"),
    *("/me/password/", "/me/export/"),
)
MEMBERS = ("/me/", "/rights/", "/rights/add/", "/certificates/", "/certificates/add/", *MINE)
FORBIDDEN = {"style", "background", "bgcolor"}
NAMES = re.compile(r"__Host-(portal|csrf|language|draft)")


def walk(visitor):
    """Yield the pages of registration, each also as it is after an empty post."""
    visitor.accept_terms()
    yield visitor.get("/register/person/")
    yield visitor.post("/register/person/", {})
    yield visitor.post("/register/person/", PERSON | {"check": "1"})
    visitor.post("/register/person/", PERSON)
    yield visitor.get("/register/person/")
    yield visitor.post("/register/rights/", {"action": "add"})
    visitor.post("/register/rights/", RIGHT | {"action": "add"})
    yield visitor.get("/register/rights/")
    yield visitor.post("/register/details/", {})
    visitor.post("/register/details/", DETAILS)
    yield visitor.post("/register/review/", {})
    visitor.post("/register/review/", {"certified": "on"})
    yield visitor.get("/register/confirmation/")
    yield visitor.post("/register/confirmation/", {"email": ""})
    yield visitor.get("/register/documents/")
    visitor.sign_in("anong2", PASSWORD)
    yield visitor.get("/me/unconfirmed/")
    yield visitor.get("/rights/1/functions/submit/withdraw/")


def recovering(visitor, member):
    yield visitor.post("/recover/username/", {})
    yield visitor.post("/recover/password/", {})
    send_password_link(member, by=as_actor())
    visitor.get(recovery_link_in(last_mail("password-link")))
    yield visitor.get("/recover/password/new/")
    yield visitor.post("/recover/password/new/", {})


def signed_in_pages(visitor, member, pki, chai):
    newest = register(member, pki.certificate_for(member.username)).number
    registered(member, pki.certificate_for(member.username, of="second"), chai=chai)
    yield from (visitor.get(path) for path in MEMBERS)
    yield visitor.post("/certificates/add/", {})
    number = member.submissions.earliest("pk").number
    yield from (visitor.get(path) for path in (f"/case/{number}/", f"/case/{newest}/", f"/case/{newest}/withdraw/"))
    place = f"/rights/{right_of(member).pk}/functions/"
    yield visitor.get(place)
    yield visitor.post(place, {})
    yield visitor.get(f"/certificates/{member.certificates.earliest('pk').pk}/delete/")
    tx = visitor.post("/certificates/token/").headers["Location"]
    back = at_certificate_address(pki.der_for(member.username, of="third"), tx).headers["Location"]
    visitor.get(back.removeprefix("https://portal.localhost:8440"))
    yield visitor.get("/certificates/confirm/")
    yield at_certificate_address(None, tx)
    yield visitor.post(f"/certificates/{member.certificates.latest('pk').pk}/delete/", {"x": "1"}, follow=True)


def rare_pages(language, member, chai):
    """Yield what is asked of members on few days: new terms, a correction, the password before a service, to stay."""
    returned = register_applicant("aree")
    confirm(returned)
    note_papers(returned, chai)
    reason = {"th": "ชื่อในบัตรไม่ตรงกับที่กรอก", "en": "The card has another name."}[language]
    decide(returned.cases.get(), Verb.RETURN, chai, reason=reason)
    applicant = signed_in("aree", language)
    yield applicant.get(f"/case/{returned.number}/")
    yield applicant.get(f"/case/{returned.number}/correct/")
    yield applicant.post(f"/case/{returned.number}/correct/", {})
    relying_party()
    visitor = signed_in(member.username, language)
    yield visitor.get("/oidc/authorize/?" + wish(prompt="login"))
    yield visitor.get("/oidc/authorize/?" + wish(client_id="nobody"))
    yield visitor.get("/oidc/logout/")
    User.objects.filter(pk=member.pk).update(terms_version="0")
    yield visitor.get("/terms/")
    yield visitor.post("/terms/", {})
    User.objects.filter(pk=member.pk).update(terms_version=member.terms_version)


def signed_in(username, language):
    visitor = Visitor().speak(language)
    visitor.sign_in(username, PASSWORD)
    return visitor


def everything(language, boonmee, pki, chai):
    """Return every page of the portal, as a visitor and as a member, in a language."""
    visitor = Visitor().speak(language)
    pages = [visitor.get(path) for path in PUBLIC]
    pages += [visitor.post("/register/", {}), visitor.post("/login/", {"username": "x", "password": "y"})]
    pages += list(walk(Visitor().speak(language)))
    pages += list(recovering(Visitor().speak(language), boonmee))
    pages += list(rare_pages(language, boonmee, chai))
    return pages + list(signed_in_pages(signed_in("boonmee", language), boonmee, pki, chai))


@pytest.fixture(params=["th", "en"])
def pages(request, clock, boonmee, anong, pki, chai):
    return request.param, everything(request.param, boonmee, pki, chai)


@pytest.mark.rule("R80", "R85")
def test_every_page_keeps_the_rules_of_all_pages(pages):
    language, answers = pages
    assert len(answers) > 45
    for answer in answers:
        page = answer.content.decode()
        where = f"{answer.request['PATH_INFO']}: {heading(answer)}"
        headers_are_right(answer, language, where)
        nothing_is_inline(Marks(page), where)
        assert f'lang="{language}"' in page, where
        assert heading(answer), where
        assert page.count("<h1") == 1, where
        assert page.count('aria-current="page"') <= 1, where
        assert page.count('id="main"') == 1, where
        assert len(ids(page)) == len(set(ids(page))), (where, sorted(ids(page)))


def headers_are_right(answer, language, where):
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert headers["Cache-Control"] == "no-store", where
    assert headers["Content-Language"] == language, where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["X-Frame-Options"] == "DENY", where
    assert headers["Referrer-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert "max-age=31536000" in headers["Strict-Transport-Security"], where
    for name, morsel in answer.cookies.items():
        assert NAMES.fullmatch(name), where
        assert morsel["path"] == "/", where
        assert not morsel["domain"], where
        assert not morsel.value or (morsel["secure"] and morsel["httponly"] and morsel["samesite"] == "Lax"), where


def nothing_is_inline(marks, where):
    assert not marks.inline, where
    for tag, attributes in marks.tags:
        assert tag != "style", where
        assert not FORBIDDEN & set(attributes), (where, tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (where, tag, attributes)
        for name in ("src", "href", "action"):
            target = attributes.get(name) or ""
            assert not target.startswith(("javascript:", "data:", "http://", "//")), (where, target)
            assert not (tag in {"script", "img", "link"} and target.startswith("http")), (where, target)


def ids(page):
    return re.findall(r'\sid="([^"]+)"', page)


LATIN = re.compile(r"[A-Za-z][A-Za-z’'-]*(?: [A-Za-z’'-]+){2,}")
THAI = re.compile("[\u0e01-\u0e5b]")
NAMES_AS_THEY_ARE = re.compile(
    r"BOT SecureNet|BMS ID|Alpha Cash Transport Co|(Tests|Practice) (Root )?CA|SafeNet Aladdin eToken PRO|C=TH, .*"
)
THAI_NAMES = ("ไทย", "อนงค์ ใจดี", "บุญมี ศรีสุข", RIGHT["organization_name"], *list(DETAILS.values())[:2])


def is_foreign(text, language):
    """Return whether a text is a sentence in the other language; names are as they are."""
    if language == "th":
        return LATIN.search(NAMES_AS_THEY_ARE.sub("", text))
    for name in THAI_NAMES:
        text = text.replace(name, "")
    return THAI.search(text)


@pytest.mark.rule("R80")
def test_a_thai_page_has_no_english_sentence_and_an_english_page_no_thai_one(pages):
    language, answers = pages
    left = {
        (answer.request["PATH_INFO"], text.strip())
        for answer in answers
        if answer.request["PATH_INFO"] != "/me/mails/"  # mails stay in the language that they were written in
        for text in texts(answer.content.decode())
        if is_foreign(text, language)
    }
    assert not left, "\n".join(f"{path}: {text}" for path, text in sorted(left))


def texts(page):
    body = re.sub(r"<(head|script)\b.*?</\1>", "", page, flags=re.S)
    return [text for text in re.split(r"<[^>]+>", body) if text.strip()]


@pytest.mark.rule("R85")
def test_a_page_with_a_form_that_goes_elsewhere_names_where(anyone, sign_in, anong):
    member = sign_in(anong)
    for path, visitor in (("/login/certificate/", anyone), ("/certificates/", member), ("/certificates/add/", member)):
        assert "https://*.cert.localhost" in visitor.get(path).headers["Content-Security-Policy"]
    assert "cert.localhost" not in anyone.get("/register/").headers["Content-Security-Policy"]


@pytest.mark.rule("R80")
def test_the_switch_leads_back_to_the_page(anyone):
    page = anyone.get("/register/username/../../help/?x=1&y=2").content.decode()
    assert 'name="next"' in page

    answer = anyone.post("/language/", {"language": "en", "next": "/help/?x=1&y=2"})

    assert answer.headers["Location"] == "/help/?x=1&y=2"
    assert anyone.get("/help/").headers["Content-Language"] == "en"


@pytest.mark.rule("R80")
def test_the_language_of_a_member_is_kept_for_mails(sign_in, anong):
    sign_in(anong, "en")
    anong.refresh_from_db()

    assert anong.language == "en"
