"""Sheets of members held against the register of a commune, for tests of what follows."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import translation

from teams.differences import Roster
from teams.models import Membership
from teams.plans import Line
from tests.cast import Cast

ON = date(2024, 6, 10)
# What the fixture of this name hands out.
PlanOf = Callable[..., Roster]


def said(plan_of: PlanOf, *rows: dict[str, Any], **options: Any) -> list[Line]:
    """The lines, with English sentences."""
    with translation.override("en"):
        return plan_of(*rows, **options).lines


def in_hg_2(**values: Any) -> dict[str, Any]:
    return {"hamlet": "Khu phố 2", **values}


def register(cast: Cast, team: str) -> list[tuple[str, str, date, date | None]]:
    rows = Membership.objects.filter(team=cast.teams[team]).select_related("person")
    return sorted(
        (row.person.full_name, row.post, row.valid.lower, row.valid.upper) for row in rows
    )
