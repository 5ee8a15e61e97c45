"""More time stays with those who were given it, whatever a decree makes of their units."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import override_settings
from pytest_django import Settings

from reports import extensions
from reports.models import Extension, Report, Status
from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, lead_report
from tests.reports import renaming
from tests.reports.renaming import DAY, NEW, OLD
from units import undoing
from units.models import Unit

# Of June, as the decree on community teams has it.
LAST_DAY = date(2024, 6, 14)
JULY = date(2024, 7, 1)
UNTIL = date(2024, 7, 10)
HAMLETS = ["hg-1a", "hg-1b", "hg-2"]
pytestmark = pytest.mark.usefixtures("forms")


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def extend(cast: Cast, unit: Unit, **given: Any) -> Extension:
    asked = {"period": cast.june, "unit": unit, "until": UNTIL, "reason": "Bão số 3"}
    return extensions.extend(**{**asked, **given}, actor=cast.admin)


def new_commune(code: str = NEW) -> Unit:
    return Unit.objects.get(code=code, valid__startswith__gte=DAY)


def told(cast: Cast) -> list[object]:
    """What the hamlets' teams have of June, and who was late."""
    teams = [cast.teams[name] for name in HAMLETS]
    late = Report.objects.sent_late().values_list("team", flat=True)
    return [
        extensions.of_teams(cast.june, teams),
        extensions.in_force(cast.june, teams),
        sorted(late),
        sorted(Report.objects.writable_now().values_list("team", flat=True)),
    ]


def rows() -> list[object]:
    return sorted(Extension.objects.values_list())


def test_month_before_a_decree_keeps_what_was_given(cast: Cast) -> None:
    with override_settings(BUSINESS_DATE=date(2024, 6, 16)):
        extend(cast, cast.units[OLD])
    with override_settings(BUSINESS_DATE=date(2024, 6, 30)):
        for name in ("hg-2", "bd-1"):
            lead_report(cast, Status.APPROVED, cast.teams[name], {"adults": 5})
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        before = told(cast)
        assert before[:3] == [
            dict.fromkeys((cast.teams[name].pk for name in HAMLETS), UNTIL),
            dict.fromkeys((cast.teams[name].pk for name in HAMLETS), UNTIL),
            [cast.teams["bd-1"].pk],
        ]
        renaming.apply(cast, on=JULY)
        assert told(cast) == before
        assert extensions.of_unit(cast.june, new_commune()) == UNTIL
        assert Extension.objects.get().unit == cast.units[OLD]


def test_commune_that_takes_another_in_brings_no_time_for_the_past(cast: Cast) -> None:
    with override_settings(BUSINESS_DATE=date(2024, 6, 16)):
        extend(cast, cast.units["06688"])
    with override_settings(BUSINESS_DATE=date(2024, 6, 30)):
        lead_report(cast, Status.APPROVED, cast.teams["hg-2"], {"adults": 5})
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        renaming.apply(cast, on=JULY, links=[(OLD, "06688")])
        assert told(cast)[:3] == [{}, {}, [cast.teams["hg-2"].pk]]
        # Whoever asks for today's commune has both to do with.
        assert extensions.of_unit(cast.june, cast.units["06688"]) == UNTIL


def test_time_that_is_given_after_a_decree_is_for_todays_units(cast: Cast) -> None:
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        renaming.apply(cast, on=JULY)
        extend(cast, new_commune())
        assert told(cast)[0] == dict.fromkeys((cast.teams[name].pk for name in HAMLETS), UNTIL)


@pytest.mark.parametrize(
    ("given_on", "day"),
    [
        (date(2024, 6, 5), DAY),
        (date(2024, 6, 5), LAST_DAY),
        # For a month that was over, after the day to which the decree goes back.
        (date(2024, 7, 3), JULY),
    ],
)
def test_time_comes_along_with_what_the_new_tree_counts(
    given_on: date, day: date, cast: Cast
) -> None:
    with override_settings(BUSINESS_DATE=given_on):
        extend(cast, cast.units[OLD])
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        before, kept = told(cast), rows()
        decree = renaming.apply(cast, on=day)
        assert told(cast) == before
        assert Extension.objects.get().unit == new_commune()
        undoing.undo(decree=decree, actor=cast.admin)
        assert (told(cast), rows()) == (before, kept)


def test_all_parts_of_a_split_commune_have_its_time(cast: Cast) -> None:
    extend(cast, cast.units[OLD])
    before, kept = told(cast), rows()
    decree = renaming.apply(cast, links=[(OLD, NEW), (OLD, "06693")])
    assert told(cast) == before
    assert {each.unit.code for each in Extension.objects.all()} == {NEW, "06693"}
    undoing.undo(decree=decree, actor=cast.admin)
    assert (told(cast), rows()) == (before, kept)


@pytest.mark.parametrize(
    ("given_on", "day"), [(DAY, DAY), (DAY, LAST_DAY), (DAY, JULY), (JULY, JULY)]
)
def test_time_of_a_team_goes_to_whoever_reports_in_its_place(
    given_on: date, day: date, cast: Cast, settings: Settings
) -> None:
    settings.BUSINESS_DATE = given_on
    new = [NewTeam(name="Đội", unit=cast.units[OLD], kind=Kind.LOCAL)]
    (team,) = establish_teams(tenant=cast.province, teams=new, since=SINCE)
    extend(cast, cast.units[OLD], team=team)
    kept = rows()
    settings.BUSINESS_DATE = date(2024, 7, 5)
    decree = renaming.apply(cast, on=day)
    after = Team.objects.get(name="Đội", unit=new_commune())
    has_it = after if day < JULY else team
    assert extensions.of_teams(cast.june, [team, after]) == {has_it.pk: UNTIL}
    assert Extension.objects.get().unit == has_it.unit
    undoing.undo(decree=decree, actor=cast.admin)
    assert rows() == kept


def test_time_that_was_given_before_it_had_a_history_goes_back_too(cast: Cast) -> None:
    """As the migration leaves it."""
    extend(cast, cast.units[OLD])
    kept = rows()
    with connection.cursor() as cursor:
        cursor.execute("alter table reports_extensionevent disable trigger all")
        cursor.execute("delete from reports_extensionevent")
        cursor.execute("alter table reports_extensionevent enable trigger all")
    import_module("reports.migrations.0021_kept_time").write_down(apps, None)
    with_history = Extension.objects.get()
    assert with_history.events.get().until == UNTIL  # type: ignore[attr-defined]
    decree = renaming.apply(cast)
    undoing.undo(decree=decree, actor=cast.admin)
    assert rows() == kept
