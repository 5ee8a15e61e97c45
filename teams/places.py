"""Which unit does a cell mean? Found by code or by name, never guessed, in every sheet alike."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from django.utils.translation import gettext as _

from units.models import Level, Placement, Unit
from units.text import fold, normalise

# What stands before the name of a unit, or is left out; and of which levels it tells.
KINDS = {
    "tinh ": (Level.PROVINCE,),
    "thanh pho ": (Level.PROVINCE, Level.DISTRICT),
    "huyen ": (Level.DISTRICT,),
    "thi xa ": (Level.DISTRICT,),
    "quan ": (Level.DISTRICT,),
    "phuong ": (Level.COMMUNE,),
    "xa ": (Level.COMMUNE,),
    "thi tran ": (Level.COMMUNE,),
    "dac khu ": (Level.COMMUNE,),
}
# What people write above a column of communes; punctuation between the words makes no difference.
COMMUNE_HEADINGS = (
    "Xã/phường", "Phường/xã", "Xã, phường, thị trấn", "Phường, xã, thị trấn", "Xã, phường, đặc khu",
    "Phường, xã, đặc khu", "Xã", "Phường", "Tên xã", "Tên phường", "Tên xã/phường",
    "Tên phường/xã", "Đơn vị", "Commune",
)  # fmt: skip
# The same as people shorten them: P. Hồng Gai, TP Hạ Long.
SHORT_KINDS = {
    "tp": "thanh pho",
    "h": "huyen",
    "tx": "thi xa",
    "q": "quan",
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
}
SHORT_KIND = re.compile(rf"({'|'.join(SHORT_KINDS)})(?:\.\s*|\s+)(?=\w)")
ABOVE_HAMLETS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
NEAR = 0.7


class Misplaced(ValueError):
    """The row names nothing over which the person keeps the roster; says why, and of which cell.

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


class Places:
    """Finds the units of a province on a day, for whoever keeps the area of one of them."""

    def __init__(self, area: Unit, *, on: date):
        placed = Placement.objects.filter(tenant_id=area.tenant_id, valid__on=on)
        parents = dict(placed.values_list("unit", "parent"))
        units = Unit.objects.filter(tenant_id=area.tenant_id, valid__on=on).order_by("code")
        rows = units.values_list("pk", "level", "code", "name")
        self.by_pk = {
            pk: Place(pk, level, code, name, parents.get(pk)) for pk, level, code, name in rows
        }
        self.own = set(Unit.objects.under(area, on=on).values_list("pk", flat=True))
        self.area = area
        self._by_code: dict[str, list[Place]] = defaultdict(list)
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_bare_name: dict[str, list[Place]] = defaultdict(list)
        self._hamlets: dict[int | None, dict[str, list[Place]]] = defaultdict(dict)
        self._hamlet_codes: dict[str, Place] = {}
        for place in self.by_pk.values():
            self._add(place)
        # To look for names that come near takes long, and the rows of a sheet err alike.
        self._near: dict[tuple[object, ...], list[str]] = {}

    def _add(self, place: Place) -> None:
        name = fold(place.name)
        if place.level == Level.HAMLET:
            self._hamlets[place.parent].setdefault(name, []).append(place)
            self._hamlet_codes[place.code] = place
        else:
            self._by_code[place.code].append(place)
            self._by_name[name].append(place)
            self._by_bare_name[_bare(name, (place.level,))].append(place)

    def home(self) -> Place | None:
        """Whoever keeps one commune need not name it."""
        return self.by_pk.get(self.area.pk) if self.area.level == Level.COMMUNE else None

    def unit(self, typed: str, *, key: str, levels: Collection[int] = ABOVE_HAMLETS) -> Place:
        """The unit of these levels, in the area, that a cell of the column `key` names by its code
        or by its name, with its kind or without. Raises Misplaced."""
        called = self._by_code.get(typed) or self._called(typed)
        found = [each for each in called if each.level in levels]
        found = [each for each in found if each.pk in self.own] or found
        if len(found) > 1:
            codes = ", ".join(f"{each.code} ({self._told(each)})" for each in found)
            raise Misplaced(
                key,
                _("Several units are called so: give the code instead: %(codes)s.")
                % {"codes": codes},
            )
        if found and found[0].pk not in self.own:
            said = _("%(name)s is not in the area that you keep.")
            raise Misplaced(key, said % {"name": found[0].name})
        if not found and called:
            raise _of_another_level(key, called[0], levels)
        if not found:
            raise unknown(key, typed, self._near_units(_spelled_out(fold(typed)), levels))
        return found[0]

    def commune(self, typed: str) -> Place:
        """Raises Misplaced."""
        return self.unit(typed, key="commune", levels=(Level.COMMUNE,))

    def hamlet(self, typed: str, home: Place | None) -> Place:
        """The hamlet of that code, or of that name in the commune. Raises Misplaced."""
        if typed in self._hamlet_codes:
            return self._hamlet_codes[typed]
        if home is None:
            raise Misplaced("commune", _("Name the commune of the hamlet, too."))
        within = self._hamlets[home.pk]
        found = within.get(fold(typed), [])
        if len(found) > 1:
            # Khu Vân Sơn and Khu Vạn Sơn differ by their marks alone.
            marked = normalise(typed).casefold()
            found = [each for each in found if each.name.casefold() == marked] or found
        if len(found) > 1:
            codes = ", ".join(f"{each.code} ({each.name})" for each in found)
            raise Misplaced(
                "hamlet",
                _("Several hamlets are called so: give the code instead: %(codes)s.")
                % {"codes": codes},
            )
        if not found:
            names = {name: places[0].name for name, places in within.items()}
            near = self._near_names(typed, names, home.pk)
            raise unknown("hamlet", typed, near, home.name)
        return found[0]

    def path(self, unit: int) -> set[int]:
        """The unit and those above it."""
        path = set()
        step: int | None = unit
        while step is not None and step in self.by_pk:
            path.add(step)
            step = self.by_pk[step].parent
        return path

    def _called(self, typed: str) -> list[Place]:
        """Those of the whole name, else of the bare one: Quan Lạn is no quận."""
        name = fold(typed)
        if found := self._by_name.get(name) or self._by_bare_name.get(name):
            return found
        name = _spelled_out(name)
        if found := self._by_name.get(name):
            return found
        return [
            place
            for kind, levels in KINDS.items()
            if name.startswith(kind)
            for place in self._by_bare_name.get(name.removeprefix(kind), [])
            if place.level in levels
        ]

    def _told(self, place: Place) -> str:
        parent = self.by_pk.get(place.parent or 0)
        return f"{place.name}, {parent.name}" if parent else place.name

    def _near_units(self, typed: str, levels: Collection[int]) -> list[str]:
        names = {
            name: place.name
            for index in (self._by_bare_name, self._by_name)
            for name, places in index.items()
            for place in places
            if place.pk in self.own and place.level in levels
        }
        return self._near_names(typed, names, tuple(levels))

    def _near_names(self, typed: str, names: Mapping[str, str], where: object) -> list[str]:
        asked = (fold(typed), where)
        if asked not in self._near:
            self._near[asked] = near_names(typed, names)
        return self._near[asked]


