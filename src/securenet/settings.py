"""Django's settings, from the environment and secret files: the only reader of the environment."""

from __future__ import annotations

import os
from email.utils import formataddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from whitenoise.compress import Compressor

from securenet.domain.profile.loading import load_profile

PACKAGE = Path(__file__).resolve().parent


class Environment(BaseSettings):
    """What an installation decides. Every key is `SECURENET_<NAME>`, or a file in the secrets' folder.

    Secrets have no default: a process without them does not start.
    """

    model_config = SettingsConfigDict(
        env_prefix="SECURENET_", secrets_dir=os.environ.get("SECURENET_SECRETS_DIR"), extra="ignore"
    )

    surfaces: Annotated[tuple[str, ...], NoDecode] = ("portal", "certificate", "bms_id", "backoffice")
    portal_url: str = "https://portal.localhost:8440"
    bms_id_url: str = "https://bms-id.localhost:8441"
    backoffice_url: str = "https://backoffice.localhost:8442"
    certificate_url: str = "https://cert.localhost:8443"
    mailbox_url: str = ""
    token_endpoint_address: str = ""
    bms_id_client_id: str = "bms-id"
    bms_id_client_secret: SecretStr = SecretStr("")
    tls_authority: Path | None = None
    database_url: str = "sqlite:///var/securenet.sqlite3"
    profile: Path = PACKAGE / "domain/profile/bank-of-thailand.toml"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    uploads: Path = Path("var/uploads")
    static_root: Path = Path("var/static")
    ca_backend: Literal["", "testca", "est"] = ""
    testca_directory: Path | None = None
    testca_name: str = ""
    est_url: str = ""
    est_trust: Path | None = None
    est_certificate: Path | None = None
    est_key: Path | None = None
    est_login: SecretStr = SecretStr("")
    demo: bool = False
    trust_certificate_header: bool = False
    trust_forwarded_for: bool = False
    argon2_memory_kib: int = 65536
    argon2_rounds: int = 3
    argon2_lanes: int = 1
    hashes_at_once: int = Field(default_factory=lambda: os.cpu_count() or 1)
    log_level: str = "INFO"
    secret_key: SecretStr
    seal_keys: SecretStr
    index_key: SecretStr
    ledger_key: SecretStr

    def __init__(self, **values: Any) -> None:
        surfaces = os.environ.get("SECURENET_SURFACES")
        if surfaces:
            values.setdefault("surfaces", tuple(surfaces.split(",")))
        super().__init__(**values)


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:], "OPTIONS": options, "CONN_MAX_AGE": 60}
    query = dict(item.split("=", 1) for item in parts.query.split("&") if item)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


ENVIRONMENT = Environment()

SURFACES = ENVIRONMENT.surfaces
DEMO = ENVIRONMENT.demo
PUBLIC_URLS = {
    "portal": ENVIRONMENT.portal_url,
    "bms_id": ENVIRONMENT.bms_id_url,
    "backoffice": ENVIRONMENT.backoffice_url,
    "certificate": ENVIRONMENT.certificate_url,
}
TOKEN_ENDPOINT_ADDRESS = ENVIRONMENT.token_endpoint_address
BMS_ID_CLIENT_ID = ENVIRONMENT.bms_id_client_id
BMS_ID_CLIENT_SECRET = ENVIRONMENT.bms_id_client_secret.get_secret_value()
TLS_AUTHORITY = ENVIRONMENT.tls_authority
TRUST_FORWARDED_FOR = ENVIRONMENT.trust_forwarded_for
TRUST_CERTIFICATE_HEADER = ENVIRONMENT.trust_certificate_header
if ENVIRONMENT.mailbox_url:
    PUBLIC_URLS["mailbox"] = ENVIRONMENT.mailbox_url
CA_BACKEND = ENVIRONMENT.ca_backend
TESTCA_DIRECTORY = ENVIRONMENT.testca_directory
TESTCA_NAME = ENVIRONMENT.testca_name
EST_URL = ENVIRONMENT.est_url
EST_TRUST = ENVIRONMENT.est_trust
EST_CERTIFICATE = ENVIRONMENT.est_certificate
EST_KEY = ENVIRONMENT.est_key
EST_LOGIN = ENVIRONMENT.est_login.get_secret_value()
PROFILE_PATH = ENVIRONMENT.profile
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
SEAL_KEYS = ENVIRONMENT.seal_keys.get_secret_value()
INDEX_KEY = ENVIRONMENT.index_key.get_secret_value()
LEDGER_KEY = ENVIRONMENT.ledger_key.get_secret_value()

DEBUG = False
ALLOWED_HOSTS = [urlsplit(url).hostname or "" for url in PUBLIC_URLS.values()]
ALLOWED_HOSTS += [f".{urlsplit(ENVIRONMENT.certificate_url).hostname}", "localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "securenet.foundation.audit",
    "securenet.foundation.jobs",
    "securenet.foundation.mail",
    "securenet.foundation.documents",
    "securenet.foundation.throttle",
    "securenet.domain.accounts",
    "securenet.domain.approvals",
    "securenet.domain.organizations",
    "securenet.domain.entitlements",
    "securenet.domain.certificates",
    "securenet.domain.oidc",
    "securenet.domain.registration",
    "securenet.domain.personal_data",
    "securenet.domain.demo",
    "securenet.surfaces.shared",
    *sorted({f"securenet.surfaces.{'portal' if surface == 'certificate' else surface}" for surface in SURFACES}),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "securenet.surfaces.shared.middleware.surface",
    "securenet.surfaces.shared.sessions.SurfaceSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "securenet.surfaces.shared.middleware.SignedIn",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "securenet.surfaces.shared.middleware.headers",
]
ROOT_URLCONF = "securenet.urls"
WSGI_APPLICATION = "securenet.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "securenet.surfaces.shared.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "securenet.foundation.text.filters",
                "securenet.surfaces.shared.templatetags.lasting",
                "securenet.surfaces.shared.templatetags.components",
                "securenet.surfaces.shared.templatetags.figures",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "mail",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False, "builtins": ["django.templatetags.i18n", "securenet.foundation.text.filters"]},
    },
]
DATABASES = {"default": database(ENVIRONMENT.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS = ["securenet.domain.accounts.hashers.BoundedArgon2Hasher"]
ARGON2 = {
    "memory_cost": ENVIRONMENT.argon2_memory_kib,
    "time_cost": ENVIRONMENT.argon2_rounds,
    "parallelism": ENVIRONMENT.argon2_lanes,
}
HASHES_AT_ONCE = ENVIRONMENT.hashes_at_once

SESSION_ENGINE = "securenet.domain.accounts.sessions"
SESSION_COOKIE_AGE = 86_400
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "securenet.surfaces.shared.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" browsers send "Origin: null", which the CSRF check refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

LANGUAGES = [("th", "ไทย"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.static_root
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "pdf")  # compressed inside already
MEDIA_ROOT = ENVIRONMENT.uploads
_OPERATOR = load_profile(ENVIRONMENT.profile).operator
LANGUAGE_CODE = _OPERATOR.default_language
DEFAULT_FROM_EMAIL = formataddr((_OPERATOR.mail_sender.name.in_(LANGUAGE_CODE), _OPERATOR.mail_sender.address))
TIME_ZONE = _OPERATOR.time_zone
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENVIRONMENT.smtp_host
EMAIL_PORT = ENVIRONMENT.smtp_port
EMAIL_TIMEOUT = 20
LOGGING_CONFIG = None
