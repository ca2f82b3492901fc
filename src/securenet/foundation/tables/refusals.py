"""Why a file cannot be read as a table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from securenet.foundation.refusal import Refusal


class UnreadableTable(Refusal):
    """Base of what follows: the file as a whole cannot be read."""

    field = "file"


class TooLarge(UnreadableTable):
    """More bytes than a table needs."""

    sentence = _("The file is larger than %(megabytes)d MB. Divide it, or save it without pictures.")


class TooManyRows(UnreadableTable):
    """More rows than one import may have."""

    sentence = _("The file has more than %(most)d rows below the headings. Divide it.")


class TooManyColumns(UnreadableTable):
    """More columns than any table of ours."""

    sentence = _("The file has more than %(most)d columns. Keep those of the template only.")


class TooMuchInside(UnreadableTable):
    """A small file that becomes a huge one."""

    sentence = _("The file holds far more than a table needs. Copy the cells into the template and save it anew.")


class OldOrLocked(UnreadableTable):
    """The old binary form, which a file with a password has too."""

    sentence = _(
        "This is an old Excel file, or one with a password. Save it as .xlsx without a password, or as CSV UTF-8."
    )


class SeveralSheets(UnreadableTable):
    """Nobody should have to guess which sheet is meant."""

    sentence = _("The file has several sheets, or none. Keep the one that is meant, hidden ones included.")


class NotATable(UnreadableTable):
    """Some other kind of file, or a broken one."""

    sentence = _("This is not a table that we can read. Save it as .xlsx or as CSV UTF-8 and choose it once more.")


class UnknownEncoding(UnreadableTable):
    """Neither UTF-8 nor TIS-620."""

    sentence = _("The letters of the file are encoded in a way that we do not know. Save it as CSV UTF-8.")


class WrongQuotes(UnreadableTable):
    """Quotation marks that do not pair."""

    sentence = _("Row %(row)d cannot be read: a quotation mark is missing, or one is too many.")


class NothingInside(UnreadableTable):
    """No headings."""

    sentence = _("The file is empty. Take the template, which has the headings.")
