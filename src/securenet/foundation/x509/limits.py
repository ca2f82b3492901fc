"""How much of a stranger's file is looked at; beyond a limit the file is refused, never cut."""

from datetime import timedelta

MAX_UPLOAD = 64 * 1024  # octets
MAX_DEPTH = 24  # nested DER values; a real certificate needs about 12
MAX_NODES = 8_000  # DER values in one certificate; a real one has about 200
MAX_EXTENSIONS = 40
MAX_EXTENSION = 8 * 1024  # octets in one extension
MAX_ALL_EXTENSIONS = 16 * 1024  # octets; a real certificate has about 2,000
MAX_NAME = 8 * 1024  # octets in a subject or an issuer: libraries compare names slowly
MAX_GENERAL_NAMES = 100  # in one subjectAltName
MAX_SERIAL = 20  # octets, RFC 5280 section 4.1.2.2
MAX_RDNS = 30
MAX_ATTRIBUTE = 256  # characters in an attribute of the subject
MAX_COMMON_NAME = 64  # characters, ub-common-name of RFC 5280
MIN_RSA = 2048  # bits
MAX_RSA = 8192  # bits: verification beyond is slow enough to be an attack
MAX_RSA_EXPONENT = 64  # bits
MAX_PATH = 6  # certificates from the root to the issuing CA
MAX_PATH_STEPS = 200  # partial paths looked at while searching
MAX_PATHS = 16  # tried for one certificate
MAX_CRL = 64 * 1024 * 1024  # octets; a million entries with a reason each need 50
MAX_OCSP = 64 * 1024  # octets
AHEAD = timedelta(minutes=1)  # by which a list or an answer may be younger than the moment that it is fetched for
