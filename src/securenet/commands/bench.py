"""`securenet bench`, which knows its own measurements."""

from securenet.bench.command import run

__all__ = ["run"]
