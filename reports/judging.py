"""What is a team's month held against, and what do the checks say of it?"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from reports import checks, remarks
from reports.catalogue import of_form
from reports.checks import Finding, Yardstick
from reports.figures import Values
from reports.models import Check, Period, Report, Status
from teams import census


def yardsticks(teams: Iterable[int], period: Period) -> dict[int, Yardstick]:
    """By the team's id, in three statements however many they are.

    Of months that are not handed in nobody knows yet what they will say, so they do not count.
    """
    numbers = list(teams)
    sizes = census.sizes(numbers, on=period.ends_on)
    months = _handed_in_before(numbers, period)
    returned = _returned(numbers, period)
    return {
        pk: Yardstick(
            last=months[pk].get(1, {}),
            months=list(months[pk].values()),
            size=sizes.get(pk),
            returned=returned.get(pk, {}),
        )
        for pk in numbers
    }


def yardstick(team: int | None, period: Period) -> Yardstick:
    """That of one team; a report of no team is held against nothing."""
    return yardsticks([team], period)[team] if team else Yardstick()


def so_far(findings: list[Finding]) -> list[Finding]:
    """Those to tell while somebody still types: that much is missing, only the end can say."""
    return [
        each for each in findings if each.explanation or each.check.kind != Check.Kind.ALMOST_EMPTY
    ]


@dataclass(frozen=True)
class Verdict:
    """What forbids to hand a report in as it stands, by code, and what wants a word."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def of_report(report: Report) -> Verdict:
    """All checks of a report as it stands."""
    form, known = of_form(report.form), yardstick(report.team_id, report.period)
    return Verdict(
        checks.problems(report.values, form, known),
        checks.find(report.values, form, known, report.explanations),
    )


# Asked with each submission: to put it together in Python takes longer than to answer it.
HANDED_IN = """
select report.team_id, %(month)s - (period.year * 12 + period.month) as ago, report.values
from reports_report report
join reports_period period on period.id = report.period_id
where report.team_id = any(%(teams)s) and report.status <> all(%(editable)s)
  and %(month)s - (period.year * 12 + period.month) between 1 and %(months)s
"""


def _handed_in_before(teams: list[int], period: Period) -> dict[int, dict[int, Values]]:
    """The figures of each team by how many months ago they were."""
    asked: dict[str, Any] = {
        "teams": teams, "month": period.year * 12 + period.month,
        "months": checks.USUAL_MONTHS, "editable": Status.editable(),
    }  # fmt: skip
    months: dict[int, dict[int, Values]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(HANDED_IN, asked)
        for team, ago, values in cursor.fetchall():
            months[team][ago] = json.loads(values)
    return months


def _returned(teams: list[int], period: Period) -> dict[int, dict[str, Any]]:
    """By team, the figures that were sent back with a remark, as `Yardstick.returned` has them."""
    return {
        team: {code: sent.values.get(code, checks.UNREPORTED) for code in sent.remarks}
        for team, sent in remarks.last_sent_back(teams, period).items()
    }