def near_names(typed: str, names: Mapping[str, str]) -> list[str]:
    """Of names by what they are folded to, those nearly written as what was typed: letters may
    differ, numbers may not.

    Khu 22 is a slip of no other, and certainly not of Khu 2.
    """
    key = fold(typed)
    numbers = _numbers(key)
    possible = [each for each in names if _numbers(each) == numbers]
    return sorted({names[each] for each in get_close_matches(key, possible, 3, NEAR)})


def unknown(key: str, typed: str, near: Sequence[str], where: str = "") -> Misplaced:
    """Names what comes near, and never takes it for what was meant."""
    told = {"typed": typed, "where": where}
    said = (
        _("“%(typed)s” is not known in %(where)s.") % told
        if where
        else _("“%(typed)s” is not known here.") % told
    )
    meant = _(" or ").join(f"“{name}”" for name in near)
    asked = _("Did you mean %(near)s?") % {"near": meant} if near else ""
    return Misplaced(key, f"{said} {asked}".strip(), near)


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", text)]


def _spelled_out(name: str) -> str:
    """A folded name with its kind in full where it is shortened."""
    if found := SHORT_KIND.match(name):
        return f"{SHORT_KINDS[found[1]]} {name[found.end() :]}"
    return name


def _bare(name: str, levels: Iterable[int]) -> str:
    """A folded name without the kind of unit that one of these levels has."""
    for kind, of in KINDS.items():
        if name.startswith(kind) and any(level in of for level in levels):
            return name.removeprefix(kind)
    return name


def _of_another_level(key: str, place: Place, levels: Collection[int]) -> Misplaced:
    asked = _(" or ").join(str(Level(level).label) for level in sorted(levels))
    return Misplaced(
        key,
        _("%(name)s is a %(level)s, and not a %(asked)s.")
        % {"name": place.name, "level": Level(place.level).label, "asked": asked},
    )
