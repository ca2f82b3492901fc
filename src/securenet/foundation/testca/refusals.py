"""What the test CA says no to. It is a tool for operators and tests, so its sentences are English only."""

DONE, FAILED, REFUSED = 0, 1, 3
"""How the command ends; REFUSED for a RequestRefusal alone. 2 is argparse's, for what was typed wrongly."""


class CaRefusal(Exception):
    """The test CA does not do what was asked; the text says why."""


class RequestRefusal(CaRefusal):
    """What is wrong is the request for a certificate: asked again, it is refused again."""


class UnknownCA(CaRefusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no CA named {name!r} in this folder.")


class UnknownSerial(CaRefusal):
    def __init__(self, serial: int) -> None:
        super().__init__(f"No certificate with the serial number {serial:X} was issued here.")


class AmbiguousSerial(CaRefusal):
    def __init__(self, serial: int) -> None:
        super().__init__(f"Several CAs issued the serial number {serial:X}: name the CA too.")


class AlreadyRevoked(CaRefusal):
    def __init__(self, serial: int) -> None:
        super().__init__(f"The certificate {serial:X} is revoked already; that is for ever.")


class AlreadyOnHold(CaRefusal):
    def __init__(self, serial: int) -> None:
        super().__init__(f"The certificate {serial:X} is on hold already.")


class NotOnHold(CaRefusal):
    def __init__(self, serial: int) -> None:
        super().__init__(f"The certificate {serial:X} is not on hold: nothing to release.")


class BadRequestSignature(RequestRefusal):
    def __init__(self) -> None:
        super().__init__("The request's signature does not fit its public key: the key is not proved to be held.")


class UnusableKey(RequestRefusal):
    def __init__(self) -> None:
        super().__init__("Only RSA and elliptic-curve public keys are certified here.")


class UnreadableRequest(RequestRefusal):
    def __init__(self) -> None:
        super().__init__("This is not a PKCS#10 request in PEM or DER.")


class NamesMissing(RequestRefusal):
    def __init__(self) -> None:
        super().__init__("The request names no person, e-mail address, or organization: CN, E and O are needed.")


class UnusableNames(RequestRefusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"A name in the request cannot stand in a certificate: {why}")


class StrangeKeyFile(CaRefusal):
    def __init__(self, path: str) -> None:
        super().__init__(f"{path} holds a key that is neither RSA nor on an elliptic curve.")


class FolderInUse(CaRefusal):
    def __init__(self, folder: str) -> None:
        super().__init__(f"{folder} is not empty: a new hierarchy needs a folder of its own.")


class NoHierarchy(CaRefusal):
    def __init__(self, folder: str) -> None:
        super().__init__(f"{folder} holds no test CA: make one with `init`.")


class BadValidity(CaRefusal):
    def __init__(self) -> None:
        super().__init__("The validity must begin before it ends.")
