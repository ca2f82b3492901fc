"""What well-formed keys say wrongly about each other is named by key and line."""

import pytest

from securenet.domain.profile.checks import find_mistakes

pytestmark = pytest.mark.rule("R86")

RECOVERY = 'recovery = [{ tier = "service_desk", desk = "service-desk", quorum = 1 }]'
MANDATE = 'mandate = [{ tier = "service_owner", desk = "owner-bmsid", quorum = 1 }]'
TDID = 'name = "TDID CA", file = "TDID CA.cer"'

REFERENCES = [
    (RECOVERY, RECOVERY.replace("service-desk", "help"), "routes.recovery[0].desk", "there is no desk help"),
    ('escalate_to = "administration" }]', 'escalate_to = "x" }]', "routes.certificate[0].escalate_to", "no desk x"),
    ('email = "service-desk@bank-of-thailand.example"\n\n[[desks]]', 'email = "a@b.example"\ndeputy = "x"\n[[desks]]',
     "desks[0].deputy", "no desk x"),
    ('key = "bmsid"\ngroup = "permission"', 'key = "bmsid"\ngroup = "x"', "services[0].group", "no service group x"),
    ('service = "emcs"', 'service = "bibor"', "contacts[2].service", "no service bibor"),
    ('form = "letter_of_intent"', 'form = "x"', "checklists[0].items[0].form", "no form x"),
    ('service = "bmsid"\nitems', 'service = "x"\nitems', "checklists[0].service", "no service x"),
    ('variant = "ADMIN"', 'variant = "BOSS"', "checklists[2].variant", "no variant BOSS"),
]  # fmt: skip

REPEATED = [
    ('key = "emcs"', 'key = "bmsid"', "services[1].key", "bmsid is there twice"),
    ('key = "administration"', 'key = "owner-bmsid"', "desks[2].key", "twice"),
    ('key = "register_vehicles"', 'key = "register_persons"', "services[0].functions[1].key", "twice"),
    ('key = "department"', 'key = "position"', "services[0].questions[1].key", "twice"),
    ("date = 2026-01-02", "date = 2026-01-01", "closing_days[1].date", "twice"),
    ('{ key = "juristic_certificate"', '{ key = "commercial_registration"', "checklists[0].items[2].key", "twice"),
    ('{ key = "own_identity"', '{ key = "staff_identity"', "checklists[1].items[0].key", "another document"),
    ('"TDID CA-G2.cer"', '"TDID CA.cer"', "trust_store.certificates[3].file", "twice"),
    (MANDATE, MANDATE.replace("[{", '[{ tier = "service_owner", desk = "owner-bmsid" }, {'),
     "services[0].routes.mandate[1].tier", "twice"),
]  # fmt: skip

ROUTES = [
    (RECOVERY, 'recovery = [{ tier = "service_desk" }]', "routes.recovery[0].desk", "names its desk"),
    (MANDATE, 'mandate = [{ tier = "organization" }]', "services[0].routes.mandate", "decides last"),
    (MANDATE, MANDATE.replace("}]", '}, { tier = "organization" }]'), "services[0].routes.mandate[1].tier", "first"),
    (MANDATE, MANDATE.replace("[{", '[{ tier = "organization", desk = "service-desk" }, {'),
     "services[0].routes.mandate[0].desk", "names its desk"),
    (RECOVERY, RECOVERY.replace("[{", '[{ tier = "organization" }, {'), "routes.recovery", "rights and mandates only"),
]  # fmt: skip

SENSE = [
    ('surface = "bms_id"\n', "", "services[0]", "a surface or a link"),
    ("open = false", 'open = true\nlink = "https://a.example/"', "services[1].roles", "an open service has them"),
    ("open = false", 'open = true\nlink = "https://a.example/"', "services[1].routes", "an open service has them"),
    ('roles = ["organization_admin", "officer"]', 'roles = ["organization_admin"]', "services[0].roles", "officer"),
    ('type = "choices"\n', "", "services[0].questions[3].type", "a text has no choices"),
    ('choices_from = "banknote_centres"\n', "", "services[0].questions[3].type", "choices or choices_from"),
    ("required = false, condition", "condition", "checklists[0].items[3].required", "set it to false"),
    ("reminder_days = [60, 30, 7, 0]", "reminder_days = [7, 60]", "certificate.reminder_days", "largest"),
    ("reminder_days = [60, 30, 7]\n", "reminder_days = [7, 7]\n", "services[0].policy.reminder_days", "each once"),
    ("documents_days = 17", "documents_days = 5", "deadlines.documents_reminder_days", "before its deadline"),
    ("returned_business_days = 10", "returned_business_days = 2",
     "deadlines.returned_reminder_business_days", "before its deadline"),
    ("hold_days = 90", "hold_days = 2", "certificate.hold_reminder_days", "before its deadline"),
    ("members = { idle_minutes = 15", "members = { idle_minutes = 600", "sessions.members.idle_minutes", "longer"),
    ('pattern = "[A-Z0-9]{5,20}"', 'pattern = "[A-Z"', "identity_documents[1].pattern", "regular expression"),
    ('pattern = "[A-Z0-9]{5,20}"\n', "", "identity_documents[1].pattern", 'goes with check = "pattern"'),
    (TDID, f'{TDID}, crl_urls = ["http://a.example/c"]',
     "trust_store.certificates[2].crl_urls[0]", "not among allowed_hosts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [pytest.param(*case, id=case[2]) for case in REFERENCES + REPEATED + ROUTES + SENSE],
)
def test_a_contradiction_is_named_at_the_key_that_holds_it(mistakes, old, new, key, message):
    found = {problem[0]: problem for problem in mistakes(old, new)}

    assert key in found
    assert message in found[key][2]
    written = key.split(".")[-1].split("[")[0]
    assert written in found[key][1] or found[key][1][0] in "[{", "the line shows the key or the table that lacks it"


def test_a_week_needs_a_business_day(mistakes):
    days = '"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"'

    found = mistakes('languages = ["th", "en"]', f'languages = ["th", "en"]\nweekend = [{days}]')

    assert [problem[0] for problem in found] == ["operator.weekend"]


def test_every_kind_of_request_has_papers(reference):
    profile = reference.model_copy(update={"checklists": reference.checklists[:1]})

    assert list(find_mistakes(profile)) == [(("checklists",), "no checklist is for certificate")]
