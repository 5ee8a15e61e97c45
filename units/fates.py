"""What a decree makes of each unit that stood on the eve."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from units.models import Decree, Unit
from units.text import fold


class Fate(TextChoices):
    """What becomes of a unit."""

    SAME = "same", gettext_lazy("carries on")
    PLACED = "placed", gettext_lazy("comes under another unit")
    RENAMED = "renamed", gettext_lazy("is renamed")
    RECODED = "recoded", gettext_lazy("gets another code")
    MERGED = "merged", gettext_lazy("is merged")
    SPLIT = "split", gettext_lazy("is split")
    ABOLISHED = "abolished", gettext_lazy("ends without a successor")
    OPEN = "open", gettext_lazy("not said by the files")


@dataclass(frozen=True)
class Lot:
    """A unit of the eve and what becomes of it; `heirs` are codes of the new tree."""

    unit: Unit
    # The code of the unit above it.
    parent: str
    fate: Fate
    heirs: tuple[str, ...]

    @property
    def ends(self) -> bool:
        return self.fate not in (Fate.SAME, Fate.PLACED)


Rows = dict[tuple[int, str], tuple[str, str]]


def lots_of(decree: Decree, units: Sequence[Unit], rows: Rows) -> list[Lot]:
    """What becomes of each of `units` where `rows` are those of the new tree, districts first."""
    said: dict[str, list[str]] = defaultdict(list)
    for old, new in decree.plan["successions"]:
        said[old].append(new)
    heirs = {unit.pk: _heirs(decree, unit, said, rows) for unit in units}
    taken = Counter((unit.level, code) for unit in units for code in heirs[unit.pk])
    found: list[Lot] = []
    gone: set[str] = set()
    for unit in sorted(units, key=lambda unit: (unit.level, unit.code)):
        fate = _fate(unit, heirs[unit.pk], rows, taken)
        if fate is Fate.SAME and _parent(unit) in gone:
            fate = Fate.PLACED
        found.append(Lot(unit, _parent(unit), fate, heirs[unit.pk]))
        if found[-1].ends:
            gone.add(unit.code)
    return found


def _parent(unit: Any) -> str:
    """As `with_parent_name` told it."""
    return cast(str, unit.parent_code)


def _heirs(decree: Decree, unit: Unit, said: dict[str, list[str]], rows: Rows) -> tuple[str, ...]:
    """By the file; else, as it is not named, under its own code; else as a person decided."""
    if unit.is_commune and unit.code in said:
        return tuple(dict.fromkeys(new for new in said[unit.code] if (unit.level, new) in rows))
    if (unit.level, unit.code) in rows:
        return (unit.code,)
    decided = decree.decisions.get(successor(unit), "")
    return (decided,) if (unit.level, decided) in rows else ()


def _fate(unit: Unit, heirs: tuple[str, ...], rows: Rows, taken: Counter[tuple[int, str]]) -> Fate:
    if not heirs:
        return Fate.OPEN if unit.is_commune else Fate.ABOLISHED
    if len(heirs) > 1:
        return Fate.SPLIT
    (heir,) = heirs
    name, parent = rows[unit.level, heir]
    if heir == unit.code and fold(name) == unit.search:
        return Fate.SAME if parent == _parent(unit) else Fate.PLACED
    if taken[unit.level, heir] > 1:
        return Fate.MERGED
    return Fate.RECODED if fold(name) == unit.search else Fate.RENAMED


def successor(unit: Unit) -> str:
    return f"successor-{unit.pk}"


def others(unit: Unit) -> str:
    return f"others-{unit.pk}"


def described(unit: Any) -> str:
    """A unit of the eve by name and code, and the one above it, as `with_parent_name` told it."""
    return " · ".join(filter(None, (unit.name, unit.parent_name, unit.code)))
