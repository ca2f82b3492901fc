"""`securenet testca`: the test CA, which knows its own verbs."""

from securenet.foundation.testca.command import run

__all__ = ["run"]
