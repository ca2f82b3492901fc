"""Pictures of papers lie sealed, under names that say nothing, outside what any server serves (R79, R85)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from securenet.foundation.documents.store import Lost, discard, fetch, keep, kept_before

pytestmark = pytest.mark.rule("R79", "R85")
CONTENT = b"\xff\xd8\xff the picture of a signature"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads/scans"


def test_what_is_kept_is_found_again_and_cannot_be_read_from_the_disk(folder):
    name, key = keep(CONTENT)
    file = folder / name
    assert fetch(name, key) == CONTENT
    assert b"picture" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == folder.stat().st_mode & 0o077 == 0


def test_equal_pictures_lie_under_different_names_and_keys():
    (first, one), (second, other) = keep(CONTENT), keep(CONTENT)
    assert first != second
    assert one != other
    with pytest.raises(Lost):
        fetch(first, other)


def test_a_file_that_was_altered_or_renamed_does_not_open(folder):
    (name, key), (other, _key) = keep(CONTENT), keep(CONTENT)
    (folder / name).replace(folder / other)
    for where in (other, name):
        with pytest.raises(Lost):
            fetch(where, key)


@pytest.mark.parametrize("name", ["../secrets/seal_keys", "/etc/passwd", "", "a" * 63, "A" * 64])
def test_nothing_beyond_the_folder_is_read_or_deleted(name):
    with pytest.raises(Lost):
        fetch(name, "a2V5")
    with pytest.raises(ValueError, match="name"):
        discard(name)


def test_what_is_discarded_is_gone_and_discarding_twice_is_no_fault(folder):
    name, key = keep(CONTENT)
    discard(name)
    discard(name)
    assert list(folder.iterdir()) == []
    with pytest.raises(Lost):
        fetch(name, key)


def test_files_are_told_by_their_age(folder):
    name, _key = keep(CONTENT)
    Path(folder / "README").write_text("not ours")
    now = datetime.now(UTC)
    assert list(kept_before(now + timedelta(minutes=1))) == [name]
    assert list(kept_before(now - timedelta(minutes=1))) == []


def test_an_empty_installation_has_nothing_kept():
    assert list(kept_before(datetime.now(UTC))) == []
