"""One team, established by hand, and what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from teams import establishment
from teams.models import Ending, Kind, Team
from teams.registry import NewTeam
from tests.cast import SINCE, Cast, Enter
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

TODAY = date(2024, 6, 10)
MAY = date(2024, 5, 1)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin), translation.override("en"):
        yield


@pytest.fixture
def new(cast: Cast) -> NewTeam:
    hamlets = [cast.units["hg-3"], cast.units["hg-2"]]
    return NewTeam(
        "  Tổ  Khu phố 3 ", cast.units["hg-3"], Kind.LOCAL, "45/QĐ-UBND", date(2024, 4, 25), hamlets
    )


def served(team: Team) -> list[tuple[str, date, date | None]]:
    rows = team.areas.select_related("hamlet")
    return sorted((row.hamlet.code, row.valid.lower, row.valid.upper) for row in rows)


# -- A new one ------------------------------------------------------------------------------------


def test_establish_writes_what_is_known_of_the_team(new: NewTeam, cast: Cast) -> None:
    team = establishment.establish(new=new, since=MAY, actor=cast.officer)
    team.refresh_from_db()
    assert (team.name, team.unit, team.kind) == ("Tổ Khu phố 3", cast.units["hg-3"], "local")
    assert (team.decision_number, team.decided_on) == ("45/QĐ-UBND", date(2024, 4, 25))
    assert (team.active.lower, team.active.upper) == (MAY, None)
    assert served(team) == [("hg-2", MAY, None), ("hg-3", MAY, None)]


@pytest.mark.parametrize("code", ["193", "22"])
def test_establish_has_enterprises_sit_at_a_district_or_the_province(code: str, cast: Cast) -> None:
    new = NewTeam("Tổ điện lực", cast.units[code], Kind.ENTERPRISE)
    team = establishment.establish(new=new, since=TODAY, actor=cast.admin)
    assert served(team) == []


@pytest.mark.parametrize(
    ("changes", "since", "key", "said"),
    [
        ({"name": " \t"}, MAY, "name", "has to have a name"),
        ({"name": "TỔ HG-2", "unit": "hg-2"}, MAY, "name", "is there already"),
        ({"hamlets": []}, MAY, "hamlets", "at least one hamlet"),
        ({"hamlets": ["bd-1"]}, MAY, "hamlets", "do not keep the roster of Khu phố 1"),
        ({"hamlets": ["06691"]}, MAY, "hamlets", "Phường Hồng Gai is no hamlet"),
        ({"unit": "06691"}, MAY, "unit", "does not sit"),
        ({"kind": Kind.ENTERPRISE, "hamlets": []}, MAY, "unit", "does not sit"),
        ({"decided_on": TODAY + timedelta(days=1)}, MAY, "decided_on", "still to come"),
        ({}, TODAY + timedelta(days=1), "active_since", "still to come"),
        ({}, SINCE - timedelta(days=1), "active_since", "did not exist on that day"),
        ({}, SINCE - timedelta(days=1), "hamlets", "did not exist on that day"),
    ],
)
def test_establish_refuses_what_cannot_be(
    changes: dict[str, Any], since: date, key: str, said: str, new: NewTeam, cast: Cast
) -> None:
    if "hamlets" in changes:
        changes = changes | {"hamlets": [cast.units[code] for code in changes["hamlets"]]}
    if "unit" in changes:
        changes = changes | {"unit": cast.units[changes["unit"]]}
    before = Team.objects.count()
    with pytest.raises(InvalidEntry) as refusal:
        establishment.establish(new=replace(new, **changes), since=since, actor=cast.officer)
    assert said in " ".join(refusal.value.errors[key])
    assert Team.objects.count() == before


def test_establish_twice_makes_one_team(new: NewTeam, cast: Cast) -> None:
    establishment.establish(new=new, since=MAY, actor=cast.officer)
    with pytest.raises(InvalidEntry, match="is there already"):
        establishment.establish(new=new, since=MAY, actor=cast.officer)
    assert Team.objects.filter(unit=cast.units["hg-3"]).count() == 1


WITHOUT_RIGHT = ["leader", "neighbour", "district_officer", "staff", "national", "stranger"]


@pytest.mark.parametrize("who", WITHOUT_RIGHT)
def test_register_is_closed_to(who: str, new: NewTeam, cast: Cast) -> None:
    actor = getattr(cast, who)
    with pytest.raises(NotAllowed):
        establishment.establish(new=new, since=MAY, actor=actor)
    with pytest.raises(NotAllowed):
        establishment.amend(team=cast.teams["hg-2"], values={"name": "Tổ khác"}, actor=actor)


# -- What is said of one --------------------------------------------------------------------------


def test_amend_writes_what_is_said_and_leaves_the_rest(cast: Cast) -> None:
    team = cast.teams["hg-2"]
    said = {"zalo_link": "https://zalo.me/g/abc", "zalo_followers": 120, "phones_given": 0}
    establishment.amend(team=team, values=said, actor=cast.officer)
    establishment.amend(
        team=team, values={"name": " Tổ  hai ", "has_wifi": False}, actor=cast.officer
    )
    team = Team.objects.get(pk=team.pk)
    assert (team.name, team.has_wifi) == ("Tổ hai", False)
    assert (team.zalo_link, team.zalo_followers) == ("https://zalo.me/g/abc", 120)
    # Zero is said, and what nobody has said is not.
    assert (team.phones_given, team.members_with_free_data) == (0, None)
    assert served(team) == [("hg-2", SINCE, None)]


def test_amend_has_hamlets_served_from_a_day(cast: Cast) -> None:
    team, units = cast.teams["hg-2"], cast.units
    later = date(2024, 6, 1)
    establishment.amend(
        team=team, values={}, hamlets=[units["hg-2"], units["hg-3"]], since=MAY, actor=cast.officer
    )
    establishment.amend(
        team=team, values={}, hamlets=[units["hg-3"]], since=later, actor=cast.officer
    )
    assert served(team) == [("hg-2", SINCE, later), ("hg-3", MAY, None)]
    # What began on the very day is put right.
    establishment.amend(
        team=team, values={}, hamlets=[units["hg-1"]], since=later, actor=cast.officer
    )
    establishment.amend(
        team=team, values={}, hamlets=[units["hg-2"]], since=later, actor=cast.officer
    )
    assert served(team) == [
        ("hg-2", SINCE, later), ("hg-2", later, None), ("hg-3", MAY, later),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hamlets", "since", "key", "said"),
    [
        ([], MAY, "hamlets", "at least one hamlet"),
        (["bd-1"], MAY, "hamlets", "do not keep the roster"),
        (["hg-3"], TODAY + timedelta(days=1), "since", "still to come"),
        (["hg-3"], SINCE - timedelta(days=1), "since", "last changed on"),
    ],
)
def test_amend_refuses_hamlets_that_cannot_be_served(
    hamlets: list[str], since: date, key: str, said: str, cast: Cast
) -> None:
    team = cast.teams["hg-2"]
    with pytest.raises(InvalidEntry) as refusal:
        establishment.amend(
            team=team,
            values={"name": "Tổ khác"},
            hamlets=[cast.units[code] for code in hamlets],
            since=since,
            actor=cast.officer,
        )
    assert said in " ".join(refusal.value.errors[key])
    assert Team.objects.get(pk=team.pk).name == "Tổ hg-2"
    assert served(team) == [("hg-2", SINCE, None)]


def test_amend_is_not_possible_once_a_team_has_ended(cast: Cast) -> None:
    team = cast.teams["hg-2"]
    Team.objects.filter(pk=team.pk).update(active=(SINCE, MAY), ending=Ending.DISSOLVED)
    with pytest.raises(NotPossibleNow):
        establishment.amend(team=team, values={"name": "Tổ khác"}, actor=cast.officer)
