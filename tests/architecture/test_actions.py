"""Actions look alike: a verb and a noun, one transaction, done by an actor."""

import ast
from collections import Counter

import pytest

from tests.architecture.sources import PACKAGE, parsed

FILES = sorted(path for path in (PACKAGE / "domain").rglob("*.py") if "actions" in (path.stem, path.parent.name))
OWN_TRANSACTIONS = {"confirm_by_code": "a wrong code counts, and stays counted when the refusal rolls the rest back"}
"""Actions that are not one transaction, with the reason."""


def actions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Return the public functions but for the checks, which raise and change nothing."""
    return [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "require_"))
    ]


def is_done_by_an_actor(action: ast.FunctionDef) -> bool:
    return any(
        argument.arg == "by" and argument.annotation is not None and ast.unparse(argument.annotation) == "Actor"
        for argument in action.args.kwonlyargs
    )


JOINING = "transaction.atomic(savepoint=False)"
"""Within another transaction it is a part of that, and undone with it."""


def is_one_transaction(action: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(decorator).removesuffix("()") in {"transaction.atomic", "atomic", JOINING}
        for decorator in action.decorator_list
    )


def is_verb_and_noun(action: ast.FunctionDef) -> bool:
    return "_" in action.name


ACTIONS = [(path, action) for path in FILES for action in actions(parsed(path))]
every_action = pytest.mark.parametrize("action", [action for _, action in ACTIONS], ids=lambda action: action.name)


@every_action
def test_an_action_is_done_by_an_actor(action):
    assert is_done_by_an_actor(action)


@every_action
def test_an_action_is_one_transaction(action):
    assert is_one_transaction(action) != (action.name in OWN_TRANSACTIONS)


@every_action
def test_an_action_is_named_verb_and_noun(action):
    assert is_verb_and_noun(action)


@every_action
def test_an_action_says_what_it_does(action):
    assert ast.get_docstring(action)


def test_no_two_actions_share_a_name():
    names = Counter(action.name for _, action in ACTIONS)
    assert [name for name, count in names.items() if count > 1] == []


GOOD = "@transaction.atomic\ndef admit_member(case: Case, *, by: Actor) -> None: ..."


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (is_done_by_an_actor, GOOD.replace("*, by", "by")),
        (is_done_by_an_actor, GOOD.replace("by: Actor", "by: User")),
        (is_one_transaction, GOOD.replace("@transaction.atomic\n", "")),
        (is_verb_and_noun, GOOD.replace("admit_member", "admit")),
    ],
)
def test_an_action_that_looks_different_is_found(check, bad):
    assert check(actions(ast.parse(GOOD))[0])
    assert not check(actions(ast.parse(bad))[0])
