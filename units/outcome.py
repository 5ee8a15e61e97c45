"""What a decree does, as its pages tell it, and what it did, as that is kept.

A draft is foreseen anew each time. What is applied is told as it was then: hamlets, roles and
reports have gone on since, and another province may have become part of this one.
"""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units import outlook
from units.fates import Fate, Lot
from units.models import Decree, Level
from units.outlook import Kind, Outlook, Tally

HAMLETS = Kind(
    "hamlets",
    gettext_lazy("hamlets placed under another commune"),
    (gettext_lazy("Hamlet"), gettext_lazy("Commune before"), gettext_lazy("Commune from then on")),
)
# In which fates the table by level has its columns.
COLUMNS = (
    (Fate.SAME, Fate.PLACED),
    (Fate.RENAMED, Fate.RECODED),
    (Fate.MERGED,),
    (Fate.SPLIT,),
    (Fate.ABOLISHED, Fate.OPEN),
)


@dataclass(frozen=True)
class Line:
    """A unit of the eve; of each successor [code, name, whether it begins] is told."""

    level: int
    code: str
    name: str
    parent: str
    fate: Fate
    heirs: list[list[Any]]

    @property
    def ends(self) -> bool:
        return self.fate not in (Fate.SAME, Fate.PLACED)

    @property
    def successors(self) -> list[str]:
        return [
            (_("%(name)s (new, code %(code)s)") if begins else "%(name)s (%(code)s)")
            % {"name": name, "code": code}
            for code, name, begins in self.heirs
        ]


@dataclass(frozen=True)
class Beginning:
    """A unit of the new tree that was not there before; of each unit that it is made of
    [code, name, whether only a part of it] is told."""

    level: int
    code: str
    name: str
    parent: str
    origins: list[list[Any]]

    @property
    def made_of(self) -> list[str]:
        return [
            (_("part of %(name)s (%(code)s)") if in_part else "%(name)s (%(code)s)")
            % {"name": name, "code": code}
            for code, name, in_part in self.origins
        ]


@dataclass(frozen=True)
class Outcome:
    province: str
    lines: list[Line]
    begins: list[Beginning]
    tallies: list[Tally]

    @property
    def ending(self) -> list[Line]:
        return [line for line in self.lines if line.ends]

    @property
    def fates(self) -> list[tuple[Fate, int]]:
        counted = Counter(line.fate for line in self.lines)
        return [(fate, counted[fate]) for fate in Fate if counted[fate]]

    @property
    def levels(self) -> list[dict[str, Any]]:
        """Of each level how many units there are before and after, and what becomes of them."""
        found = []
        for level in (Level.DISTRICT, Level.COMMUNE):
            fates = Counter(line.fate for line in self.lines if line.level == level)
            begun = sum(each.level == level for each in self.begins)
            row = [sum(fates[fate] for fate in column) for column in COLUMNS]
            if fates or begun:
                found.append(
                    {
                        "label": level.label,
                        "before": fates.total(),
                        "fates": row,
                        "begun": begun,
                        "after": row[0] + begun,
                    }
                )
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "province": self.province,
            "units": [
                [each.level, each.code, each.name, each.parent, each.fate.value, each.heirs]
                for each in self.lines
            ],
            "begins": [
                [each.level, each.code, each.name, each.parent, each.origins]
                for each in self.begins
            ],
            "tallies": {each.kind.key: [each.number, each.rows] for each in self.tallies},
        }


def of(decree: Decree) -> Outcome:
    """What it did, of one that is applied, and what it would do, of a draft."""
    if decree.record:
        return _recalled(decree.record)
    return foreseen(outlook.foresee(decree))


def foreseen(seen: Outlook) -> Outcome:
    """Of a decree that was applied before this was kept, without tallies: they have moved since."""
    begun = {each.code for each in seen.begins}
    tallies = [_hamlets(seen), *(each for mover in outlook.movers for each in mover.counted(seen))]
    return Outcome(
        province=seen.province.name,
        lines=[_line(seen, lot, begun) for lot in seen.lots],
        begins=_begins(seen),
        tallies=tallies if seen.decree.is_draft else [],
    )


def digest(decree: Decree, told: Outcome) -> str:
    """Of all that a person sees who says yes to it."""
    said = [decree.version, decree.plan, decree.decisions, told.as_json()]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def listed(tally: Tally) -> list[list[Any]]:
    """The rows of a tally in the words of the page."""
    for mover in outlook.movers:
        if tally.kind in mover.kinds:
            return mover.read(tally.kind, tally.rows)
    return tally.rows


def _recalled(record: dict[str, Any]) -> Outcome:
    kinds = [HAMLETS, *(each for mover in outlook.movers for each in mover.kinds)]
    return Outcome(
        province=record["province"],
        lines=[
            Line(level, code, name, parent, Fate(fate), heirs)
            for level, code, name, parent, fate, heirs in record["units"]
        ],
        begins=[Beginning(*each) for each in record["begins"]],
        tallies=[
            Tally(kind, *record["tallies"][kind.key])
            for kind in kinds
            if kind.key in record["tallies"]
        ],
    )


def _line(seen: Outlook, lot: Lot, begun: set[str]) -> Line:
    unit: Any = lot.unit
    return Line(
        level=unit.level,
        code=unit.code,
        name=unit.name,
        parent=unit.parent_name or "",
        fate=lot.fate,
        heirs=[[code, seen.names[code], code in begun] for code in lot.heirs],
    )


def _begins(seen: Outlook) -> list[Beginning]:
    origins: dict[str, list[list[Any]]] = defaultdict(list)
    for lot in seen.lots:
        for code in lot.heirs:
            origins[code].append([lot.unit.code, lot.unit.name, lot.fate is Fate.SPLIT])
    return [
        Beginning(
            each.level, each.code, each.name, seen.names.get(each.parent, ""), origins[each.code]
        )
        for each in seen.begins
    ]


def _hamlets(seen: Outlook) -> Tally:
    rows: list[list[Any]] = [
        [hamlet.name, lot.unit.name, seen.told_heir(hamlet, lot)]
        for lot in seen.ending
        for hamlet in seen.hamlets.get(lot.unit.pk, ())
    ]
    return Tally(HAMLETS, len(rows), rows)
