"""Writing mails."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction

from securenet.foundation.actor import Actor
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.mail.models import Mail, MailState
from securenet.foundation.mail.rendering import SecretSubject, render, render_shown

MAX_CLAIMS = 200  # the job's; a mail is given up after sending.MAX_ATTEMPTS, whatever its workers died of


@transaction.atomic
def queue_mail(
    template: str,
    *,
    to: str,
    language: str,
    context: dict[str, object],
    about: str,
    addressee: str = "",
    by: Actor,
) -> Mail:
    """Write a mail from `mail/<template>.<language>.txt`, and the job that sends it, and return it (R83).

    Both are in the caller's transaction: no mail reports what did not happen. `context["system_name"]` heads the HTML;
    `addressee` is how the ledger calls whose mail it is, empty for a desk's. A `Secret` of the context stands in the
    mail alone and in nothing that pages show of it.
    Raises ValidationError where `to` is not one address, NoSubject, SecretSubject or TemplateDoesNotExist for a faulty
    template.
    """
    validate_email(to)
    rendered, shown = render(template, language, context), render_shown(template, language, context)
    if shown is not None and shown.subject != rendered.subject:
        raise SecretSubject(template)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    mail = Mail.objects.create(
        message_id=f"<{uuid.uuid4()}@{domain}>",
        to=to,
        language=language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        shown=shown.text if shown is not None else None,
        about=about,
        addressee=addressee,
        template=template,
        created_at=by.at,
    )
    enqueue("mail.send", run_at=by.at, max_attempts=MAX_CLAIMS, mail=mail.pk)
    return mail


@transaction.atomic
def erase_bodies(before: datetime, *, by: Actor) -> int:
    """Erase what stood in the mails written before a moment that are no longer to be sent, and return how many (R79).

    That they were sent, to whom and with which subject, stays.
    """
    done = Mail.objects.filter(created_at__lt=before, erased_at=None).exclude(state=MailState.QUEUED)
    return done.update(text="", html="", shown=None, erased_at=by.at)
