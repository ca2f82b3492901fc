"""What a check of a computer found, in words: the same for the member and for the service desk (R50a)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from securenet.domain.certificates.checking import Step

WORDS: dict[str, dict[bool | None, Any]] = {
    Step.CLOCK: {
        True: _("The computer's clock is right."),
        False: _("The computer's clock is wrong: set it to the time of the network."),
        None: _("The clock could not be compared: that needs scripts in the browser."),
    },
    Step.TOKEN: {
        True: _("The token answered, and its PIN was right."),
        False: _(
            "No certificate came. Plug in the token and look whether its driver is installed; a certificate that has "
            "expired, or one of another authority, is not offered by browsers."
        ),
    },
    Step.CHAIN: {
        True: _("The certificates of the authorities are installed: your browser sent them along."),
        None: _("Your browser sent the certificate alone. That is enough here; other programs may want the whole set."),
    },
    Step.ACCEPTED: {
        True: _("The certificate comes from an accepted authority and is good now."),
        False: _("The certificate is not accepted:"),
    },
    Step.REGISTERED: {
        True: _("The certificate is registered and valid."),
        False: _("The certificate is not registered, or not valid here. Look at the page of your certificates."),
    },
}


def check_rows(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `text`, `fact` and the `mark` of the list for each finding."""
    marks = {True: "ok", False: "er", None: ""}
    return [
        {"text": WORDS[row["step"]][row["good"]], "fact": row["fact"], "mark": marks[row["good"]]} for row in findings
    ]


def spaced(code: str) -> str:
    """Return a code in groups of four, as one reads it out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
