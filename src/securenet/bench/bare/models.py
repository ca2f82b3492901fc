"""The audit row of a login, and whose certificate is whose."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """Who did what, when, from where."""

    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor = models.CharField(max_length=150)
    address = models.CharField(max_length=45)

    class Meta:
        app_label = "bare"


class Card(models.Model):
    """A registered certificate."""

    sha256 = models.CharField(max_length=64, unique=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)

    class Meta:
        app_label = "bare"


class Handover(models.Model):
    """A card on its way from the address that asks for certificates to the page that asked for it."""

    tx_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    card = models.ForeignKey(Card, models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "bare"
