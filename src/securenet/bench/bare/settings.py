"""Settings of the bare project: Django's own defaults for a login, on the very database of the run."""

from __future__ import annotations

from securenet.settings import ARGON2, DATABASES, LANGUAGE_CODE, SECRET_KEY

__all__ = ["ARGON2", "DATABASES", "LANGUAGE_CODE", "SECRET_KEY"]

DEBUG = False
ALLOWED_HOSTS = ["bare.localhost"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "securenet.bench.bare",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "securenet.bench.bare.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["securenet.bench.bare.hashers.Hasher"]
LOGIN_REDIRECT_URL = "/me/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
USE_TZ = True
LOGGING_CONFIG = None
