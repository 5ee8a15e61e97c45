"""What a decree would do to the tree, and what a person has to decide first.

A unit has one code and one name for all of its days. So a commune carries on only where code and
name stay and nothing of it goes elsewhere, whatever it takes in; otherwise it ends on the eve, and
what takes its place is another unit. Hamlets carry on and are placed under the successor.
The apps that hang on units are asked what they would move, and move it: see `Mover`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units import tree
from units.models import Decree, Level, Placement, Unit
from units.reversal import Model
from units.text import fold

# The answer to what becomes of a role: nothing.
ENDS = "ends"


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


@dataclass(frozen=True)
class Question:
    """Something that no file says. `leans_on` is the question whose answer holds if none is."""

    key: str
    about: str
    says: str
    options: tuple[tuple[str, str], ...]
    leans_on: str = ""

    def answer(self, decisions: dict[str, str]) -> str:
        """ "" where nobody has decided, or decided what can no longer be chosen."""
        values = {value for value, _label in self.options}
        said = decisions.get(self.key, "") or decisions.get(self.leans_on, "")
        return said if said in values else ""


@dataclass
class Outlook:
    """What a decree would do on its day."""

    decree: Decree
    province: Unit
    lots: list[Lot]
    begins: list[tree.Seedling]
    # Of each commune, by its id.
    hamlets: dict[int, list[Unit]]
    names: dict[str, str]
    questions: list[Question] = field(default_factory=list)
    # (what, how many) of all that moves or ends.
    counts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def ending(self) -> list[Lot]:
        return [lot for lot in self.lots if lot.ends]

    @property
    def moved(self) -> list[Unit]:
        return [each for lot in self.ending for each in self.hamlets.get(lot.unit.pk, ())]

    @property
    def strangers(self) -> set[str]:
        """The codes of communes that end by the files, but are not the province's on the eve."""
        standing = {lot.unit.code for lot in self.lots if lot.unit.is_commune}
        return {old for old, _new in self.decree.plan["successions"]} - standing

    @property
    def namesakes(self) -> list[tuple[str, list[str]]]:
        """Hamlets of one name that come to stand in one commune: nothing is renamed by itself."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for lot in self.lots:
            for hamlet in self.hamlets.get(lot.unit.pk, ()):
                found[self.heir_of(hamlet, lot)][hamlet.name] += 1
        alike = {
            code: [name for name, count in names.items() if count > 1]
            for code, names in found.items()
        }
        return [(self.names[code], alike[code]) for code in sorted(alike) if code and alike[code]]

    @property
    def fates(self) -> list[tuple[Fate, int]]:
        counted = Counter(lot.fate for lot in self.lots)
        return [(fate, counted[fate]) for fate in Fate if counted[fate]]

    @property
    def undecided(self) -> set[str]:
        """The keys of what is still to be answered: of those that lean on one, that one."""
        leant_on = {each.leans_on for each in self.questions}
        return {
            each.leans_on or each.key
            for each in self.questions
            if each.key not in leant_on and not each.answer(self.decree.decisions)
        }

    def choices(self, codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((code, self.names[code]) for code in codes)

    def main_heir(self, lot: Lot) -> str:
        """The code under which goes whatever is not decided one by one; "" for none."""
        return self.decree.decisions.get(others(lot.unit), "") or next(iter(lot.heirs), "")

    def heir_of(self, hamlet: Unit, lot: Lot) -> str:
        """The code of the commune under which a hamlet of it stands in the new tree."""
        decided = self.decree.decisions.get(f"hamlet-{hamlet.pk}", "")
        return decided if decided in lot.heirs else self.main_heir(lot)


@dataclass(frozen=True)
class Reform:
    """What was done to the tree, as whatever hangs on units has to follow it."""

    outlook: Outlook
    # Of each unit that ended, by its id, where it goes; the province where nothing takes its place.
    heirs: dict[int, Unit]
    # All units of the new tree by their code: a role may be decided to go anywhere.
    by_code: dict[str, Unit]

    @property
    def day(self) -> date:
        return self.outlook.decree.effective_on

    @property
    def renamed(self) -> set[int]:
        """Those that have the same area under another name or code."""
        alike = (Fate.RENAMED, Fate.RECODED)
        return {lot.unit.pk for lot in self.outlook.lots if lot.fate in alike}


class Mover:
    """What an app does when units end. Each app declares one, those on the left before."""

    # Whatever refers to others stands before them: the decree is undone from their history.
    tracked: tuple[Model, ...] = ()
    # What it computes of the tree, which nobody would lose.
    derived: tuple[Model, ...] = ()

    def counted(self, outlook: Outlook) -> list[tuple[str, int]]:
        """What would move or end, and how much of it."""
        return []

    def asked(self, outlook: Outlook) -> list[Question]:
        return []

    def move(self, reform: Reform) -> None:
        """Called in the transaction and the history's context of the decree."""

    def why_not_undone(self, decree: Decree, begun: Sequence[int]) -> str:
        """What speaks against undoing it, "" where nothing does; `begun` are the new units."""
        return ""

    def forget(self, decree: Decree, begun: Sequence[int]) -> None:
        """Drop what was derived for new units that are taken back."""


