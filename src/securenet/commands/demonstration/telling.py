"""What the demo prints when it is ready: one table, or one line of JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from securenet.commands.demonstration.place import Place
from securenet.commands.demonstration.token import token_facts
from securenet.domain.demo.cast import ANONG, FILE_PASSWORD

Facts = dict[str, Any]


def facts(place: Place, accounts: list[Facts], seconds: float) -> Facts:
    """Return everything that one needs to try the demo."""
    return {
        "ready": True,
        "seconds": round(seconds, 1),
        "pid": os.getpid(),
        "folder": str(place.folder),
        "urls": place.urls,
        "accounts": accounts,
        "newcomer": {
            "name_th": ANONG.name_th,
            "name_en": ANONG.name_en,
            "email": ANONG.email,
            "identity_number": ANONG.identity_number,
            "organization_number": ANONG.company.number,
        },
        "certificates": {
            "password": FILE_PASSWORD,
            "folder": str(place.folder / "certificates"),
            "files": place.state["certificates"],
        },
        "token": token_facts(place.folder / "token"),
        "ca": str(place.authority),
        "test_ca": str(place.folder / "ca"),
    }


def table(told: Facts) -> str:
    """Return the facts as people read them."""
    sections = (_addresses(told), _accounts(told), _certificates(told), _sealed_files(told), _token(told))
    lines = [line for section in sections for line in (*section, "")]
    last = f"Ready after {told['seconds']} seconds. Ctrl-C ends everything; logs are in {told['folder']}/logs."
    return "\n".join([*lines, last])


def _addresses(told: Facts) -> Iterator[str]:
    names = {
        "portal": "Portal",
        "bms_id": "BMS ID",
        "backoffice": "Back office",
        "certificate": "Certificate address",
        "mailbox": "Mailbox",
        "test_ca": "Test CA (CRL, OCSP)",
    }
    yield "ADDRESSES"
    yield from (f"  {label:<22}{told['urls'][name]}/" for name, label in names.items())
    yield f"  {'CA for your browser':<22}{told['ca']}"


def _accounts(told: Facts) -> Iterator[str]:
    yield "ACCOUNTS"
    yield f"  {'user name':<11}{'password':<17}{'where':<12}{'who':<21}what, and the secret for the authenticator app"
    for one in told["accounts"]:
        what = ", ".join(one["roles"])
        more = one["totp"] if "totp" in one else one["organization"]
        yield f"  {one['username']:<11}{one['password']:<17}{one['surface']:<12}{one['name']:<21}{what}  {more}"
    new = told["newcomer"]
    yield (
        f"  {new['name_en']} ({new['name_th']}) has no account yet: register her with {new['email']}, "
        f"{new['identity_number']}, as an officer of {new['organization_number']}."
    )


def _certificates(told: Facts) -> Iterator[str]:
    kept = told["certificates"]
    yield f"CERTIFICATES in {kept['folder']}, password {kept['password']}"
    for state, file in kept["files"].items():
        yield f"  {state:<15}{file['holder']:<11}{file['p12'].rpartition('/')[2]}"


def _sealed_files(told: Facts) -> Iterator[str]:
    member, operator = (told["certificates"]["files"].get(state) for state in ("valid", "operator"))
    if operator is None:
        yield "SEALED FILES  none: this demo was built before the operator had a certificate; start it afresh."
        return
    yield "SEALED FILES, to the operator and opened there (R47); for the way back change the two"
    yield f"  securenet client sign-encrypt FILE --to {operator['cer']} --key {member['p12']}"
    yield f"  securenet client decrypt-verify FILE.cms --from {member['cer']} --key {operator['p12']}"


def _token(told: Facts) -> Iterator[str]:
    token = told["token"]
    if not token["available"]:
        yield f"TOKEN  none: install {', '.join(token['missing']) or 'softhsm2'}, then start afresh."
        return
    yield f"TOKEN  {token['folder']}, PIN {token['pin']}: Malee's valid certificate, Anong's to be registered"
    yield f"  export SOFTHSM2_CONF={token['configuration']}"
    yield f"  module {token['module']}"
