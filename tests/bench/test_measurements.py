"""Every measurement still finds its way; how fast is not asked here."""

import gc
import json

import pytest

from securenet.bench import (
    certificate_login,
    first_visit,
    login,
    pages,
    recovery,
    registrations,
    revocation_list,
    worst_upload,
)
from securenet.bench.installation import installed
from securenet.bench.memory import added_by
from securenet.cli import main
from securenet.settings import Environment

SHORT = {"rounds": 1, "seconds": 0}


@pytest.fixture(scope="module")
def made():
    with installed() as installation:
        yield installation


def test_every_login_with_a_password_arrives(made):
    jobs = [figure.job for figure in login.measure(made, **SHORT)]
    assert jobs == ["password login"] * 2 + ["password login beyond the hash", "the same to BMS ID, by OpenID Connect"]


def test_a_login_with_a_certificate_arrives(made):
    told = list(certificate_login.measure(made, **SHORT))
    bare = ["bare Django, two requests", "bare Django, the same five requests"]
    assert [figure.limit for figure in told] == ["handshake and one word", *bare]


def test_each_of_the_ten_main_pages_keeps_to_twelve_queries(made):
    told = list(pages.measure(made, **SHORT))
    assert len(told) == 10
    assert {figure.job: figure.queries for figure in told if figure.queries > 12} == {}


@pytest.mark.rule("R10", "R11")
def test_right_and_wrong_data_are_measured_beside_two_equal_runs(made):
    medians, apart = recovery.measure(made, **SHORT)
    assert (medians.limit, apart.limit) == ("wrong data", "two runs of right data")
    assert medians.value > 0


def test_a_first_visit_weighs_what_it_names(made):
    bare, whole = first_visit.measure(made)
    assert 0 < bare.value < whole.value


@pytest.mark.rule("R5")
def test_of_registrations_at_once_none_is_lost_doubled_or_half_done(made):
    told = list(registrations.measure(made, people=4))
    assert {figure.job: figure.value for figure in told if figure.met is False} == {}
    assert sum(figure.met is True for figure in told) == 11


def test_the_command_tells_one_json_object_a_figure(capsys):
    assert main(["bench", "certificate-check", "--json", "--rounds", "1", "--seconds", "0"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["job"] for each in told] == ["certificate check, rsa-2048", "certificate check, p-256"]
    assert all(each["limit_value"] > 0 and each["target"] == "≤ 5" for each in told)


def test_a_check_against_a_long_list_is_measured_beside_a_short_one():
    whole, more, *reading = revocation_list.measure(rounds=1, seconds=0, entries=2000)
    assert whole.limit == "the same, 10 entries"
    assert more.value == pytest.approx(whole.value - whole.limit_value)
    assert [each.unit for each in reading] == ["CPU ms", "MiB", "MiB"]
    assert reading[0].value > 0


def test_what_work_adds_to_the_memory_is_told():
    made, kept, peak = added_by(lambda: bytes(bytearray(64 << 20)))
    assert 60 < kept < 96 <= peak, "the copy stays, both stood there at once"
    assert len(made) == 64 << 20


@pytest.fixture
def still_heap():
    """Keep the collector from what the tests have made: each child of the measurement would copy all of it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.rule("R42", "R44")
@pytest.mark.usefixtures("still_heap")
def test_files_made_to_be_slow_are_within_the_size_limit_and_the_worst_is_named():
    *each, slowest, largest = worst_upload.measure(rounds=1)
    assert len(each) > 20
    assert slowest.value == max(figure.value for figure in each)
    assert slowest.job.removeprefix("the slowest: ") in {figure.job.removeprefix("file with ") for figure in each}
    assert 0 < largest.value < 64


def test_the_journeys_start_where_the_settings_say():
    hosts = {Environment.model_fields[f"{surface}_url"].default for surface in ("portal", "bms_id", "backoffice")}
    assert {login.PORTAL, login.BMS_ID, "https://backoffice.localhost:8442"} == hosts


@pytest.mark.rule("R47")
def test_sealing_is_measured_beside_openssl(capsys):
    assert main(["bench", "sealing", "--json", "--rounds", "1", "--mebibytes", "1"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["unit"] for each in told] == ["CPU ms", "MiB"] * 2
    assert all(each["value"] > 0 and each["limit_value"] > 0 for each in told)
