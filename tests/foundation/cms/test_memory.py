"""Files of any size in memory that stays the same."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.rule("R47")
MOST_KIB = 24 * 1024
PROGRAM = """
import resource, sys
from pathlib import Path
from tests.foundation.cms.people import AT, person
from securenet.foundation.cms import open_sealed, seal

folder, key = Path(sys.argv[1]), person()

def both(size):
    with (folder / "plain").open("wb") as file:
        file.truncate(size)
    with (folder / "plain").open("rb") as plain, (folder / "sealed").open("wb") as out:
        seal(plain, out, signer=key, recipients=[key.certificate], at=AT)
    with (folder / "sealed").open("rb") as source, (folder / "opened").open("wb") as out:
        assert open_sealed(source, out, key).size == size
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

print(both(4 << 20), both(64 << 20))
"""


def test_a_file_sixteen_times_as_large_takes_no_more_memory(tmp_path):
    told = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True)
    small, large = map(int, told.stdout.split())
    assert large - small < MOST_KIB
