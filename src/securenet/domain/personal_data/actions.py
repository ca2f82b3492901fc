"""Handing people their own data (R79)."""

from __future__ import annotations

import io
import json
import zipfile
from enum import StrEnum

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from securenet.domain.personal_data.gathering import SECTIONS, Row, gather
from securenet.domain.personal_data.words import in_words
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class ExportEvent(StrEnum):
    """What the ledger calls this."""

    EXPORTED = "personal-data.exported"


@transaction.atomic
def export_own_data(*, language: str, by: Actor) -> bytes:
    """Return a ZIP archive with all that is held about the actor: as JSON for programs, as HTML for people (R79).

    The number of the identity document is whole, since it is theirs; passwords, keys and tokens are not in it.
    """
    data = gather(by.user, by.at)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        plain = json.dumps({"exported_at": by.at} | data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        written.writestr("data.json", plain)
        written.writestr("data.html", _readable(data, language, by=by))
    record(ExportEvent.EXPORTED, by=by, about=by.user.about, rows={name: len(rows) for name, rows in data.items()})
    return archive.getvalue()


def _readable(data: dict[str, list[Row]], language: str, *, by: Actor) -> str:
    with override(language):
        sections = [(gettext(SECTIONS[name]), [in_words(row, language) for row in rows]) for name, rows in data.items()]
        context = {
            "language": language,
            "system_name": profile().operator.system_name.in_(language),
            "at": by.at,
            "sections": sections,
        }
        return render_to_string("personal_data/export.html", context)
