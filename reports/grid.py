"""The commune's grid: a row for each team, a column for each figure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from reports import checks, figures, judging
from reports.catalogue import Catalogue, of_period
from reports.checks import Explanations, Fault, Finding, Yardstick
from reports.figures import Values
from reports.models import Indicator, Period, Report, Status
from reports.overview import TeamPart
from reports.remarks import SentBack, last_sent_back
from teams.models import Team


@dataclass(frozen=True)
class Cell:
    """One figure of one team. `text` is as `figures.plain` writes it; `last` is that of the month
    before, "" where there is none; `remark` with what a reviewer sent the figure back."""

    indicator: Indicator
    text: str
    last: str
    findings: list[Finding]
    remark: str
    # What the section is called that begins here, "" elsewhere.
    begins: str
    # Whether it counts some of another figure.
    is_part: bool


@dataclass(frozen=True)
class Row:
    """One team. Only a writable row has fields; of others, None hides what is not readable.
    `faults` name the cells to mend of a team whose report was just refused."""

    part: TeamPart
    is_writable: bool
    cells: list[Cell]
    findings: list[Finding]
    faults: list[Fault]

    @property
    def blank(self) -> list[Cell]:
        """The figures that are not reported as the row stands."""
        return [cell for cell in self.cells if not cell.text]

    @property
    def asks_of_blanks(self) -> bool:
        """Whether some figures are given and others not. A report without any is refused."""
        return self.is_writable and 0 < len(self.blank) < len(self.cells)

    @property
    def returned(self) -> list[Cell]:
        """The figures that a reviewer sent back with a remark."""
        return [cell for cell in self.cells if cell.remark]

    @property
    def version(self) -> int:
        return self.part.report.version if self.part.report else 0


def lay_out(
    teams: list[TeamPart],
    catalogue: Catalogue,
    *,
    period: Period,
    user: Any,
    refused: Collection[int] = (),
) -> list[Row]:
    """The rows of these teams, in their order, in a fixed number of statements. Of the teams that
    were `refused`, each with what speaks against handing it in."""
    numbers = [part.team.pk for part in teams]
    own = Team.objects.editable_by(user).filter(pk__in=numbers)
    editable = set(own.values_list("pk", flat=True))
    last = _of_last_month(numbers, period, user)
    known = judging.yardsticks(numbers, period)
    sent_back = last_sent_back(numbers, period)
    rows = []
    for part in teams:
        values, explanations = _said(part.readable)
        findings = checks.find(values, catalogue, known[part.team.pk], explanations)
        rows.append(
            Row(
                part,
                part.is_open and part.team.pk in editable and not part.is_submitted,
                _cells(
                    catalogue,
                    values,
                    last.get(part.team.pk, {}),
                    findings,
                    _remarks(part.readable, sent_back.get(part.team.pk)),
                ),
                findings,
                _faults(values, catalogue, known[part.team.pk], findings)
                if part.team.pk in refused
                else [],
            )
        )
    return rows


def _faults(
    values: Values, catalogue: Catalogue, known: Yardstick, findings: list[Finding]
) -> list[Fault]:
    """Each by the code of the cell where it is mended: a word is given below the figure."""
    labels = {each.code: each.label for each in catalogue.indicators}
    problems = checks.problems(values, catalogue, known)
    silent = checks.unexplained(findings, refused=problems)
    return [Fault(code, labels[code], why[0]) for code, why in problems.items()] + [
        Fault(each.figures[0], each.check.title, each.said, True) for each in silent
    ]


def _said(report: Report | None) -> tuple[Values, Explanations]:
    return (report.values, report.explanations) if report else ({}, {})


def _remarks(report: Report | None, sent_back: SentBack | None) -> dict[str, str]:
    """Those that somebody still has to answer."""
    is_returned = report is not None and report.status == Status.RETURNED
    return sent_back.remarks if sent_back and is_returned else {}


def _cells(
    catalogue: Catalogue,
    values: Values,
    last: Values,
    findings: list[Finding],
    remarks: dict[str, str],
) -> list[Cell]:
    parts = catalogue.parts_of_a_whole
    return [
        Cell(
            each,
            figures.plain(values, each.code),
            figures.plain(last, each.code),
            [finding for finding in findings if each.code in finding.figures],
            remarks.get(each.code, ""),
            "" if at else str(section.label),
            each.code in parts,
        )
        for section in catalogue.sections
        for at, each in enumerate(catalogue.indicators_of(section))
    ]


def _of_last_month(teams: list[int], period: Period, user: Any) -> dict[int, Values]:
    """What the teams reported of the month before, by team."""
    year, month = period.before
    rows = Report.objects.readable_by(user).filter(
        team__in=teams, period__year=year, period__month=month
    )
    return dict(rows.values_list("team", "values"))


def leave_blanks(teams: Any, period: Period, user: Any) -> bool:
    """Whether the row of any of these teams `asks_of_blanks`."""
    rows = Report.objects.editable_by(user).writable_now()
    rows = rows.filter(period=period, team__in=teams, status__in=Status.editable())
    wanted = len(of_period(period).codes)
    given = map(len, rows.values_list("values", flat=True))
    return any(0 < count < wanted for count in given)
