"""A result is there as a whole, or not at all."""

import signal
import subprocess
import sys

import pytest

from securenet.foundation.cms import Unfinished, unfinished

pytestmark = pytest.mark.rule("R47")
KILLED = """
import os, signal, sys
from pathlib import Path
from securenet.foundation.cms import Unfinished
with Unfinished(Path(sys.argv[1])) as target:
    target.file.write(b"not verified yet" * 9999)
    target.file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=["without a name", "with one"])
def way(request, monkeypatch):
    """On a file system that has files without names, and on one that has not."""
    if request.param == "with one":
        monkeypatch.setattr(unfinished, "ANONYMOUS", 0)


@pytest.mark.usefixtures("way")
def test_what_is_kept_is_there_for_its_owner_alone(tmp_path):
    with Unfinished(tmp_path / "plain") as target:
        target.file.write(b"verified")
        assert not (tmp_path / "plain").exists()
        target.keep()
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]
    assert (tmp_path / "plain").read_bytes() == b"verified"
    assert (tmp_path / "plain").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("way")
def test_nothing_stays_behind_where_it_is_not_kept(tmp_path):
    (tmp_path / "plain").write_bytes(b"of yesterday")
    with Unfinished(tmp_path / "plain") as target:
        target.file.write(b"not verified yet")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]
    assert (tmp_path / "plain").read_bytes() == b"of yesterday"


@pytest.mark.usefixtures("way")
def test_what_is_kept_takes_the_place_of_what_was_there(tmp_path):
    (tmp_path / "plain").write_bytes(b"of yesterday")
    with Unfinished(tmp_path / "plain") as target:
        target.file.write(b"of today")
        target.keep()
    assert (tmp_path / "plain").read_bytes() == b"of today"


@pytest.mark.skipif(not unfinished.ANONYMOUS, reason="this system has no files without a name")
def test_nothing_stays_behind_even_where_the_process_is_killed(tmp_path):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "plain")], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
