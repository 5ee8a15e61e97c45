"""What each role may do, and where: written out by hand, beside the table in `accounts.roles`."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from accounts.models import Grant, User
from accounts.roles import RIGHTS, Right, Role, roles_with
from tests.cast import Cast, Enter, move
from units.models import Unit

FILL, REVIEW, CORRECT = Right.FILL, Right.REVIEW, Right.CORRECT
OVERVIEW, PERIODS, ACCOUNTS = Right.OVERVIEW, Right.PERIODS, Right.ACCOUNTS
ROSTER = Right.ROSTER
BOUNDARIES = Right.BOUNDARIES
DECREES = Right.DECREES

HELD = {
    "leader": {FILL},
    "officer": {FILL, REVIEW, OVERVIEW, ROSTER},
    "neighbour": {FILL, REVIEW, OVERVIEW, ROSTER},
    "district_officer": {REVIEW, OVERVIEW},
    "staff": {OVERVIEW, DECREES},
    "admin": {FILL, REVIEW, CORRECT, OVERVIEW, PERIODS, ACCOUNTS, ROSTER, BOUNDARIES, DECREES},
    "stranger": {FILL, REVIEW, CORRECT, OVERVIEW, PERIODS, ACCOUNTS, ROSTER, BOUNDARIES, DECREES},
    "national": {OVERVIEW},
}
HONG_GAI = {"06691", "hg-1", "hg-2", "hg-3"}
HA_LONG = {"193", "06688", "bd-1", "bd-2"} | HONG_GAI
QUANG_NINH = {"22", "195", "06757", "ct-1", "ct-2"} | HA_LONG
HAI_DUONG = {"30", "290", "10507", "pl-1", "pl-2"}
REVIEWED = {
    "leader": set(),
    "officer": HONG_GAI,
    "neighbour": {"06688", "bd-1", "bd-2"},
    "district_officer": HA_LONG,
    "staff": set(),
    "admin": QUANG_NINH,
    "stranger": HAI_DUONG,
    "national": set(),
}


@pytest.mark.parametrize("who", HELD)
def test_role_holds_exactly(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    with enter(user):
        assert {right for right in Right if user.holds(right)} == HELD[who]


@pytest.mark.parametrize("who", REVIEWED)
def test_right_reaches_exactly(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    # Everything is readable here, so that only the first wall decides.
    with enter(cast.national):
        assert {code for code, unit in cast.units.items() if user.may(REVIEW, unit)} == REVIEWED[
            who
        ]


def test_right_does_not_reach_up(cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        assert not cast.officer.may(REVIEW, cast.units["193"])
        assert not cast.officer.may(ACCOUNTS, cast.units["06691"])


def test_right_reaches_in_todays_tree(cast: Cast, enter: Enter, settings: Settings) -> None:
    reform = date(2024, 11, 1)
    with enter(cast.admin):
        move(cast.units["06688"], to=cast.units["195"], on=reform)
        settings.BUSINESS_DATE = reform - timedelta(days=1)
        assert cast.district_officer.may(REVIEW, cast.units["bd-1"])
        settings.BUSINESS_DATE = reform
        assert not cast.district_officer.may(REVIEW, cast.units["bd-1"])


def test_person_without_a_role_sees_and_may_do_nothing(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Grant.objects.filter(user=cast.officer).delete()
    with enter(cast.officer):
        assert cast.officer.seen_unit_ids == []
        assert not any(cast.officer.holds(right) for right in Right)
        assert not cast.officer.may(FILL, cast.units["hg-1"])
        assert not Unit.objects.visible_to(cast.officer).exists()


def test_roles_add_up_the_widest_first(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Grant.objects.create(
            user=cast.officer,
            unit=cast.units["22"],
            role=Role.PROVINCE_STAFF,
            tenant=cast.province,
        )
        officer = User.objects.get(pk=cast.officer.pk)
        province, commune = cast.units["22"].pk, cast.units["06691"].pk
        assert officer.seen_unit_ids == [province, commune]
        assert officer.unit_ids_with(OVERVIEW) == [province, commune]
        # Seeing the province does not widen what may be approved.
        assert officer.unit_ids_with(REVIEW) == [commune]
        assert not officer.may(REVIEW, cast.units["06688"])


def test_roles_with_names_whoever_holds_the_right() -> None:
    assert set(RIGHTS) == set(Role)
    assert roles_with(CORRECT) == [Role.PROVINCE_ADMIN]
    assert set(roles_with(FILL)) == {Role.TEAM_LEADER, Role.COMMUNE_OFFICER, Role.PROVINCE_ADMIN}
