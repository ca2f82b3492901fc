"""`securenet organizations import FILE`: 0 where all was taken, 1 where nothing was."""

import pytest

from securenet.commands.arguments import read
from securenet.commands.organizations import run
from securenet.domain.organizations.models import Organization
from securenet.foundation.tables.refusals import OldOrLocked
from tests.cast import ALPHA, BETA
from tests.domain.organizations.test_importing import csv

pytestmark = [pytest.mark.rule("R30a"), pytest.mark.django_db]


def import_file(path, *options):
    return run(read(["organizations", "import", str(path), *options]))


def test_a_file_that_is_not_there_ends_with_1(tmp_path, capsys):
    assert import_file(tmp_path / "none.csv") == 1
    assert "none.csv" in capsys.readouterr().err


def test_every_mistake_is_printed_and_nothing_is_saved(tmp_path, capsys):
    file = tmp_path / "o.csv"
    file.write_bytes(csv(ALPHA, ["1", ""]))

    assert import_file(file) == 1

    said = capsys.readouterr().err
    assert "row 3, Organization number: " in said
    assert "row 3, Name of the organization: This cell is empty." in said
    assert Organization.objects.count() == 0


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    file = tmp_path / "o.xls"
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(OldOrLocked):
        import_file(file)


def test_a_file_is_taken_once_and_names_change_only_on_demand(tmp_path, capsys):
    file = tmp_path / "o.csv"
    file.write_bytes(csv(ALPHA, BETA))
    assert (import_file(file), import_file(file)) == (0, 0)
    assert "2 organizations are as they were." in capsys.readouterr().out
    file.write_bytes(csv([ALPHA[0], "Renamed"]))
    assert import_file(file) == 1
    assert import_file(file, "--rename") == 0
    assert Organization.objects.filter(name="Renamed").exists()
