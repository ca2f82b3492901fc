"""Who looks at every page sees what is wrong with one."""

from tests.journeys.conftest import Meet
from tests.journeys.eyes import Eyes

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
