"""Write docs/rules.md: each rule of the specification, in a line, with the tests that hold it.

A test names its rules with `@pytest.mark.rule("R42", "R44")`, on itself, on its class, or for the whole module in
`pytestmark`. The sources are read, not run.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/rules.md"
TITLES = {
    "R1": "The terms come first; who accepted which version, and when, is kept",
    "R2": "Step 1: personal data, one account per identity document, and nothing tells who has one",
    "R3": "Step 2: rights are asked for, organization by organization",
    "R4": "Step 3: what a service asks beyond that, from its definition",
    "R5": "Step 4: review and certify; a draft survives, a double click does not",
    "R6": "Step 5: the number, and a mail whose link works once and within its time",
    "R6a": "Step 6 opens before the address is confirmed, with a reminder",
    "R7": "Step 6: the list of papers and the forms, filled in",
    "R7a": "A paper finds its request by its code; each is accepted or sent back by itself",
    "R8": "Who is told after that, and what an applicant can do meanwhile",
    "R9": "Landing and login: one text for every failure, throttling, ends of sessions",
    "R10": "A forgotten username goes to the address on file; the answer tells nothing",
    "R11": "A forgotten password: a link that works once, and all other sessions end",
    "R12": "The link carries one opaque token and nothing else",
    "R13": "Limits per account, per address and overall lock no member out",
    "R14": "Changed data; help by two persons for a member who is locked out",
    "R20": "Rights added when signed in",
    "R21": "Rights given up or taken away; the last Organization Admin stays",
    "R22": "What an Organization Admin does for their organization",
    "R22a": "The chain of authority, from signatory to officer",
    "R22b": "A service's two-person rule",
    "R22c": "Every right has its dates; reminders and renewal",
    "R22d": "Mandates from one organization to another",
    "R22e": "Periodic review, row by row",
    "R22f": "An organization without an Organization Admin",
    "R23": "The personal page",
    "R24": "The states of a request, and the one place that changes them",
    "R24a": "Routes: tiers in order, quorum, the days that run",
    "R24b": "Returned, refused, withdrawn, expired",
    "R30": "The service desk's queue and the page of a request",
    "R30a": "Organizations exist from their first approved right or from an import",
    "R31": "The service owner's list, a row per right",
    "R32": "Separation of duties",
    "R32a": "Tiers as policy; no request without an owner and a due date",
    "R33": "Staff sign in with a second factor",
    "R34": "Business days, deadlines met once, reminders",
    "R35": "The rest of the back office",
    "R40": "How to get a certificate",
    "R41": "How to export a certificate without its key",
    "R42": "Registering a certificate from a file",
    "R42a": "Registering a certificate by using it",
    "R43": "The list of certificates and their true statuses",
    "R44": "What is checked of a certificate, each time",
    "R44a": "A certificate on hold",
    "R45": "Reminders of expiry, and renewal",
    "R46": "Login with a certificate, and a page for every failure",
    "R47": "Signed and encrypted files",
    "R50": "The trust store's page and its downloads",
    "R50a": "Check my computer",
    "R51": "How to install the accepted CAs",
    "R52": "Two persons change the trust store and see first what it ends",
    "R60": "Guides, terms, and a manual made from the running system",
    "R61": "Contacts from the operator's profile",
    "R70": "BMS ID's home page, and the organization acted for",
    "R71": "Every page and action of BMS ID checks the grant",
    "R72": "Persons and the states of their data",
    "R73": "Vehicles",
    "R74": "Imports that save all or nothing",
    "R75": "Announced visits and their passes",
    "R75a": "Crews named on the day",
    "R75b": "What an end takes with it",
    "R76": "The gate",
    "R77": "Suspended, blacklisted, restored",
    "R78": "Reports",
    "R79": "Privacy",
    "R80": "Thai first, English complete; dates, sorting, searching",
    "R81": "A first-class look, without JavaScript too, for everybody",
    "R82": "Bad input gets a clear message and nothing is lost",
    "R83": "Mail is written with what it reports and sent by a worker",
    "R84": "The audit trail: append-only, sealed, free of secrets",
    "R85": "Security",
    "R86": "The operator's profile",
    "R87": "Running it, from a demo to several machines",
    "R90": "OpenID Connect: no right, no token",
    "R91": "Choosing the organization to act for",
    "R92": "Ending everywhere",
    "R93": "Connecting a service",
    "R94": "Provisioning and the REST API",
}


def marked(expression: ast.expr) -> Iterator[str]:
    """Yield the rules in `pytest.mark.rule(…)`, alone or within a list."""
    if isinstance(expression, ast.List | ast.Tuple):
        for element in expression.elts:
            yield from marked(element)
    elif isinstance(expression, ast.Call) and ast.unparse(expression.func) == "pytest.mark.rule":
        for argument in expression.args:
            yield str(ast.literal_eval(argument))


def module_marks(tree: ast.Module) -> set[str]:
    """Return the rules of a module's `pytestmark`."""
    return {
        rule
        for node in tree.body
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "pytestmark" for target in node.targets)
        for rule in marked(node.value)
    }


def held(body: list[ast.stmt], inherited: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (rule, test) for the tests in a module's or a class's body."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            own = inherited.union(*(marked(decorator) for decorator in node.decorator_list))
            if isinstance(node, ast.ClassDef):
                yield from held(node.body, own)
            elif node.name.startswith("test_"):
                yield from ((rule, node.name) for rule in own)


def held_rules(folder: Path) -> dict[str, list[str]]:
    """Return, by rule, the tests below `folder` as `path::name`, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        for rule, name in held(tree.body, module_marks(tree)):
            found[rule].add(f"{path.relative_to(folder.parent).as_posix()}::{name}")
    return {rule: sorted(tests) for rule, tests in found.items()}


def page(tests: dict[str, list[str]]) -> str:
    """Return docs/rules.md. Raises SystemExit on a test that names a rule which does not exist."""
    unknown = sorted(set(tests) - set(TITLES))
    if unknown:
        raise SystemExit(f"No such rule: {', '.join(unknown)} ({tests[unknown[0]][0]})")
    lines = ["# Rules and the tests that hold them", "", "Written by `make rules`; do not edit.", ""]
    without = [rule for rule in TITLES if rule not in tests]
    lines += [f"{len(TITLES) - len(without)} of {len(TITLES)} rules are held by at least one test.", ""]
    for rule, title in TITLES.items():
        if rule in tests:
            lines += [f"## {rule} {title}", "", *(f"- `{test}`" for test in tests[rule]), ""]
    if without:
        lines += ["## Without a test", "", *(f"- {rule} {TITLES[rule]}" for rule in without), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(held_rules(ROOT / "tests")))
