"""Looking up an extension that may not be there."""

from typing import Protocol, TypeVar

from cryptography import x509

Value = TypeVar("Value", bound=x509.ExtensionType)


class Extended(Protocol):
    """A certificate, a request for one, or a list, as `cryptography` loads it."""

    @property
    def extensions(self) -> x509.Extensions:
        """All of them, in order."""


def extension_of(extended: Extended, kind: type[Value]) -> Value | None:
    """Return the value of the extension of a kind, None where there is none."""
    return next((each.value for each in extended.extensions if type(each.value) is kind), None)
