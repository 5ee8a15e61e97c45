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
from functools import cached_property
from typing import Any, cast

from django.utils.translation import gettext as _

from units import tree
from units.fates import Fate, Lot, described, lots_of, others, successor
from units.models import Decree, Level, Placement, Unit
from units.reversal import Model

# The answer to what becomes of a role: nothing.
ENDS = "ends"


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
    # Of the new tree, by code.
    names: dict[str, str]
    questions: list[Question] = field(default_factory=list)

    @property
    def ending(self) -> list[Lot]:
        return [lot for lot in self.lots if lot.ends]

    @property
    def moved(self) -> list[Unit]:
        return [each for lot in self.ending for each in self.hamlets.get(lot.unit.pk, ())]

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
        """Each code with a label that no other unit has: names come several times in a province."""
        return tuple((code, self.label(code)) for code in codes)

    def label(self, code: str) -> str:
        above = self.parents.get(code, self.province.code)
        district = self.names.get(above, "") if above != self.province.code else ""
        return " · ".join(filter(None, (self.names[code], district, code)))

    @cached_property
    def parents(self) -> dict[str, str]:
        """Of each unit of the new tree the code of the one above it."""
        return {code: parent for _level, code, _name, parent in self.decree.plan["units"]}

    @cached_property
    def homes(self) -> dict[str, set[str]]:
        """Of each commune of the new tree the districts that it stands in or is made from."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, parent in self.parents.items():
            found[code].add(parent)
        for lot in self.lots:
            for code in lot.heirs:
                found[code].add(lot.parent)
        return found

    def level_of(self, code: str) -> int:
        """Of a unit of the new tree."""
        levels = {own: level for level, own, *_rest in self.decree.plan["units"]}
        return cast(int, levels.get(code, Level.PROVINCE))

    def main_heir(self, lot: Lot) -> str:
        """The code under which goes whatever is not decided one by one; "" for none."""
        decided = self.decree.decisions.get(others(lot.unit), "")
        return decided if decided in lot.heirs else next(iter(lot.heirs), "")

    def is_open(self, lot: Lot, hamlet: Unit | None = None) -> bool:
        """Whether nobody has said yet where it goes, or one of its hamlets."""
        keys = [others(lot.unit), *([f"hamlet-{hamlet.pk}"] if hamlet else [])]
        answers = {self.decree.decisions.get(key, "") for key in keys}
        return len(lot.heirs) > 1 and answers.isdisjoint(lot.heirs)

    def told_heir(self, hamlet: Unit, lot: Lot) -> str:
        """The name of the commune under which a hamlet will stand, "" while that is open."""
        return "" if self.is_open(lot, hamlet) else self.names.get(self.heir_of(hamlet, lot), "")

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
    # Of each body at a unit that ended the one in its place, by their ids: itself where it moved.
    # Told by the app that moves them to those on its right.
    followers: dict[int, int] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.outlook.decree.effective_on

    @property
    def renamed(self) -> set[int]:
        """Those that have the same area under another name or code."""
        alike = (Fate.RENAMED, Fate.RECODED)
        return {lot.unit.pk for lot in self.outlook.lots if lot.fate in alike}


@dataclass(frozen=True)
class Kind:
    """One sort of what moves or ends. `headings` are of its list; none if it is a number alone."""

    key: str
    label: Any
    headings: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How many of a kind move or end, and which: `rows` are of texts and keys, fit for JSON."""

    kind: Kind
    number: int
    rows: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Hindrance:
    """What speaks against undoing a decree: a sentence and, where one can look at it, the name of
    the page and what that takes."""

    says: str
    page: str = ""
    of: tuple[Any, ...] = ()


class Mover:
    """What an app does when units end. Each app declares one, those on the left before."""

    kinds: tuple[Kind, ...] = ()

    # Whatever refers to others stands before them: the decree is undone from their history.
    tracked: tuple[Model, ...] = ()
    # What it computes of the tree, which nobody would lose.
    derived: tuple[Model, ...] = ()

    def hold(self, decree: Decree) -> None:
        """Wait for whoever works on what would move, and let nobody until the transaction ends;
        called before anything is judged. Whoever is told first is held first."""

    def counted(self, outlook: Outlook) -> list[Tally]:
        """What would move or end, a tally of each of `kinds`."""
        return []

    def read(self, kind: Kind, rows: list[list[Any]]) -> list[list[Any]]:
        """Rows of a tally in the words of the page: keys become names."""
        return rows

    def asked(self, outlook: Outlook) -> list[Question]:
        return []

    def move(self, reform: Reform) -> None:
        """Called in the transaction and the history's context of the decree."""

    def why_not_applied(self, outlook: Outlook, actor: Any) -> str:
        """What speaks against its being applied by this person; "" where nothing does."""
        return ""

    def why_not_undone(
        self, decree: Decree, begun: Sequence[int], actor: Any
    ) -> "Hindrance | None":
        """What speaks against its being undone by this person; `begun` are the new units."""
        return None

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
    province, elsewhere = _province(decree, standing)
    lots = lots_of(
        decree,
        [u for u in standing if u.level != Level.PROVINCE and u.pk not in elsewhere],
        rows,
    )
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
    return outlook


def _province(decree: Decree, standing: Sequence[Unit]) -> tuple[Unit, set[int]]:
    """The one that the decree is about, and the keys of what stands under others of the tenant.

    One that became part of it on the day itself comes with all that stood under it; what came
    later is none of the decree's. A decree of a day before the province began has it all the same,
    so that its page can be opened and the decree be thrown away.
    """
    there = [
        unit
        for unit in standing
        if unit.level == Level.PROVINCE and decree.effective_on in unit.valid
    ] or list(Unit.objects.filter(tenant_id=decree.tenant_id, level=Level.PROVINCE)[:1])
    parents = {parent for *_unit, parent in decree.plan["units"]}
    province = next((unit for unit in there if unit.code in parents), there[0])
    others = [unit.pk for unit in there if unit != province]
    eve = decree.effective_on - timedelta(days=1)
    elsewhere = Unit.objects.within(others, on=eve).values_list("pk", flat=True) if others else ()
    return province, set(elsewhere)


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


def _own_questions(outlook: Outlook) -> list[Question]:
    return [*_questions_of_unnamed(outlook), *_questions_of_split(outlook)]


def _questions_of_unnamed(outlook: Outlook) -> list[Question]:
    units = outlook.decree.plan["units"]
    every = sorted(code for level, code, *_rest in units if level == Level.COMMUNE)
    title = _("Communes of which the files say nothing: what takes their place")
    return [
        Question(
            successor(lot.unit),
            title,
            described(lot.unit),
            outlook.choices(sorted(every, key=lambda code: lot.parent not in outlook.homes[code])),
        )
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
        asked.append(Question(everything, title, described(lot.unit), options))
        asked += [
            Question(f"hamlet-{hamlet.pk}", title, str(hamlet), options, everything)
            for hamlet in outlook.hamlets.get(lot.unit.pk, ())
        ]
    return asked
