"""The cast of these tests."""

from tests.domain.oidc.cast import alpha, anong, beta, bms_id, boonmee, ekachai

__all__ = ["alpha", "anong", "beta", "bms_id", "boonmee", "ekachai"]
