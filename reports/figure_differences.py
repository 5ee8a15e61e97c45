"""What would a sheet of figures change? The plan of an import: nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from reports import checks, judging
from reports.catalogue import of_period
from reports.checks import Yardstick
from reports.figures import NOT_APPLICABLE, Values
from reports.models import Period, Report
from reports.workflow import demand_unsent
from teams.gazetteer import Gazetteer
from teams.models import Team
from teams.places import Misplaced
from teams.plans import Doubt, Line, Outcome, Plan
from units import lineage
from units.errors import FileRefused, NotPossibleNow
from units.models import Unit
from units.sheets.columns import as_figure
from units.sheets.entries import Entry
from units.text import fold

# A row for each team, and room for those that stand there twice or elsewhere, which are told.
ROWS_A_TEAM, ROWS_BESIDE = 2, 100


@dataclass(slots=True)
class Filling:
    """What the draft of a team would say; `report` None where nothing is stored of it yet."""

    line: Line
    team: Team
    report: Report | None
    values: Values


@dataclass
class Fillings(Plan):
    fillings: list[Filling] = field(default_factory=list)


def compare(
    entries: Iterable[Entry],
    area: Unit,
    *,
    on: date,
    is_complete: bool = False,
    period: Period,
    by: User,
) -> Fillings:
    """Hold a sheet of figures of a month against the drafts of those teams of the area that `by`
    fills in. A blank cell keeps what stands. What only looks wrong is told, and refuses nothing:
    the word is given with the report. Raises FileRefused for more rows than there can be."""
    comparison = Comparison(area, period, by)
    most = ROWS_A_TEAM * len(comparison.teams) + ROWS_BESIDE
    for number, entry in enumerate(entries, 1):
        if number > most:
            raise _too_many_rows(most, len(comparison.teams))
        comparison.take(entry)
    comparison.judge()
    return comparison.plan


class Comparison:
    def __init__(self, area: Unit, period: Period, by: User):
        self.plan, self.period = Fillings(), period
        self.catalogue = of_period(period)
        reports = Report.objects.filter(period=period, team__isnull=False)
        on = period.tree_on
        # As the grid lists them: whatever was active in the month, or has reported.
        expected = Team.objects.editable_by(by).filter(
            Q(active__on=on) | Q(pk__in=reports.values("team")), tenant_id=area.tenant_id
        )
        # Where the area did not stand in the month, its teams are those of today.
        shown_on = lineage.shown_on(area, on=on) or on
        self.gazetteer = Gazetteer(area, on=shown_on, teams=expected)
        self.teams = expected.in_bulk(list(self.gazetteer.names))
        self.reports = {each.team_id: each for each in reports.filter(team__in=self.teams)}
        self.rows: dict[int, int] = {}

    def take(self, entry: Entry) -> None:
        line = Line(entry.number, str(entry.values.get("team") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        try:
            team = self.teams[self.gazetteer.team_of(entry.values)]
        except Misplaced as refusal:
            line.refuse(refusal.key, str(refusal), refusal.near)
            return
        self._judge_team(line, team, entry.values)
        report = self.reports.get(team.pk)
        given = {code: entry.given[code] for code in self.catalogue.codes if code in entry.given}
        before = report.values if report else {}
        changed = {code: said for code, said in given.items() if said != _plain(before, code)}
        if changed:
            self._fill(line, team, report, changed)

    def _judge_team(self, line: Line, team: Team, values: dict[str, Any]) -> None:
        """A code beside the name of another team: rows were shifted, and so were their figures."""
        name = values.get("team")
        if name and fold(name) != fold(team.name):
            line.refuse("team", _("The code is that of “%(team)s”.") % {"team": team.name})
        first = self.rows.setdefault(team.pk, line.number or 0)
        if first != line.number:
            line.refuse("team", _("The same team stands in row %(row)s.") % {"row": first})

    def _fill(self, line: Line, team: Team, report: Report | None, changed: dict[str, Any]) -> None:
        before = report.values if report else {}
        values = before | {
            code: None if said == NOT_APPLICABLE else said for code, said in changed.items()
        }
        if report is None:
            line.becomes(Outcome.NEW)
            line.gives = changed
        else:
            line.becomes(Outcome.CHANGED)
            line.changes += [(code, _plain(before, code), said) for code, said in changed.items()]
            line.refuse_if(next(iter(changed)), _why_sent(report))
        self.plan.fillings.append(Filling(line, team, report, values))

    def judge(self) -> None:
        """Hold what was taken against the past months, which are asked for together."""
        teams = [each.team.pk for each in self.plan.fillings]
        known = judging.yardsticks(teams, self.period)
        for each in self.plan.fillings:
            self._judge_figures(each, known[each.team.pk])

    def _judge_figures(self, filling: Filling, known: Yardstick) -> None:
        line, report = filling.line, filling.report
        for code, why in checks.problems(filling.values, self.catalogue, known).items():
            line.refuse(code, " ".join(why))
        explained = report.explanations if report else {}
        page = ("team-month", self.period.key, filling.team.pk)
        line.doubts += [
            Doubt(each.figures[0], each.said, page)
            for each in checks.find(filling.values, self.catalogue, known, explained)
            if not each.explanation
        ]


def _plain(values: Values, code: str) -> int | str | None:
    """A stored figure as a cell says it, None where it is not reported."""
    return NOT_APPLICABLE if code in values and values[code] is None else values.get(code)


def _too_many_rows(most: int, teams: int) -> FileRefused:
    said = _(
        "The table has more than %(most)s rows, and you enter the figures of %(teams)s teams here: "
        "leave only their rows in it."
    )
    return FileRefused(said % {"most": as_figure(most), "teams": as_figure(teams)})


def _why_sent(report: Report) -> str:
    try:
        demand_unsent(report)
    except NotPossibleNow as refusal:
        return refusal.message
    return ""
