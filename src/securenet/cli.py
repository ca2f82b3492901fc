"""The `securenet` command. What a command needs is loaded when it is typed, so that none waits for the others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from securenet.commands.arguments import read

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 where it failed, 2 where it was called or set up wrongly."""
    chosen = read(arguments)
    try:
        if chosen.needs_django:
            import_module("securenet.commands.starting").start_django(getattr(chosen, "surface", None) or ())
        return int(import_module(f"securenet.commands.{chosen.module}").run(chosen))
    except KeyboardInterrupt:
        return FAILED
    except Exception as error:
        sentence, code = import_module("securenet.commands.faults").told(error)
        print(sentence, file=sys.stderr)
        return int(code)


if __name__ == "__main__":
    raise SystemExit(main())
