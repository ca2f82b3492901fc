"""Every class of mistake in a profile is named by key and line."""

import pytest

from securenet.domain.profile.loading import ProfileError, load_profile

pytestmark = pytest.mark.rule("R86")

SHAPE = {
    "unknown key": (
        "documents_days = 17",
        "documents_day = 17",
        "deadlines.documents_day",
        "documents_day = 17",
        "is not a key",
    ),
    "unknown table": ("[sessions]", "[session]", "session", "[session]", "is not a key"),
    "text for a number": (
        "documents_days = 17",
        'documents_days = "17"',
        "deadlines.documents_days",
        'documents_days = "17"',
        "must be a whole number",
    ),
    "true for a number": (
        "hold_days = 90",
        "hold_days = true",
        "certificate.hold_days",
        "hold_days = true",
        "must be a whole number",
    ),
    "a number for text": ('phone = "0 2000 0102"', "phone = 20", "contacts[1].phone", "phone = 20", "must be text"),
    "text for true": ("open = true", 'open = "yes"', "services[0].open", 'open = "yes"', "must be true or false"),
    "text for a date": (
        "date = 2026-03-03",
        'date = "2026-03-03"',
        "closing_days[2].date",
        'date = "2026-03-03"',
        "must be a date",
    ),
    "a word for a list": (
        'languages = ["th", "en"]',
        'languages = "th"',
        "operator.languages",
        'languages = "th"',
        "must be a list",
    ),
    "a word for a table": (
        'short_name = { th = "ธปท.", en = "BOT" }',
        'short_name = "BOT"',
        "operator.short_name",
        'short_name = "BOT"',
        "must be a table",
    ),
    "nothing": ('country = "TH"\ntime_zone', "time_zone", "operator.country", "[operator]", "is missing"),
    "one language only": (
        '{ th = "ผู้ดูแลระบบ", en = "System Administration" }',
        '{ th = "ผู้ดูแลระบบ" }',
        "desks[2].name.en",
        'name = { th = "ผู้ดูแลระบบ" }',
        "is missing",
    ),
    "zero days": ("draft_hours = 24", "draft_hours = 0", "deadlines.draft_hours", "draft_hours = 0", "greater than"),
    "negative days": (
        "confirmation_hours = 72",
        "confirmation_hours = -72",
        "deadlines.confirmation_hours",
        "confirmation_hours = -72",
        "greater than",
    ),
    "a short password": ("min_length = 8", "min_length = 7", "passwords.min_length", "min_length = 7", "greater than"),
    "an unknown tier": (
        '{ tier = "service_desk", desk = "service-desk", quorum = 1 }]',
        '{ tier = "minister", desk = "service-desk", quorum = 1 }]',
        "routes.recovery[0].tier",
        'recovery = [{ tier = "minister", desk = "service-desk", quorum = 1 }]',
        "Input should be",
    ),
    "an unknown time zone": (
        "Asia/Bangkok",
        "Asia/Bangok",
        "operator.time_zone",
        'time_zone = "Asia/Bangok"',
        "is not an IANA time zone",
    ),
    "a language twice": (
        'languages = ["th", "en"]',
        'languages = ["th", "th"]',
        "operator.languages",
        'languages = ["th", "th"]',
        "names a language twice",
    ),
    "a path for a file": (
        '"TDID RCA3.cer"',
        '"../TDID RCA3.cer"',
        "trust_store.certificates[0].file",
        '{ set = "production", kind = "root", name = "TDID Root CA", file = "../TDID RCA3.cer" },',
        "should match",
    ),
}


@pytest.mark.parametrize(("old", "new", "key", "row", "message"), SHAPE.values(), ids=SHAPE)
def test_a_key_of_the_wrong_shape_is_named_with_its_line(mistakes, old, new, key, row, message):
    found = [problem for problem in mistakes(old, new) if problem[0] == key]

    assert [problem[1] for problem in found] == [row]
    assert message in found[0][2]


SYNTAX = {
    "an open quote": ('country = "TH"', 'country = "TH', 'country = "TH'),
    "no value": ("hold_days = 90", "hold_days =", "hold_days ="),
    "a key twice": ("hold_days = 90", "hold_days = 90\nhold_days = 30", "hold_days = 30"),
    "a table twice": ("[variants]", "[passwords]\n[variants]", "[passwords] # the manual's"),
    "30 February": ("date = 2026-03-03", "date = 2026-02-30", "date = 2026-02-30"),
}


@pytest.mark.parametrize(("old", "new", "row"), SYNTAX.values(), ids=SYNTAX)
def test_broken_toml_is_shown_with_its_line(mistakes, old, new, row):
    ((_, found, message),) = mistakes(old, new)

    assert found.startswith(row)
    assert row in message


def test_a_broken_end_names_the_last_line(tmp_path):
    path = tmp_path / "operator.toml"
    path.write_text('[operator]\ncountry = """TH\n')

    with pytest.raises(ProfileError) as caught:
        load_profile(path)

    assert [problem.line for problem in caught.value.problems] == [2]


def test_a_file_in_another_encoding_names_the_line(tmp_path):
    path = tmp_path / "operator.toml"
    path.write_bytes('[operator]\nname = "ธนาคาร"'.encode("cp874"))

    with pytest.raises(ProfileError, match=r"operator\.toml:2: is not UTF-8"):
        load_profile(path)


def test_an_empty_file_misses_every_required_table(tmp_path):
    path = tmp_path / "operator.toml"
    path.write_text("")

    with pytest.raises(ProfileError) as caught:
        load_profile(path)

    assert {"operator", "services", "routes"} <= {problem.key for problem in caught.value.problems}


def test_a_file_that_is_not_there_is_not_a_mistake_in_it(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_profile(tmp_path / "nowhere.toml")


def test_all_mistakes_are_listed_in_the_order_of_their_lines(tmp_path, load_changed):
    with pytest.raises(ProfileError) as caught:
        load_changed('country = "TH"\ntime_zone = "Asia/Bangkok"', 'country = "Thailand"\ntime_zone = "Siam"\ncity = 1')

    assert [problem.key for problem in caught.value.problems] == [
        "operator.country",
        "operator.time_zone",
        "operator.city",
    ]
    assert str(caught.value).startswith(f"{tmp_path / 'operator.toml'}:12: operator.country: ")


def test_a_list_with_a_wrong_item_is_not_called_too_short(mistakes):
    route = 'recovery = [{ tier = "service_desk", desk = "service-desk", quorum = 1 }]'

    assert [problem[0] for problem in mistakes(route, route.replace("= 1", "= 0"))] == ["routes.recovery[0].quorum"]
    assert [problem[0::2] for problem in mistakes(route, "recovery = []")] == [("routes.recovery", "has too few items")]
