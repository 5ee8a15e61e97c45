"""The commune's grid: a row for each team, a column for each figure."""

from dataclasses import dataclass
from typing import Any

from reports import checks, figures, judging
from reports.catalogue import Catalogue
from reports.checks import Explanations, Finding
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
    """One team. Only a writable row has fields; of others, None hides what is not readable."""

    part: TeamPart
    is_writable: bool
    cells: list[Cell]
    findings: list[Finding]

    @property
    def version(self) -> int:
        return self.part.report.version if self.part.report else 0


def lay_out(teams: list[TeamPart], catalogue: Catalogue, *, period: Period, user: Any) -> list[Row]:
    """The rows of these teams, in their order, in a fixed number of statements."""
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
            )
        )
    return rows


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
