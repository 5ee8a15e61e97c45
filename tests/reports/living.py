"""A month lived through: whatever may happen to reports, teams and the tree of a province."""

from typing import Any, Protocol

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from reports import batches, rollup, workflow
from reports.models import Period, Report, Status, Total
from reports.periods import lock_period, open_period
from reports.workflow import Draft
from teams.models import Team
from tests.cast import SINCE
from tests.reports.by_hand import add_up, stored
from units.models import Placement, Tenant, Unit
from units.tree import rebuild_ancestry


class Place(Protocol):
    """Where it happens; the cast is one."""

    units: dict[str, Unit]
    teams: dict[str, Team]
    june: Period
    admin: User


class Month:
    """June, lived through by one administrator who can take every step."""

    def __init__(self, cast: Place, province: Tenant):
        self.cast, self.province, self.june = cast, province, cast.june
        self.reports: dict[str, Report] = {}

    def live(self, event: Any) -> None:
        if event == "sweep":
            rollup.sweep(self.province.pk)
        elif event == "rebuild":
            rollup.rebuild(self.june)
        elif event == "lock and open":
            lock_period(period=self.june, actor=self.cast.admin, reason="vì sao")
            open_period(period=self.june, actor=self.cast.admin, reason="vì sao")
            self.reports = {
                team: Report.objects.select_related("period", "form", "unit").get(pk=report.pk)
                for team, report in self.reports.items()
            }
        elif event[0] == "active":
            self.set_active(*event[1:])
        elif event[0] == "placed":
            self.place(*event[1:])
        else:
            self.act(*event)

    def set_active(self, team: str, active: bool) -> None:
        """The team is dissolved before the month's last day, or never was."""
        days = DateRange(SINCE, None if active else self.june.ends_on)
        Team.objects.filter(pk=self.cast.teams[team].pk).update(active=days)

    def place(self, commune: str, district: str) -> None:
        """The commune stands under that district, and always did."""
        units = self.cast.units
        Placement.objects.filter(unit=units[commune]).update(parent=units[district])
        rebuild_ancestry(tenant=self.province)

    def act(self, team: str, choice: int, values: dict[str, int | None]) -> None:
        report = self.reports.get(team)
        steps = ["save"]
        if report is not None:
            steps = [step.name for step in workflow.available(report, self.cast.admin)]
            steps += ["save"] if report.is_editable else []
            steps += ["correct"] if report.status in Status.counted() else []
            if not report.values:
                steps = [step for step in steps if step != "submit"]
        name = steps[choice % len(steps)]
        self.reports[team] = self.take(name, team, report, values)

    def take(
        self, name: str, team: str, report: Report | None, values: dict[str, int | None]
    ) -> Report:
        version, admin = report.version if report else 0, self.cast.admin
        if name == "save":
            return workflow.save_draft(
                team=self.cast.teams[team], period=self.june, draft=Draft(values),
                version=version, actor=admin
            )  # fmt: skip
        if name == "correct":
            return workflow.correct(
                report=report, values=values, version=version, reason="vì sao", actor=admin
            )
        if name == "approve":
            batches.approve_many(reports=[report], actor=admin)
            return Report.objects.select_related("period", "form", "unit").get(pk=report.pk)
        return workflow.apply(report, name, actor=admin, version=version, reason="vì sao")


def assert_one_truth(period: Period) -> None:
    """What was swept is what anybody would add up, and what a rebuild finds; twice is once."""
    tenant = period.tenant_id
    rollup.sweep(tenant)
    by_hand = add_up(period)
    assert stored(period) == by_hand, "incremental"
    assert rollup.sweep(tenant) == 0
    assert rollup.compare(period) == []
    Total.objects.filter(period=period).delete()
    for times in ("once", "twice"):
        rollup.rebuild(period)
        assert stored(period) == by_hand, times
