"""Connecting services and changing keys."""

import pytest
from django.db import connection

from securenet.domain.oidc.connecting import (
    Addresses,
    NameTaken,
    SecretTooShort,
    UnknownScope,
    UnusableAddress,
    change_secret,
    register_relying_party,
    rotate_keys,
)
from securenet.domain.oidc.keys import Unsigned, key_set, published, sign, verify
from securenet.domain.oidc.models import SigningKey
from securenet.domain.profile.models import UnknownService
from tests.domain.oidc.world import CALLBACK, NOON, actor, later, relying_party

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]


def connect(**facts):
    whole = {"client_id": "new", "name": "New", "service": "bmsid", "addresses": Addresses([CALLBACK]), "by": actor()}
    return register_relying_party(**(whole | facts))


@pytest.mark.parametrize(
    "address",
    [
        "http://bms-id.localhost/cb",
        "https://bms-id.localhost/*",
        "https://bms-id.localhost/cb#part",
        "https://name@bms-id.localhost/cb",
        "https:///cb",
        "javascript:alert(1)",
        "//bms-id.localhost/cb",
        "https://bms-id.localhost/c b",
        "https://bms-id.localhost/\n",
        "https://bms-id.localhost/" + "a" * 500,
    ],
)
def test_an_address_that_could_lead_astray_is_refused(address):
    for addresses in (Addresses([address]), Addresses([CALLBACK], [address]), Addresses([CALLBACK], [], address)):
        with pytest.raises(UnusableAddress):
            connect(addresses=addresses)


def test_an_identifier_is_given_once():
    connect()
    with pytest.raises(NameTaken):
        connect()


def test_what_does_not_exist_is_refused():
    with pytest.raises(UnknownScope):
        connect(scopes=["openid", "everything"])
    with pytest.raises(UnknownService):
        connect(service="nothing")


def test_a_secret_that_could_be_guessed_is_refused():
    with pytest.raises(SecretTooShort):
        connect(secret="x" * 42)


def test_a_secret_is_known_once_and_can_be_changed():
    party, secret = connect()
    assert len(secret) >= 43
    assert secret not in str(vars(party))
    assert party.check_client_secret(secret)
    other = change_secret(party, by=actor())
    party.refresh_from_db()
    assert party.check_client_secret(other)
    assert not party.check_client_secret(secret)


def test_current_and_next_key_are_published_without_their_secrets(bms_id):
    keys = key_set(NOON)["keys"]
    assert len(keys) == 2
    assert all(set(key) == {"kty", "n", "e", "kid", "use", "alg"} for key in keys)


def test_nothing_changes_before_its_time(bms_id):
    assert not rotate_keys(by=actor(at=later(days=89)))


def test_the_next_key_signs_after_ninety_days_and_the_old_one_goes_a_day_later(bms_id):
    old, following = published(NOON)
    token = sign({"iss": "https://portal.localhost:8440"}, at=NOON)
    assert rotate_keys(by=actor(at=later(days=90)))
    assert [key.pk for key in published(later(days=90))][:2] == [old.pk, following.pk]
    assert len(published(later(days=90))) == 3
    assert verify(token)
    assert rotate_keys(by=actor(at=later(days=91)))
    assert old.pk not in {key.pk for key in SigningKey.objects.all()}
    with pytest.raises(Unsigned):
        verify(token)


def test_after_a_long_stop_the_keys_come_in_order_again(bms_id):
    rotate_keys(by=actor(at=later(days=400)))
    current = SigningKey.objects.filter(active_from__lte=later(days=400)).latest("active_from")
    assert current in published(later(days=400))
    assert SigningKey.objects.filter(active_from__gt=later(days=400)).count() == 1


def test_a_leaked_key_is_replaced_at_once(bms_id):
    token = sign({"iss": "https://portal.localhost:8440"}, at=NOON)
    before = {key.kid for key in published(NOON)}
    rotate_keys(at_once=True, by=actor(at=later(hours=1)))
    assert not before & {key.kid for key in published(later(hours=1))}
    with pytest.raises(Unsigned):
        verify(token)


def test_what_another_issuer_says_is_not_ours(bms_id):
    with pytest.raises(Unsigned):
        verify(sign({"iss": "https://elsewhere.example"}, at=NOON))


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."])
def test_what_is_no_token_of_ours_is_refused(bms_id, token):
    with pytest.raises(Unsigned):
        verify(token)


@pytest.mark.rule("R84")
def test_keys_are_sealed(bms_id):
    assert all('"d"' in (key.private_jwk or "") for key in SigningKey.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_jwk FROM oidc_signingkey")
        assert all(b'"d"' not in bytes(row[0]) for row in cursor.fetchall())


def test_two_services_share_the_keys(bms_id):
    relying_party("other")
    assert SigningKey.objects.count() == 2
