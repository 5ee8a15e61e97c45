"""Which team does a row of a sheet belong to? Found by code or by name, never guessed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from teams.models import Team
from teams.places import Misplaced, Place, Places, near_names, unknown
from teams.querysets import TeamQuerySet
from units.models import Unit
from units.text import fold


class Gazetteer:
    """Finds the team of a row by code or by name, in the area of one unit on one day; among those
    that are active, unless other `teams` are named."""

    def __init__(self, area: Unit, *, on: date, teams: TeamQuerySet | None = None):
        self.places = Places(area, on=on)
        # Of the teams of the area alone: one elsewhere reads as one that there is not.
        self.names: dict[int, str] = {}
        self.began: dict[int, date] = {}
        self.by_unit: dict[int, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.unit_of: dict[int, int] = {}
        # Whoever joined a team that has ended since would never leave it.
        standing = Team.objects.filter(tenant_id=area.tenant_id, ending="").active_on(on)
        self._load_teams(standing if teams is None else teams)
        self._found: dict[tuple[Any, ...], int | Misplaced] = {}

    def _load_teams(self, teams: TeamQuerySet) -> None:
        for pk, name, unit, active in teams.order_by("pk").values_list(
            "pk", "name", "unit", "active"
        ):
            if unit not in self.places.own:
                continue
            self.names[pk], self.unit_of[pk], self.began[pk] = name, unit, active.lower
            self.by_unit[unit].append(pk)
            self.by_name[fold(name)].append(pk)

    def team_of(self, values: Mapping[str, Any]) -> int:
        """The id of the team that a row names. Raises Misplaced."""
        named = tuple(values.get(key) for key in ("team_code", "commune", "hamlet", "team"))
        if named not in self._found:
            # Rows of a team follow each other, and name it alike.
            try:
                self._found[named] = self._look_up(*named)
            except Misplaced as refusal:
                self._found[named] = refusal
        found = self._found[named]
        if isinstance(found, Misplaced):
            raise found
        return found

    def _look_up(
        self, code: int | None, commune: str | None, hamlet: str | None, team: str | None
    ) -> int:
        if code:
            return self.by_code(code)
        home = self.places.commune(commune) if commune else self.places.home()
        if hamlet:
            spot = self.places.hamlet(hamlet, home)
            return self._one_of("hamlet", self.by_unit[spot.pk], team)
        if not team:
            raise Misplaced("team", _("Say which team: give its hamlet, its name or its code."))
        return self._named(team, home)

    def by_code(self, code: int) -> int:
        if code not in self.names:
            raise Misplaced(
                "team_code",
                _("No active team of your area has the code %(code)s.") % {"code": code},
            )
        return code

    def _one_of(self, key: str, teams: list[int], name: str | None) -> int:
        """The only team of a hamlet, or the one of that name."""
        if name:
            teams = [pk for pk in teams if fold(self.names[pk]) == fold(name)]
            key = "team"
        if len(teams) == 1:
            return teams[0]
        if teams:
            raise Misplaced("team", _("This hamlet has several teams: give the team's name."))
        raise Misplaced(key, _("No active team serves this hamlet under this name."))

    def _named(self, typed: str, home: Place | None) -> int:
        teams = self.by_name.get(fold(typed), [])
        if home is not None:
            teams = [pk for pk in teams if home.pk in self.places.path(self.unit_of[pk])]
        if len(teams) == 1:
            return teams[0]
        if teams:
            raise Misplaced("team", _("Several teams are called so: give commune and hamlet, too."))
        names = {fold(self.names[pk]): self.names[pk] for pk in self._of(home)}
        raise unknown("team", typed, near_names(typed, names))

    def _of(self, home: Place | None) -> Iterable[int]:
        return [
            pk
            for pk, unit in self.unit_of.items()
            if home is None or home.pk in self.places.path(unit)
        ]

    def keeps(self, team: int) -> bool:
        """Whether the team is in the area, so that its roster may be changed."""
        return team in self.names
