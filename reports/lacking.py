"""Which teams are missing in a number, wherever they stand below a unit?"""

from dataclasses import dataclass
from typing import Any

from reports import overview, why
from reports.overview import Picture, TeamPart
from reports.why import Column, Question
from units.models import Level, Unit


@dataclass(frozen=True)
class Lacking:
    """A team that is missing, the unit on which or in whose hamlet it stood in the month, and of
    what it gave nothing."""

    team: TeamPart
    unit: Unit
    columns: list[Column]


def can_be_listed(picture: Picture, asked: Question) -> bool:
    """Whether teams can be missing in it. The nation's are listed province by province."""
    return (
        not asked.is_census
        and picture.unit.level != Level.NATION
        and picture.stands
        and not picture.is_awaited
    )


def teams(picture: Picture, asked: Question, user: Any) -> list[Lacking]:
    """All of them from the province's own down, in a fixed number of statements."""
    day = picture.period.tree_on if picture.period else picture.on
    expected = overview.expected_teams(picture.period, day, user)
    if picture.is_restated:
        below = Unit.objects.ever_visible_to(user).under(picture.unit, on=picture.on)
        at = {picture.unit.pk, *below.values_list("pk", flat=True)}
        rows = expected.filter(
            unit__in=[pk for pk, home in picture.homes.items() if home.unit_id in at]
        )
    else:
        rows = expected.within(picture.unit, on=day)
    parts = overview.team_parts(rows, picture.period, user)
    lines = [line for part in parts if (line := why.of_team(asked, part)).gaps]
    stood = why.stood_under(picture, [line.team for line in lines if line.team])
    found = [
        Lacking(
            line.team,
            stood.get(line.team.team.unit_id, line.team.team.unit),
            [gap.column for gap in line.gaps],
        )
        for line in lines
        if line.team
    ]
    return sorted(found, key=lambda each: (each.unit.level, each.unit.code))
