"""A model field whose text is sealed in the database."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from securenet.foundation.sealed.box import seal, unseal

if TYPE_CHECKING:
    TextField = models.Field[str | None, str | None]
else:
    TextField = models.Field  # takes no parameters when the program runs
BINARY: models.BinaryField[bytes, bytes] = models.BinaryField()


class SealedField(TextField):
    """Text that only this installation's keys open. Its context is `app.Model.field`: rename none of them lightly.

    It cannot be searched, ordered by or compared, only asked for NULL: keep a `blind_index` beside it to find a row.
    """

    description = "Sealed text"

    def get_internal_type(self) -> str:
        """Return the type of its column."""
        return "BinaryField"

    @property
    def context(self) -> str:
        """Return what the text is bound to."""
        return f"{self.model._meta.label}.{self.name}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Return what is wrong with the declaration: an index or a key over random bytes finds nothing."""
        problems = super().check(**kwargs)
        if self.unique or self.primary_key:
            problems.append(
                checks.Error("A sealed field has no order: index a blind index instead.", obj=self, id="sealed.E001")
            )
        return problems

    def get_lookup(self, lookup_name: str) -> type[models.Lookup[Any]] | None:
        """Return the lookup for `isnull` and refuse the others, which would silently find nothing."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is sealed: look it up by a blind index.")
        return super().get_lookup(lookup_name)

    def to_python(self, value: Any) -> str | None:
        """Return the text as it is."""
        return None if value is None else str(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the text to seal; bytes are a mistake."""
        value = super().get_prep_value(value)
        if isinstance(value, bytes | bytearray | memoryview):
            raise TypeError(f"{self.context} takes text, not bytes.")
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Return the sealed bytes."""
        value = super().get_db_prep_value(value, connection, prepared)
        if value is None or hasattr(value, "as_sql"):
            return value
        return BINARY.get_db_prep_value(seal(str(value), context=self.context), connection, prepared=True)

    def from_db_value(self, value: Any, *_unused: Any) -> str | None:
        """Return the text, or raise Unsealable."""
        return None if value is None else unseal(bytes(value), context=self.context)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the sealed bytes in base64, so that no dump holds the text."""
        value = self.value_from_object(obj)
        return "" if value is None else base64.b64encode(seal(value, context=self.context)).decode()
