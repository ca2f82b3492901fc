"""Accounts, staff roles, second factors, sessions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower

from securenet.domain.accounts.phones import readable_phone
from securenet.foundation.sealed.box import blind_index
from securenet.foundation.sealed.fields import SealedField
from securenet.foundation.text.names import mask

REFERENCE_LENGTH = 20


class Kind(models.TextChoices):
    """Whose account it is. Staff accounts open the back office only, members' the portal only."""

    MEMBER = "member"
    STAFF = "staff"


class IdentityType(models.TextChoices):
    """Kinds of identity documents (R2)."""

    NATIONAL_ID = "national_id"
    PASSPORT = "passport"
    ALIEN_CERTIFICATE = "alien_certificate"


class UserManager(BaseUserManager["User"]):
    """Finds people by what they type."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account of a user name in any case (R9). Raises User.DoesNotExist."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """One person's account. `username` is unique for ever; `admitted_at` comes with the first approved right (R24a)."""

    last_login = None
    username = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_th = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    email_confirmed_at = models.DateTimeField(null=True)
    email_corrections = models.PositiveSmallIntegerField(default=0)
    mobile_phone = models.CharField(max_length=40, blank=True)
    office_phone = models.CharField(max_length=40, blank=True)
    office_extension = models.CharField(max_length=10, blank=True)
    identity_type = models.CharField(max_length=20, choices=IdentityType.choices, blank=True)
    identity_country = models.CharField(max_length=2, blank=True)
    identity_number = SealedField(null=True)
    identity_index = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, default="th")
    created_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    terms_version = models.CharField(max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_index"],
                condition=models.Q(admitted_at__isnull=False, closed_at__isnull=True) & ~models.Q(identity_index=""),
                name="one_account_per_identity_document",
            ),
            models.CheckConstraint(condition=models.Q(username__regex=r"^[a-z0-9._-]+$"), name="username_is_plain"),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(kind=Kind.STAFF) & ~models.Q(email=""),
                name="one_staff_account_per_email",
            ),
        ]
        indexes = [models.Index(fields=["identity_index"])]

    def __str__(self) -> str:
        return self.username

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Tell whether the account may be used at all."""
        return self.closed_at is None

    @property
    def is_admitted(self) -> bool:
        """Tell whether a first right was approved."""
        return self.admitted_at is not None

    @property
    def about(self) -> str:
        """Return how the ledger calls this account."""
        return f"account {self.username}"

    @property
    def identity_masked(self) -> str:
        """Return the identity document's number with only its end visible."""
        return mask(self.identity_number or "")

    @property
    def username_masked(self) -> str:
        """Return the user name with its first two characters and its last one visible (R11)."""
        return self.username[:2] + mask(self.username[2:], keep=1)

    @property
    def own_words(self) -> list[str]:
        """Return what a password must not contain: user name, names, and the name before the e-mail address's @."""
        return [self.username, self.name_en, self.name_th, self.email.partition("@")[0]]

    @property
    def mobile_readable(self) -> str:
        """Return the mobile number as people write it."""
        return readable_phone(self.mobile_phone)

    @property
    def office_readable(self) -> str:
        """Return the office number with its extension, as people write it."""
        return readable_phone(self.office_phone, self.office_extension)

    @property
    def office_line(self) -> str:
        """Return the office number without its extension, as people write it."""
        return readable_phone(self.office_phone)

    def name_in(self, language: str) -> str:
        """Return the person's name in a language, the other one where it is not known."""
        return (self.name_th or self.name_en) if language == "th" else (self.name_en or self.name_th)


class StaffRole(models.Model):
    """A power of a staff member (R32). `desk` is the queue it opens, empty for roles without one."""

    class Role(models.TextChoices):
        """Powers are roles."""

        SERVICE_DESK = "service_desk"
        SERVICE_OWNER = "service_owner"
        ADMINISTRATOR = "administrator"
        AUDITOR = "auditor"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    desk = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "desk"], name="one_role_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} {self.desk}"


class SecondFactor(models.Model):
    """A TOTP generator (RFC 6238). `last_step` keeps a code from being used twice."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = SealedField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user_id)


class SessionManager(BaseSessionManager["Session"]):
    """Sessions, each with its person: whoever wants the one wants the other."""

    def get_queryset(self) -> models.QuerySet[Session]:
        """Return them all."""
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A browser's session, listed by its person. `surface` binds it to the door it was opened at."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    surface = models.CharField(max_length=20)
    opened_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    credential = models.CharField(max_length=40, blank=True)

    objects: ClassVar = SessionManager()

    @property
    def reference(self) -> str:
        """Return what stands for this session on pages: the key itself opens it, and is shown to nobody."""
        return blind_index(self.session_key, purpose="session-reference")[:REFERENCE_LENGTH]

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(fields=["user", "surface", "opened_at"], name="session_of_person")]


class KnownAddress(models.Model):
    """An address from which a person has signed in: guessing from elsewhere cannot shut it out (R13)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_addresses")
    address_index = models.CharField(max_length=64)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address_index"], name="one_row_per_known_address")]

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryAttempt(models.Model):
    """What was typed to recover a user name or a password (R10, R11), sealed until a job has compared it."""

    class Wish(models.TextChoices):
        """What was forgotten."""

        USERNAME = "username"
        PASSWORD = "password"  # noqa: S105  the name of a choice

    wish = models.CharField(max_length=10, choices=Wish.choices)
    typed = SealedField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wish} {self.pk}"


class RecoveryLink(models.Model):
    """The one link by which a password is set without the old one: the newest mail's, good for the address it went to.

    Members who forgot theirs get one, and new staff who have none yet (R11, R33).
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="recovery_link")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class AssistedRecovery(models.Model):
    """What two of the operator's people change for a member (R14): one proposes it, and another one's approval does it.

    Empty fields stay as they are. `before` keeps what stood there, the number of the document masked.
    """

    case = models.OneToOneField("approvals.Case", on_delete=models.PROTECT, related_name="recovery")
    email = models.EmailField(max_length=254, blank=True)
    mobile_phone = models.CharField(max_length=40, blank=True)
    office_phone = models.CharField(max_length=40, blank=True)
    office_extension = models.CharField(max_length=10, blank=True)
    identity_type = models.CharField(max_length=20, choices=IdentityType.choices, blank=True)
    identity_country = models.CharField(max_length=2, blank=True)
    identity_number = SealedField(null=True)
    identity_index = models.CharField(max_length=64, blank=True)
    resets_factor = models.BooleanField(default=False)
    sends_link = models.BooleanField(default=False)
    reason = models.TextField()
    identified = models.TextField()
    before = models.JSONField()

    def __str__(self) -> str:
        return str(self.case_id)


class EmailChange(models.Model):
    """The address that a member wants from now on, until its link has been used: the newest wish only (R14)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="email_change")
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)
