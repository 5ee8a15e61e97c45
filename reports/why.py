"""Why a number of the overview is what it is: its parts, what is missing in it, and whether it is
being recomputed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reports import trace
from reports.figures import Values
from reports.kpi import Rate
from reports.models import DirtyTotal, Ratio, Total
from reports.overview import Part, Picture, TeamPart
from reports.sums import Sum, add_up
from reports.trace import Trail
from teams import census
from teams.census import Census
from teams.models import Kind
from units.models import Ancestry, Level, Unit


@dataclass(frozen=True)
class Column:
    """One number, or one part of a rate."""

    code: str
    label: str
    measure: str


@dataclass(frozen=True)
class Question:
    """What is asked about: a figure, a rate with both its parts, or what a tile counts."""

    code: str
    label: str
    columns: tuple[Column, ...]
    # Who can be missing in it.
    noun: str
    # Whether reports say it; if not, it is counted from the reports or from the register of teams.
    is_figure: bool = False
    # A rate may bear the code of its numerator, so that its address says which of them is meant.
    query: str = ""

    @property
    def is_rate(self) -> bool:
        return len(self.columns) > 1

    @property
    def is_census(self) -> bool:
        return not self.is_figure and self.code not in ("submitted", "approved")


@dataclass(frozen=True)
class Gap:
    """How many of those expected in a line have said nothing of a number."""

    column: Column
    lacking: int
    expected: int


@dataclass
class Line:
    """A unit or a team, and what it brings into the number; `values` as of a report."""

    values: Values
    # Of the first number in the second; where there is one alone, its share of the whole.
    rate: Rate
    sum: Sum
    census: Census
    gaps: list[Gap] = field(default_factory=list)
    unit: Unit | None = None
    team: TeamPart | None = None
    # Whether the same can be asked of the unit.
    leads_on: bool = False
    # How each figure came to be; of a unit, and of what is not counted, nothing.
    trails: dict[str, Trail] = field(default_factory=dict)
    # Of a team that is shown under other units than the month's: under which it stood in the month.
    stood_under: Unit | None = None


@dataclass
class Account:
    """A number of a unit, and all it is made of."""

    question: Question
    whole: Line
    units: list[Line]
    # Those that stand on the unit itself: all of a commune, elsewhere an enterprise's.
    teams: list[Line]
    own_teams: Line
    together: Line
    # Whether a sweep is still to come.
    is_marked: bool

    @property
    def parts(self) -> list[Line]:
        return [*self.units, *self.teams]

    @property
    def missing(self) -> list[Line]:
        """The units and teams that are missing in it wholly or partly, in the order of the page."""
        return [line for line in self.parts if line.gaps]

    @property
    def giving(self) -> list[Line]:
        """Those of the parts that bring something into the number."""
        return [line for line in self.parts if any(v is not None for v in line.values.values())]

    @property
    def adds_up(self) -> bool:
        return self.together.values == self.whole.values

    @property
    def tells_rates(self) -> bool:
        """Whether a part is told in percent: a share only where the shares make up the whole."""
        return self.question.is_rate or self.adds_up

    @property
    def counts_some_twice(self) -> bool:
        """Whether the parts have more people than the whole: somebody is in several teams."""
        return self.question.code == "members" and not self.adds_up

    @property
    def is_recomputed(self) -> bool:
        """Whether the number may change by itself, or is not that of its parts."""
        return self.is_marked or not (self.adds_up or self.counts_some_twice)


# -- What can be asked --------------------------------------------------------------------------


def question(picture: Picture, code: str, *, rate: bool) -> Question | None:
    """The question of this code; None where the overview has no such number, such as a count of the
    register under units of another time than the month."""
    if rate:
        ratios = [each for each in picture.catalogue.ratios if each.code == code]
        return _of_ratio(ratios[0]) if ratios else None
    for each in picture.catalogue.indicators:
        if each.code == code:
            column = Column(code, each.label, each.unit_of_measure)
            return Question(code, each.label, (column,), _("teams"), is_figure=True)
    asked = [each for each in _tiles() if each.code == code]
    if not asked or (asked[0].is_census and picture.is_restated):
        return None
    return asked[0] if _has_parts(picture.unit, code) else None


def _has_parts(unit: Unit, code: str) -> bool:
    """Whether the question can be asked of a unit: a hamlet has no overview, and a commune does not
    count communes."""
    return unit.level != Level.HAMLET and not (code == "communes" and unit.level == Level.COMMUNE)


def _of_ratio(ratio: Ratio) -> Question:
    columns = tuple(
        Column(each.code, each.label, each.unit_of_measure)
        for each in (ratio.numerator, ratio.denominator)
    )
    return Question(ratio.code, ratio.label, columns, _("teams"), is_figure=True, query="?rate=1")


def _tiles() -> list[Question]:
    teams, communes, hamlets = _("teams"), _("communes"), _("hamlets")
    expected = Column("expected", _("Teams expected"), teams)
    return [
        Question("teams", _("Teams"), (Column("teams", _("Teams"), teams),), teams),
        Question("members", _("Members"), (Column("members", _("Members"), _("people")),), teams),
        Question(
            "communes",
            _("Communes covered"),
            (
                Column("communes_covered", _("Communes covered"), communes),
                Column("communes", _("Communes"), communes),
            ),
            communes,
        ),
        Question(
            "hamlets",
            _("Hamlets covered"),
            (
                Column("hamlets_covered", _("Hamlets covered"), hamlets),
                Column("hamlets", _("Hamlets"), hamlets),
            ),
            hamlets,
        ),
        Question(
            "submitted",
            _("Teams that submitted"),
            (Column("submitted", _("Teams that submitted"), teams), expected),
            teams,
        ),
        Question(
            "approved",
            _("Reports approved"),
            (Column("approved", _("Reports approved"), teams), expected),
            teams,
        ),
    ]


# -- The answer ---------------------------------------------------------------------------------


def account(picture: Picture, asked: Question, user: Any) -> Account:
    """Lay open a number of a unit, in a fixed number of statements."""
    whole = _line(asked, picture.sum, picture.census)
    below = _hamlets(picture, user) if _is_of_hamlets(picture, asked) else picture.parts
    inapplicable = _inapplicable(picture, user) if asked.is_figure else {}
    units = []
    for part in below:
        line = _line(asked, part.sum, part.census, of=whole, unit=part.unit)
        line.gaps = _gaps(asked, line, inapplicable.get(part.unit.pk, {}))
        line.leads_on = _has_parts(part.unit, asked.code)
        units.append(line)
    # Places are not covered by the part of a team.
    is_of_places = asked.code in ("communes", "hamlets")
    teams = [] if is_of_places else _of_teams(picture, asked, whole)
    return Account(
        asked,
        whole,
        units,
        teams,
        own_teams=_added(asked, teams, of=whole),
        together=_added(asked, [*units, *teams], of=whole),
        is_marked=not asked.is_census and _is_marked(picture, user),
    )


def of_sum(asked: Question, total: Sum) -> Line:
    """What is asked about, of a sum of reports."""
    return _line(asked, total, Census())


def _line(
    asked: Question, total: Sum, counted: Census, *, of: Line | None = None, **part: Any
) -> Line:
    known = total.values if asked.is_figure else _counts(total, counted)
    values = {each.code: known[each.code] for each in asked.columns if each.code in known}
    first, last = asked.columns[0].code, asked.columns[-1].code
    # The rate of one number is its share of the same number of the whole.
    beneath = values if asked.is_rate or of is None else of.values
    rate = Rate(values.get(first), beneath.get(last))
    return Line(values, rate, total, counted, **part)


def _counts(total: Sum, counted: Census) -> Values:
    """What tiles count, by the code of their columns."""
    return {
        "submitted": total.submitted,
        "approved": total.approved,
        "expected": total.expected,
        "teams": counted.teams,
        "members": counted.members,
        "communes": counted.communes,
        "communes_covered": counted.communes_covered,
        "hamlets": counted.hamlets,
        "hamlets_covered": counted.hamlets_covered,
    }


def _inapplicable(picture: Picture, user: Any) -> dict[int, dict[str, int]]:
    """By unit below, how many said of a figure that it does not apply: an answer like others."""
    totals = Total.objects.visible_to(user).in_tree(picture.spell)
    of_parts = totals.filter(
        unit__in=[part.unit.pk for part in picture.parts],
        period__year=picture.year,
        period__month=picture.month,
    )
    return dict(of_parts.values_list("unit_id", "not_applicable"))


def _gaps(asked: Question, line: Line, inapplicable: dict[str, int]) -> list[Gap]:
    if asked.is_figure:
        expected = line.sum.expected
        answered = {
            each: line.sum.gave.get(each.code, 0) + inapplicable.get(each.code, 0)
            for each in asked.columns
        }
        gaps = [Gap(each, expected - n, expected) for each, n in answered.items()]
    elif asked.is_rate:
        part, whole = (line.values[each.code] or 0 for each in asked.columns)
        gaps = [Gap(asked.columns[0], whole - part, whole)]
    else:
        gaps = []
    return [each for each in gaps if each.lacking > 0]


def _is_of_hamlets(picture: Picture, asked: Question) -> bool:
    return asked.code == "hamlets" and picture.unit.level == Level.COMMUNE


def _hamlets(picture: Picture, user: Any) -> list[Part]:
    """Those of a commune, which reports do not come from."""
    below = Unit.objects.visible_to(user).children_of(picture.unit, on=picture.on)
    hamlets = list(below.filter(level=Level.HAMLET))
    counts = census.take(hamlets, on=picture.on)
    return [Part(each, Sum(), counts[each.pk]) for each in hamlets]


def _of_teams(picture: Picture, asked: Question, whole: Line) -> list[Line]:
    teams = [part.team.pk for part in picture.teams]
    sizes = census.sizes(teams, on=picture.on) if asked.is_census else {}
    counted = [part.report for part in picture.teams if part.report and part.sum.approved]
    codes = [each.code for each in asked.columns] if asked.is_figure else []
    trails = trace.trails(counted, codes, picture.catalogue.checks) if codes else {}
    then = stood_under(picture, picture.teams) if picture.is_restated else {}
    lines = []
    for part in picture.teams:
        line = of_team(asked, part, counted=_alone(part, picture.on, sizes), of=whole)
        line.trails = trails.get(part.report.pk, {}) if part.report else {}
        line.stood_under = then.get(part.team.unit_id)
        lines.append(line)
    return lines


def of_team(
    asked: Question, part: TeamPart, *, counted: Census | None = None, of: Line | None = None
) -> Line:
    """What a team brings into a number, and whether it is missing in it."""
    line = _line(asked, part.sum, counted or Census(), of=of, team=part)
    inapplicable = {code: 1 for code, value in part.sum.values.items() if value is None}
    line.gaps = _gaps(asked, line, inapplicable)
    return line


def stood_under(picture: Picture, teams: Iterable[TeamPart]) -> dict[int, Unit]:
    """The commune, or what a team of no hamlet stands on, by the id of its unit, in the tree of the
    month."""
    day = picture.period.tree_on if picture.period else picture.on
    rows = Ancestry.objects.filter(
        unit__in={part.team.unit_id for part in teams},
        valid__contains=day,
        ancestor__level__lt=Level.HAMLET,
    )
    # The nearest last, so that it holds.
    nearest = rows.order_by("-depth").select_related("ancestor")
    return {row.unit_id: row.ancestor for row in nearest}


def _alone(part: TeamPart, on: date, sizes: dict[int, int]) -> Census:
    """The census of a single team."""
    if on not in part.team.active:
        return Census()
    is_local = part.team.kind == Kind.LOCAL
    return Census(
        local=int(is_local), enterprise=int(not is_local), members=sizes.get(part.team.pk, 0)
    )


def _added(asked: Question, lines: list[Line], *, of: Line) -> Line:
    """All these lines as one."""
    total = add_up(line.sum for line in lines)
    return _line(asked, total, census.add_up(line.census for line in lines), of=of)


def _is_marked(picture: Picture, user: Any) -> bool:
    """Whether a mark of the month lies on the unit or below it."""
    marks = DirtyTotal.objects.visible_to(user).filter(
        period__year=picture.year, period__month=picture.month
    )
    # The nation has no month of its own, and every mark lies below it.
    if picture.unit.level == Level.NATION:
        return marks.exists()
    below = Unit.objects.ever_visible_to(user).under(picture.unit, on=picture.on)
    if picture.is_restated:
        # A mark lies on a unit of the month, whose reports are brought home to another one.
        at = {picture.unit.pk, *below.values_list("pk", flat=True)}
        home_here = [pk for pk, home in picture.homes.items() if home.unit_id in at]
        return marks.filter(unit__in=home_here).exists()
    return marks.filter(unit__in=below.values("pk")).exists()
