"""docs/states.md, drawn from the table of transitions: `python -m tests.domain.approvals.drawing` writes it."""

from pathlib import Path

from securenet.domain.approvals.flow import OPEN, TABLE, Goto, State, When

PAGE = Path(__file__).parents[3] / "docs/states.md"
MEANINGS = {
    Goto.NEXT: "review of the next tier, or papers first",
    Goto.FIRST_OPERATOR: "review of the first operator tier",
    Goto.FIRST: "review of the first tier",
}


def page():
    """Return the page."""
    lines = [
        "# States of a request",
        "",
        "Drawn from `securenet.domain.approvals.flow.TABLE`; a test compares the two. What is not here is refused.",
        "",
        "| state | verb | when | leads to |",
        "| --- | --- | --- | --- |",
        *(f"| {row.state} | {row.verb} | {row.when} | {row.target} |" for row in TABLE),
        "",
        "Papers stand before the first operator tier: a case waits there until nothing required is missing.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> awaiting_email",
        *_arrows(),
        *(f"    {state} --> [*]" for state in State if state not in OPEN),
        "```",
        "",
    ]
    return "\n".join(lines)


def _arrows():
    for row in TABLE:
        if row.target is Goto.STAY:
            continue
        label = row.verb if row.when is When.ALWAYS else f"{row.verb}, {row.when}"
        if isinstance(row.target, State):
            yield f"    {row.state} --> {row.target}: {label}"
        else:
            yield f"    {row.state} --> {MEANINGS[row.target].replace(' ', '_').replace(',', '')}: {label}"


if __name__ == "__main__":
    PAGE.write_text(page())
