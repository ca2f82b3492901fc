"""Who looks at every page sees what is wrong with one."""

import pytest

from tests.journeys.conftest import Meet
from tests.journeys.eyes import Eyes
from tests.journeys.world import NARROW, WIDE

SPOIL = """() => {
  const picture = document.createElement("img"), script = document.createElement("script");
  picture.src = "/static/icon.svg";
  picture.width = 2000;
  script.textContent = "0";
  document.querySelector("main").append(picture, script);
  setTimeout(() => { throw new Error("a broken script"); });
}"""


def test_a_spoilt_page_is_noticed(meet: Meet, eyes: Eyes) -> None:
    visit = meet()
    visit.go("portal", "/contacts/")
    visit.page.evaluate(SPOIL)
    visit.page.wait_for_timeout(100)
    visit.see("spoilt")
    found = "\n".join(eyes.complaints)
    eyes.complaints.clear()

    assert "image-alt" in found
    assert "is too wide" in found
    assert "Content Security Policy" in found
    assert "a broken script" in found


def test_a_menu_that_leaves_the_window_is_noticed(meet: Meet, eyes: Eyes) -> None:
    visit = meet(locale="en-GB")
    visit.page.set_viewport_size(NARROW)
    visit.go("portal", "/contacts/")
    visit.see("menu in lines")
    assert not eyes.complaints
    visit.page.evaluate("document.querySelector('.nav2 ul').style = 'flex-wrap: nowrap; overflow-x: auto'")
    visit.see("menu in one line")
    found = "\n".join(eyes.complaints)
    eyes.complaints.clear()

    assert "is too wide: ['A  Guides and terms']" in found


GREY_WORD = """() => {
  const word = document.createElement("p");
  word.textContent = "hardly to be read";
  word.style.color = "#aaa";
  document.querySelector("main").append(word);
}"""
DARK_GROUND = """() => { document.querySelector("main").style.background = "#666"; }"""
DARK_SLIP = """() => {
  const slip = document.createElement("div");
  Object.assign(slip.style, {position: "absolute", inset: 0, height: "200vh", background: "#666", zIndex: -1});
  document.body.append(slip);
}"""


def on_phones(rules: str, html: str = "") -> str:
    """Return what adds rules for small windows, and elements, to a page."""
    return f"""() => {{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media (max-width: 600px) {{ {rules} }} .tool {{ width: 3rem; height: 3rem }}`);
  document.adoptedStyleSheets = [sheet];
  document.querySelector("main").insertAdjacentHTML("beforeend", `{html}`);
}}"""


ON_PHONES = on_phones("main { color: #aaa }")
ONLY_PICTURES_ON_PHONES = on_phones(
    ".word { display: none }", '<button class="tool"><b><i class="word">Print</i></b></button>'
)
CLOSE_ON_PHONES = on_phones(
    ".small { width: 9px; height: 9px; padding: 0; overflow: hidden }",
    '<p><button class="small">a</button><button class="small">b</button></p>',
)
NAMELESS = """() => document.querySelector("main").append(document.createElement("input"))"""
NO_SLIDER = """() => document.querySelector("main p").setAttribute("role", "slider")"""


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (GREY_WORD, "color-contrast"),
        (DARK_GROUND, "color-contrast"),
        (DARK_SLIP, "color-contrast"),
        (ON_PHONES, "color-contrast"),
        (NAMELESS, "label"),
        (NO_SLIDER, "aria-required-attr"),
    ],
    ids=["letters", "ground", "slip", "phone", "nameless", "role"],
)
def test_what_looks_like_texts_seen_before_is_told_from_what_does_not(
    meet: Meet, eyes: Eyes, change: str, rule: str
) -> None:
    visit = meet(locale="en-GB")
    visit.go("portal", "/contacts/")
    for width in (WIDE, NARROW):
        visit.page.set_viewport_size(width)
        visit.see(f"before {change}")
    assert not eyes.complaints
    visit.page.evaluate(change)
    visit.see(f"after {change}")
    found = "\n".join(eyes.complaints)
    eyes.complaints.clear()

    assert f"{rule}" in found


@pytest.mark.parametrize(
    ("change", "rule"),
    [(ONLY_PICTURES_ON_PHONES, "button-name"), (CLOSE_ON_PHONES, "target-size"), (ON_PHONES, "color-contrast")],
    ids=["name", "target", "letters"],
)
def test_what_is_wrong_on_phones_only_is_seen_when_the_window_shrinks(
    meet: Meet, eyes: Eyes, change: str, rule: str
) -> None:
    visit = meet()
    visit.go("portal", "/contacts/")
    visit.page.evaluate(change)
    visit.see(f"wide {change}")
    assert not eyes.complaints
    visit.page.set_viewport_size(NARROW)
    visit.see(f"narrow {change}")
    found = "\n".join(eyes.complaints)
    eyes.complaints.clear()

    assert rule in found
