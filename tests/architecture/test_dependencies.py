"""Every dependency has a reason and a licence that Apache-2.0 software may depend on."""

import re
import tomllib
from importlib.metadata import Distribution, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

COPYLEFT = re.compile(r"\bA?GPL|Affero|GNU General Public", re.IGNORECASE)
CHOSEN = {"pyphen": "Mozilla Public License 1.1, one of the three it offers"}
"""Packages that leave the choice of licence to us, with what we choose."""
PAGE = (ROOT / "docs/dependencies.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def required(lines: list[str]) -> set[str]:
    """Return the names of the requirements that apply here."""
    wanted = [Requirement(line.split(" \\")[0]) for line in lines if re.match(r"[a-z0-9]", line)]
    return {canonicalize_name(item.name) for item in wanted if item.marker is None or item.marker.evaluate()}


def licences(package: Distribution) -> str:
    """Return what a package says of its licence: the expression alone where it has one."""
    stated = package.metadata.get_all("License-Expression") or [
        *(line for line in package.metadata.get_all("Classifier") or [] if line.startswith("License ::")),
        *(text.splitlines()[0] for text in package.metadata.get_all("License") or [] if text.strip()),
    ]
    return "; ".join(stated)


def documented(heading: str) -> dict[str, list[str]]:
    """Return the rows of the page's table under a heading, by name."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {canonicalize_name(row[0].strip("`")): row[1:] for row in rows}


RUNTIME = required((ROOT / "requirements/runtime.txt").read_text().splitlines())
OPTIONAL = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]


@pytest.mark.parametrize("name", sorted(RUNTIME))
def test_no_runtime_dependency_is_under_the_gpl(name):
    said = licences(distribution(name))
    assert said
    assert not COPYLEFT.search(CHOSEN.get(name, said))


def test_every_direct_dependency_has_its_reason_and_licence():
    table = documented("At run time")
    assert set(table) == required(PROJECT["project"]["dependencies"]) | required(OPTIONAL)
    assert all(len(row) == 2 and all(row) for row in table.values())


def test_every_development_dependency_has_its_reason():
    assert set(documented("For development")) == required(PROJECT["dependency-groups"]["dev"])


def test_every_line_is_pinned_by_hash():
    for name in ("runtime", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text().replace("\\\n", " ")
        assert all("==" in line and "--hash=sha256:" in line for line in text.splitlines())
        assert "://" not in text


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-or-later", "AGPL-3.0-only", "License :: OSI Approved :: GNU General Public License v2 (GPLv2)"]
)
def test_the_gpl_is_found(licence):
    assert COPYLEFT.search(licence)


@pytest.mark.parametrize("licence", ["LGPL-3.0-only", "MIT", "GNU Lesser General Public License v3 (LGPLv3)"])
def test_other_licences_are_left_alone(licence):
    assert not COPYLEFT.search(licence)
