"""Who acts: the desks of a member are looked up when a rule asks for them first."""

from securenet.foundation.actor import LookedUp


def looked_up(*desks):
    asked = []

    def look_up():
        asked.append("asked")
        return frozenset(desks)

    return LookedUp(look_up), asked


def test_what_nobody_asks_for_is_not_looked_up():
    _desks, asked = looked_up("owner-bmsid")
    assert asked == []


def test_it_is_looked_up_once_however_often_it_is_asked_for():
    desks, asked = looked_up("owner-bmsid")
    assert "owner-bmsid" in desks
    assert "service-desk" not in desks
    assert list(desks) == ["owner-bmsid"]
    assert asked == ["asked"]


def test_it_is_met_by_sets_from_both_sides():
    desks, _asked = looked_up("one", "two")
    assert desks & {"two", "three"} == {"two"} == {"two", "three"} & desks
    assert desks | {"three"} == {"one", "two", "three"}
    assert not looked_up()[0]
