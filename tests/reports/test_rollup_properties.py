"""Whatever happens to reports, the totals are what anybody would add up by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from reports import batches, rollup, workflow
from reports.catalogue import Catalogue
from reports.models import Period, Report, Status, Total
from reports.periods import lock_period, open_period
from reports.workflow import Draft
from teams.models import Team
from tests.cast import SINCE, Cast, Enter, Undone
from tests.reports.by_hand import Sum, add_up, stored
from units import clock
from units.models import Placement
from units.tree import rebuild_ancestry

# Two teams of one hamlet, others of their commune, district and province, and of the two above.
TEAMS = ["hg-1a", "hg-1b", "hg-2", "bd-1", "ct-1", "viettel", "vnpt"]
CODES = ["training_sessions", "residents_guided", "zalo_followers"]
LEAVES = ["06691", "06688", "06757"]

# A figure is a number, zero, not applicable, or missing from the dictionary.
values = st.dictionaries(
    st.sampled_from(CODES), st.one_of(st.none(), st.just(0), st.integers(1, 200)), max_size=3
)
# Which team, which of the steps that are possible by then, and with which figures.
events = st.one_of(
    st.tuples(st.sampled_from(TEAMS), st.integers(0, 5), values),
    st.sampled_from(["sweep", "rebuild", "lock and open"]),
    st.tuples(st.just("active"), st.sampled_from(TEAMS), st.booleans()),
    st.tuples(st.just("placed"), st.sampled_from(LEAVES), st.sampled_from(["193", "195"])),
)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


class Month:
    """June, lived through by one administrator who can take every step."""

    def __init__(self, cast: Cast, forms: Catalogue):
        self.cast, self.forms, self.june = cast, forms, cast.june
        self.reports: dict[str, Report] = {}

    def live(self, event: Any) -> None:
        if event == "sweep":
            rollup.sweep(self.cast.province.pk)
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
        rebuild_ancestry(tenant=self.cast.province)

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


@given(history=st.lists(events, min_size=5, max_size=30))
def test_totals_after_any_history_are_the_sum_by_hand(
    history: list[Any], cast: Cast, forms: Catalogue, undone: Undone
) -> None:
    with undone():
        month = Month(cast, forms)
        for event in history:
            month.live(event)
        rollup.sweep(cast.province.pk)
        by_hand = add_up(cast.june)
        assert stored(cast.june) == by_hand, "incremental"
        assert rollup.sweep(cast.province.pk) == 0
        assert rollup.compare(cast.june) == []
        Total.objects.filter(period=cast.june).delete()
        for times in ("once", "twice"):
            rollup.rebuild(cast.june)
            assert stored(cast.june) == by_hand, times


@given(
    said=st.dictionaries(
        st.sampled_from(TEAMS), st.tuples(st.sampled_from(Status), values), min_size=1
    )
)
def test_totals_keep_missing_not_applicable_and_zero_apart(
    said: dict[str, tuple[Status, dict[str, int | None]]],
    cast: Cast,
    forms: Catalogue,
    undone: Undone,
) -> None:
    with undone():
        write(said, cast, forms, cast.june)
        rollup.rebuild(cast.june)
        totals = stored(cast.june)
        counted = [figures for status, figures in said.values() if status in Status.counted()]
        root = totals["22"]
        assert root.approved == len(counted)
        for code in CODES:
            answers = [figures[code] for figures in counted if code in figures]
            numbers = [answer for answer in answers if answer is not None]
            assert root.gave.get(code, 0) == len(numbers)
            assert root.not_applicable.get(code, 0) == len(answers) - len(numbers)
            if not answers:
                assert code not in root.values
            elif not numbers:
                assert root.values[code] is None
            else:
                assert root.values[code] == sum(numbers)
        assert_conserved(totals, said, cast)


def write(
    said: dict[str, tuple[Status, dict[str, int | None]]],
    cast: Cast,
    forms: Catalogue,
    period: Period,
) -> None:
    """Reports as they could stand there, whatever led to them."""
    Report.objects.bulk_create(
        Report(
            tenant=cast.province, form=forms.form, period=period, team=cast.teams[team],
            unit=cast.teams[team].unit, status=status, values=figures,
            updated_at=clock.now(), updated_by=cast.admin,
        )
        for team, (status, figures) in said.items()
    )  # fmt: skip


def assert_conserved(
    totals: dict[str, Sum], said: dict[str, tuple[Status, dict[str, int | None]]], cast: Cast
) -> None:
    """The root is the sum of the communes and of the teams that stand above them."""
    above = [said[team] for team in ("viettel", "vnpt") if team in said]
    outside = [figures for status, figures in above if status in Status.counted()]
    for code in CODES:
        parts = [totals[leaf].values.get(code) for leaf in LEAVES]
        parts += [figures.get(code) for figures in outside]
        assert (totals["22"].values.get(code) or 0) == sum(part or 0 for part in parts)
    assert totals["22"].expected == 2 + sum(totals[leaf].expected for leaf in LEAVES) == 9
    sent_in = sum(status not in Status.editable() for status, _ in above)
    assert totals["22"].submitted == sent_in + sum(totals[leaf].submitted for leaf in LEAVES)