movers: list[Mover] = []


def also_move(mover: Mover) -> None:
    """Have an app to the right asked and told."""
    movers.append(mover)


# -- What it would do -----------------------------------------------------------------------------


def foresee(decree: Decree) -> Outlook:
    """What the decree does to the tree of its eve, with the answers given so far."""
    eve = decree.effective_on - timedelta(days=1)
    standing = list(
        Unit.objects.filter(
            tenant_id=decree.tenant_id, level__lte=Level.COMMUNE, valid__contains=eve
        ).with_parent_name(on=eve)
    )
    rows = {(level, code): (name, parent) for level, code, name, parent in decree.plan["units"]}
    # Another one of the eve became part of it on the day itself, with all that stood under it.
    (province,) = [
        unit
        for unit in standing
        if unit.level == Level.PROVINCE and decree.effective_on in unit.valid
    ]
    lots = _lots(decree, [unit for unit in standing if unit.level != Level.PROVINCE], rows)
    kept = {(lot.unit.level, lot.unit.code) for lot in lots if not lot.ends}
    outlook = Outlook(
        decree=decree,
        province=province,
        lots=lots,
        begins=[
            tree.Seedling(Level(level), code, name, parent)
            for (level, code), (name, parent) in sorted(rows.items())
            if (level, code) not in kept
        ],
        hamlets=_hamlets([lot.unit for lot in lots if lot.unit.is_commune], eve),
        names={province.code: province.name}
        | {code: name for (level, code), (name, _parent) in rows.items()},
    )
    outlook.questions = [*_own_questions(outlook), *(q for m in movers for q in m.asked(outlook))]
    if decree.is_draft:
        outlook.counts = [
            (_("hamlets placed under another commune"), len(outlook.moved)),
            *(each for mover in movers for each in mover.counted(outlook)),
        ]
    return outlook


Rows = dict[tuple[int, str], tuple[str, str]]


def _lots(decree: Decree, units: Sequence[Unit], rows: Rows) -> list[Lot]:
    said: dict[str, list[str]] = defaultdict(list)
    for old, new in decree.plan["successions"]:
        said[old].append(new)
    heirs = {unit.pk: _heirs(decree, unit, said, rows) for unit in units}
    taken = Counter((unit.level, code) for unit in units for code in heirs[unit.pk])
    lots: list[Lot] = []
    gone: set[str] = set()
    for unit in sorted(units, key=lambda unit: (unit.level, unit.code)):
        fate = _fate(unit, heirs[unit.pk], rows, taken)
        if fate is Fate.SAME and _parent(unit) in gone:
            fate = Fate.PLACED
        lots.append(Lot(unit, _parent(unit), fate, heirs[unit.pk]))
        if lots[-1].ends:
            gone.add(unit.code)
    return lots


def _parent(unit: Any) -> str:
    """As `with_parent_name` told it."""
    return cast(str, unit.parent_code)


def _heirs(decree: Decree, unit: Unit, said: dict[str, list[str]], rows: Rows) -> tuple[str, ...]:
    """By the file; else, as it is not named, under its own code; else as a person decided."""
    if unit.is_commune and unit.code in said:
        return tuple(dict.fromkeys(said[unit.code]))
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


def _hamlets(communes: Sequence[Unit], eve: date) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = defaultdict(list)
    rows = Placement.objects.filter(
        parent__in=communes, unit__level=Level.HAMLET, valid__endswith__isnull=True
    ) | Placement.objects.filter(
        parent__in=communes, unit__level=Level.HAMLET, valid__endswith__gt=eve
    )
    for row in rows.select_related("unit").order_by("unit__code"):
        found[row.parent_id].append(row.unit)
    return found


# -- What a person decides ------------------------------------------------------------------------


def successor(unit: Unit) -> str:
    return f"successor-{unit.pk}"


def others(unit: Unit) -> str:
    return f"others-{unit.pk}"


def _own_questions(outlook: Outlook) -> list[Question]:
    return [*_questions_of_unnamed(outlook), *_questions_of_split(outlook)]


def _questions_of_unnamed(outlook: Outlook) -> list[Question]:
    units = outlook.decree.plan["units"]
    every = sorted(code for level, code, *_rest in units if level == Level.COMMUNE)
    title = _("Communes of which the files say nothing: what takes their place")
    return [
        Question(successor(lot.unit), title, str(lot.unit), outlook.choices(every))
        for lot in outlook.lots
        if lot.fate is Fate.OPEN or successor(lot.unit) in outlook.decree.decisions
    ]


def _questions_of_split(outlook: Outlook) -> list[Question]:
    title = _("Communes that are split: where their hamlets go")
    asked = []
    for lot in outlook.lots:
        if lot.fate is not Fate.SPLIT:
            continue
        options = outlook.choices(lot.heirs)
        everything = others(lot.unit)
        asked.append(Question(everything, title, str(lot.unit), options))
        asked += [
            Question(f"hamlet-{hamlet.pk}", title, str(hamlet), options, everything)
            for hamlet in outlook.hamlets.get(lot.unit.pk, ())
        ]
    return asked
