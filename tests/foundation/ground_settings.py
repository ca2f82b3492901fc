"""The least that the ground needs: `pytest --ds tests.foundation.ground_settings` runs its tests alone."""

import os
import tempfile

from securenet.foundation.sealed import new_keys

_keys = new_keys()
SECRET_KEY = _keys["secret_key"]
SEAL_KEYS = _keys["seal_keys"]
INDEX_KEY = _keys["index_key"]
LEDGER_KEY = _keys["ledger_key"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "securenet.foundation.audit",
    "securenet.foundation.jobs",
    "securenet.foundation.mail",
    "securenet.foundation.throttle",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(tempfile.gettempdir(), "ground.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "NAME": "django", "APP_DIRS": True},
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "mail",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False, "builtins": ["django.templatetags.i18n", "securenet.foundation.text.filters"]},
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "th"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
