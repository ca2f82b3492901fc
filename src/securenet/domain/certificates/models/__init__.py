"""Accepted CAs, their revocation lists, and members' certificates."""

from securenet.domain.certificates.models.members import (
    LIVING,
    Application,
    ComputerCheck,
    Handover,
    MemberCertificate,
    Release,
    Status,
    SuspensionCode,
)
from securenet.domain.certificates.models.trust import (
    Authority,
    OcspAnswerFile,
    RevocationException,
    RevocationListFile,
    TrustChange,
)

__all__ = [
    "LIVING",
    "Application",
    "Authority",
    "ComputerCheck",
    "Handover",
    "MemberCertificate",
    "OcspAnswerFile",
    "Release",
    "RevocationException",
    "RevocationListFile",
    "Status",
    "SuspensionCode",
    "TrustChange",
]
