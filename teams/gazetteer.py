"""Which team does a row of a sheet belong to? Found by code or by name, never guessed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from teams.models import Team
from units.models import Level, Placement, Unit
from units.text import fold, normalise

# What stands before the name of a commune, or is left out.
KINDS_OF_COMMUNE = ("phuong ", "xa ", "thi tran ", "dac khu ")
NEAR = 0.7


class Misplaced(ValueError):
    """The row names no team over which the person keeps the roster; says why, and of which cell.

    `near` are names that may have been meant.
    """

    def __init__(self, key: str, message: str, near: Sequence[str] = ()):
        super().__init__(message)
        self.key = key
        self.near = tuple(near)


@dataclass(frozen=True)
class Place:
    """A unit as rows name it."""

    pk: int
    level: int
    code: str
    name: str
    parent: int | None


class Gazetteer:
    """Finds the team of a row by code or by name, in the area of one unit on one day."""

    def __init__(self, area: Unit, *, on: date):
        placed = Placement.objects.filter(tenant_id=area.tenant_id, valid__on=on)
        parents = dict(placed.values_list("unit", "parent"))
        units = Unit.objects.filter(tenant_id=area.tenant_id, valid__on=on)
        rows = units.values_list("pk", "level", "code", "name")
        self.places = {
            pk: Place(pk, level, code, name, parents.get(pk)) for pk, level, code, name in rows
        }
        self.own = set(Unit.objects.under(area, on=on).values_list("pk", flat=True))
        self.area = area
        self.communes = _index(
            (place for place in self.places.values() if place.level == Level.COMMUNE), _bare
        )
        self.hamlets: dict[int | None, dict[str, list[Place]]] = defaultdict(dict)
        hamlets = [place for place in self.places.values() if place.level == Level.HAMLET]
        for place in hamlets:
            self.hamlets[place.parent].setdefault(fold(place.name), []).append(place)
        self.hamlet_codes = {place.code: place for place in hamlets}
        # Of the teams of the area alone: one elsewhere reads as one that there is not.
        self.names: dict[int, str] = {}
        self.began: dict[int, date] = {}
        self.by_unit: dict[int, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.unit_of: dict[int, int] = {}
        self._load_teams(on)
        self._found: dict[tuple[Any, ...], int | Misplaced] = {}

    def _load_teams(self, on: date) -> None:
        # Whoever joined a team that has ended since would never leave it.
        rows = Team.objects.filter(tenant_id=self.area.tenant_id, ending="").active_on(on)
        for pk, name, unit, active in rows.order_by("pk").values_list(
            "pk", "name", "unit", "active"
        ):
            if unit not in self.own:
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
        home = self.commune(commune) if commune else self.home()
        if hamlet:
            spot = self.hamlet(hamlet, home)
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

    def home(self) -> Place | None:
        """Whoever keeps one commune need not name it."""
        return self.places.get(self.area.pk) if self.area.level == Level.COMMUNE else None

    def commune(self, typed: str) -> Place:
        found = list(self.communes.get(_bare_text(typed), []))
        if not found:
            found = [
                each
                for each in self.places.values()
                if each.level == Level.COMMUNE and each.code == typed
            ]
        if len(found) > 1:
            found = [each for each in found if fold(each.name) == fold(typed)] or found
        if len(found) > 1:
            raise Misplaced(
                "commune",
                _("Several communes are called so: give the code instead: %(codes)s.")
                % {"codes": ", ".join(f"{each.code} ({self._above(each)})" for each in found)},
            )
        if not found:
            raise _unknown("commune", typed, self._names(self.communes))
        if found[0].pk not in self.own:
            raise Misplaced(
                "commune",
                _("You do not keep the roster of %(commune)s.") % {"commune": found[0].name},
            )
        return found[0]

    def hamlet(self, typed: str, home: Place | None) -> Place:
        if typed in self.hamlet_codes:
            return self.hamlet_codes[typed]
        if home is None:
            raise Misplaced("commune", _("Name the commune of the hamlet, too."))
        within = self.hamlets[home.pk]
        found = within.get(fold(typed), [])
        if len(found) > 1:
            # Khu Vân Sơn and Khu Vạn Sơn differ by their marks alone.
            found = [each for each in found if each.name == normalise(typed)] or found
        if len(found) > 1:
            raise Misplaced(
                "hamlet",
                _("Several hamlets are called so: give the code instead: %(codes)s.")
                % {"codes": ", ".join(f"{each.code} ({each.name})" for each in found)},
            )
        if not found:
            raise _unknown("hamlet", typed, self._names(within), home.name)
        return found[0]

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
            teams = [pk for pk in teams if home.pk in self.path(self.unit_of[pk])]
        if len(teams) == 1:
            return teams[0]
        if teams:
            raise Misplaced("team", _("Several teams are called so: give commune and hamlet, too."))
        raise _unknown("team", typed, [self.names[pk] for pk in self._of(home)])

    def _of(self, home: Place | None) -> Iterable[int]:
        return [
            pk for pk, unit in self.unit_of.items() if home is None or home.pk in self.path(unit)
        ]

    def keeps(self, team: int) -> bool:
        """Whether the team is in the area, so that its roster may be changed."""
        return team in self.names

    def path(self, unit: int) -> set[int]:
        """The unit and those above it."""
        path = set()
        step: int | None = unit
        while step is not None and step in self.places:
            path.add(step)
            step = self.places[step].parent
        return path

    def _above(self, place: Place) -> str:
        parent = self.places.get(place.parent or 0)
        return parent.name if parent else ""

    def _names(self, index: Mapping[str, list[Place]]) -> list[str]:
        return [place.name for places in index.values() for place in places]


def _index(places: Iterable[Place], key: Any) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        found[key(place)].append(place)
    return found


def _bare(place: Place) -> str:
    return _bare_text(place.name)


def _bare_text(name: str) -> str:
    folded = fold(name)
    for kind in KINDS_OF_COMMUNE:
        folded = folded.removeprefix(kind)
    return folded


def _unknown(key: str, typed: str, names: list[str], where: str = "") -> Misplaced:
    """Names what comes near, and never takes it for what was meant."""
    by_key = {fold(name): name for name in names}
    near = sorted(by_key[each] for each in get_close_matches(fold(typed), by_key, 3, NEAR))
    told = {"typed": typed, "where": where}
    unknown = (
        _("“%(typed)s” is not known in %(where)s.") % told
        if where
        else _("“%(typed)s” is not known here.") % told
    )
    meant = _(" or ").join(f"“{name}”" for name in near)
    asked = _("Did you mean %(near)s?") % {"near": meant} if near else ""
    return Misplaced(key, f"{unknown} {asked}".strip(), near)
