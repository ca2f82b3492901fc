"""The cast enters."""

from tests.cast import alpha, anong, boonmee, chai, dara, ekachai, registration  # noqa: F401  fixtures
