"""Certificates: read strictly, judged against accepted authorities; no clock, no network, no database."""

from securenet.foundation.x509.certificate import Certificate, facts, read_upload
from securenet.foundation.x509.entries import Revocation
from securenet.foundation.x509.evidence import Evidence
from securenet.foundation.x509.files import check_files, judge_files, read_crls, read_trust
from securenet.foundation.x509.names import names_match
from securenet.foundation.x509.ocsp import OcspAnswer, read_ocsp
from securenet.foundation.x509.path import is_anchored, path_reasons
from securenet.foundation.x509.purposes import Purpose
from securenet.foundation.x509.reasons import REFUSALS, WARNINGS, Reason, Refused, Sentence
from securenet.foundation.x509.remembered import forget_findings
from securenet.foundation.x509.request import CertificateRequest, read_request
from securenet.foundation.x509.request_reasons import REQUEST_REFUSALS, RequestReason, RequestRefused
from securenet.foundation.x509.revocation import CrlIndex, RevocationList, read_crl
from securenet.foundation.x509.trust import Authority, Trust, read_authority
from securenet.foundation.x509.verdict import Known, Verdict, check, is_excusable, require_trusted

__all__ = [
    "REFUSALS",
    "REQUEST_REFUSALS",
    "WARNINGS",
    "Authority",
    "Certificate",
    "CertificateRequest",
    "CrlIndex",
    "Evidence",
    "Known",
    "OcspAnswer",
    "Purpose",
    "Reason",
    "Refused",
    "RequestReason",
    "RequestRefused",
    "Revocation",
    "RevocationList",
    "Sentence",
    "Trust",
    "Verdict",
    "check",
    "check_files",
    "facts",
    "forget_findings",
    "is_anchored",
    "is_excusable",
    "judge_files",
    "names_match",
    "path_reasons",
    "read_authority",
    "read_crl",
    "read_crls",
    "read_ocsp",
    "read_request",
    "read_trust",
    "read_upload",
    "require_trusted",
]
