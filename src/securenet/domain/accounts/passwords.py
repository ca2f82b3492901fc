"""What a password must be: the profile's rule (R2)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal

LEAST_SELF_DERIVED = 4


class PasswordTooShort(Refusal):
    """Fewer characters than the profile's least."""

    sentence = _("The password needs at least %(least)s characters.")
    field = "password"


class PasswordTooLong(Refusal):
    """More characters than the profile's most."""

    sentence = _("The password may have at most %(most)s characters.")
    field = "password"


class PasswordLacksUpper(Refusal):
    """No A–Z."""

    sentence = _("The password needs at least one capital letter A–Z.")
    field = "password"


class PasswordLacksLower(Refusal):
    """No a–z."""

    sentence = _("The password needs at least one small letter a–z.")
    field = "password"


class PasswordLacksDigit(Refusal):
    """No 0–9."""

    sentence = _("The password needs at least one digit 0–9.")
    field = "password"


class PasswordLacksSymbol(Refusal):
    """Letters and digits only."""

    sentence = _("The password needs at least one character that is neither letter nor digit.")
    field = "password"


class PasswordTooCommon(Refusal):
    """One of those that are tried first."""

    sentence = _("This password is among those that attackers try first. Choose another one.")
    field = "password"


class PasswordSelfDerived(Refusal):
    """Contains the person's own name or address."""

    sentence = _("The password must not contain your user name, your name or your e-mail address.")
    field = "password"


def require_good_password(password: str, *, own_words: Iterable[str]) -> None:
    """Raise the first Refusal that `password` earns; `own_words` are the person's user name, names and address."""
    rule = profile().passwords
    if len(password) < rule.min_length:
        raise PasswordTooShort(least=rule.min_length)
    if len(password) > rule.max_length:
        raise PasswordTooLong(most=rule.max_length)
    _require_classes(password)
    if password.lower() in common_passwords():
        raise PasswordTooCommon
    if any(word in password.lower() for word in _parts(own_words)):
        raise PasswordSelfDerived


def _require_classes(password: str) -> None:
    rule = profile().passwords
    if "upper" in rule.requires and not any("A" <= letter <= "Z" for letter in password):
        raise PasswordLacksUpper
    if "lower" in rule.requires and not any("a" <= letter <= "z" for letter in password):
        raise PasswordLacksLower
    if "digit" in rule.requires and not any("0" <= letter <= "9" for letter in password):
        raise PasswordLacksDigit
    if "symbol" in rule.requires and all(letter.isalnum() for letter in password):
        raise PasswordLacksSymbol


def _parts(own_words: Iterable[str]) -> set[str]:
    parts = {part for words in own_words for part in words.lower().replace("@", " ").replace(".", " ").split()}
    return {part for part in parts if len(part) >= LEAST_SELF_DERIVED}


@cache
def common_passwords() -> frozenset[str]:
    """Return Django's list of 20,000 common passwords, in small letters."""
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)
