"""Counting teams, members and covered hamlets."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from teams.census import Census, sizes, take
from teams.models import Area, Membership, Post, Team
from tests.cast import SINCE, Cast, Enter, move

TODAY = date(2024, 6, 10)
ALWAYS = DateRange(SINCE, None)

QUANG_NINH = Census(
    local=7, enterprise=2, members=27,
    hamlets=7, hamlets_covered=6, communes=3, communes_covered=3,
)  # fmt: skip
HA_LONG = Census(
    local=5, enterprise=1, members=18,
    hamlets=5, hamlets_covered=4, communes=2, communes_covered=2,
)  # fmt: skip
HONG_GAI = Census(
    local=3, enterprise=0, members=9,
    hamlets=3, hamlets_covered=2, communes=1, communes_covered=1,
)  # fmt: skip


def count(cast: Cast, code: str, on: date = TODAY) -> Census:
    unit = cast.units[code]
    return take([unit], on=on)[unit.pk]


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Any:
    with enter(cast.admin):
        yield


def test_census_counts_a_unit_and_everything_under_it(cast: Cast) -> None:
    wanted = {"22": QUANG_NINH, "193": HA_LONG, "06691": HONG_GAI}
    found = take([cast.units[code] for code in wanted], on=TODAY)
    assert found == {cast.units[code].pk: census for code, census in wanted.items()}
    assert QUANG_NINH.teams == 9


def test_census_never_covers_more_than_there_is(cast: Cast) -> None:
    # Two teams share the first hamlet: teams divided by hamlets would be 200%.
    hamlet = Census(local=2, members=6, hamlets=1, hamlets_covered=1)
    assert count(cast, "hg-1") == hamlet
    assert count(cast, "hg-3") == Census(hamlets=1)
    for census in take(cast.units.values(), on=TODAY).values():
        assert census.hamlets_covered <= census.hamlets
        assert census.communes_covered <= census.communes


def test_census_of_the_nation_adds_up_its_provinces(cast: Cast, enter: Enter) -> None:
    with enter(cast.national):
        whole = count(cast, "00")
        parts = take([cast.units["22"], cast.units["30"]], on=TODAY).values()
        assert whole == Census(
            *(sum(getattr(part, name) for part in parts) for name in Census.__match_args__)
        )
        assert whole.teams == 12


def test_census_behind_the_wall_is_empty(cast: Cast) -> None:
    assert count(cast, "30") == Census()


def test_census_before_anything_was_established_is_empty(cast: Cast) -> None:
    assert count(cast, "22", on=date(2022, 4, 30)) == Census()
    assert count(cast, "22", on=SINCE) == QUANG_NINH


def test_census_leaves_out_a_team_that_has_ended(cast: Cast) -> None:
    Team.objects.filter(pk=cast.teams["hg-2"].pk).update(active=DateRange(SINCE, TODAY))
    assert count(cast, "06691", on=date(2024, 6, 9)) == HONG_GAI
    assert count(cast, "06691") == Census(
        local=2, members=6, hamlets=3, hamlets_covered=1, communes=1, communes_covered=1
    )


def test_census_leaves_out_members_who_have_left(cast: Cast) -> None:
    Membership.objects.filter(team=cast.teams["hg-2"], post=Post.MEMBER).update(
        valid=DateRange(SINCE, TODAY)
    )
    assert count(cast, "06691", on=date(2024, 6, 9)).members == 9
    assert count(cast, "06691").members == 8


def test_census_counts_a_person_of_two_teams_once(cast: Cast) -> None:
    busy = Membership.objects.get(team=cast.teams["hg-2"], post=Post.MEMBER).person
    Membership.objects.create(
        tenant=cast.province, team=cast.teams["ct-1"], person=busy, valid=ALWAYS
    )
    found = {code: count(cast, code).members for code in ("06691", "195", "22")}
    assert found == {"06691": 9, "195": 7, "22": 27}


def test_census_covers_every_hamlet_that_a_team_serves(cast: Cast) -> None:
    Area.objects.create(
        tenant=cast.province, team=cast.teams["hg-2"], hamlet=cast.units["hg-3"], valid=ALWAYS
    )
    assert (count(cast, "06691").local, count(cast, "06691").hamlets_covered) == (3, 3)


def test_census_leaves_out_a_commune_without_any_team(cast: Cast) -> None:
    Team.objects.filter(unit__in=[cast.units["bd-1"], cast.units["bd-2"]]).update(
        active=DateRange(SINCE, TODAY)
    )
    found = count(cast, "193")
    assert (found.communes, found.communes_covered) == (2, 1)
    assert (found.hamlets, found.hamlets_covered) == (5, 2)


def test_census_uses_the_tree_of_the_day(cast: Cast) -> None:
    reform = date(2024, 11, 1)
    move(cast.units["06688"], to=cast.units["195"], on=reform)
    assert count(cast, "193", on=date(2024, 10, 31)) == HA_LONG
    after = count(cast, "193", on=reform)
    assert (after.local, after.hamlets, after.communes) == (3, 3, 1)
    assert count(cast, "22", on=reform) == QUANG_NINH


@pytest.mark.parametrize("codes", [["22"], ["22", "193", "06691"], []])
def test_census_takes_four_statements_however_many_units(codes: list[str], cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        take([cast.units[code] for code in codes], on=TODAY)
    assert len(queries) == (4 if codes else 0)


def test_teams_are_as_large_as_on_the_day(cast: Cast, enter: Enter) -> None:
    first, second, empty = (cast.teams[name] for name in ("hg-1a", "hg-1b", "hg-2"))
    with enter(cast.admin):
        Membership.objects.filter(team=empty).delete()
        left = Membership.objects.filter(team=first).first()
        assert left is not None
        left.valid = DateRange(left.valid.lower, date(2024, 6, 14))
        left.save()
        teams = [first.pk, second.pk, empty.pk]
        assert sizes(teams, on=date(2024, 6, 13)) == {first.pk: 3, second.pk: 3}
        assert sizes(teams, on=date(2024, 6, 14)) == {first.pk: 2, second.pk: 3}
