"""People at work who try again until it succeeds, and what their work has to add up to."""

import http.client
import time
import urllib.error
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg2

from tests.stack import Stack, Visitor, Worker, until

UNITS = "select id, code, level from units_unit where level in (1, 2, 3)"
PLACEMENTS = """
select unit_id, parent_id from units_placement where valid @> date '2024-06-14'
"""
REPORTS = "select unit_id, status, values from reports_report"
TOTALS = """
select unit_id, values, submitted, approved
from reports_total where tree_on = date '2024-06-14'
"""
MARKS = "select tenant_id, unit_id from reports_dirtytotal"
STEPS = "select name from reports_reportstep where report_id = %s order by id"
REPORT = "select version, status, team_id from reports_report where id = %s"
OURS = """
select report.id from reports_report report join units_tenant tenant on tenant.id = tenant_id
where tenant.code = '22' order by report.id
"""
# Whatever would keep others waiting although nobody works any more.
STUCK = """
select pid, state, query from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
  and (state like 'idle in transaction%%' or wait_event_type = 'Lock')
"""
JUNE = """
select period.id from reports_period period join units_tenant tenant on tenant.id = tenant_id
where tenant.code = '22'
"""
AT_THE_MONTH = """
select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'
"""
AT_THE_REPORT = """
select 1 from pg_stat_activity
where datname = current_database() and wait_event in ('transactionid', 'tuple')
"""
Sums = dict[int, tuple[dict[str, int], int, int]]

NEXT = {"submit": "approve", "approve": "reopen", "reopen": "submit"}

PATIENCE_SECONDS = 40


def persistently(attempt: Callable[[], object]) -> None:
    """Attempt it until the portal accepts it, as whoever sees an error page does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            attempt()
            return
        except urllib.error.HTTPError as error:
            if error.code < http.client.INTERNAL_SERVER_ERROR:
                raise
        except (OSError, http.client.HTTPException, psycopg2.OperationalError):
            pass
        assert time.monotonic() < deadline, "the portal does not come back"
        time.sleep(0.1)


@dataclass
class Work:
    """What one person does with the reports of the province, and remembers of it."""

    stack: Stack
    visitor: Visitor
    done: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reports = [pk for (pk,) in self.stack.database.ask(OURS)]
        self.done = {pk: self.steps_of(pk) for pk in self.reports}

    def steps_of(self, report: int) -> list[str]:
        return [name for (name,) in self.stack.database.ask(STEPS, report)]

    def advance(self, report: int) -> str:
        """Take the report's next step: submitted, approved, reopened with a reason, and again."""
        asked: list[tuple[int, str, int]] = []
        persistently(lambda: asked.extend(self.stack.database.ask(REPORT, report)))
        version, status, team = asked[-1]
        sent: dict[str, object] = {"version": version, "key": uuid4()}
        address = f"/reports/{report}/steps/"
        if status == "submitted":
            name, address = "approve", f"{address}approve/"
        elif status == "approved":
            name, address, sent["reason"] = "reopen", f"{address}reopen/", "vì sao"
        else:
            name, address = "submit", f"/months/2024-06/teams/{team}/"
            sent |= {"action": "submit", "blanks": "1", "residents_guided": 7 * version + team}
        persistently(lambda: self.visitor.post(address, **sent))
        self.done[report].append(name)
        return name

    def advance_until(self, report: int, step: str) -> None:
        """Take steps until this one is the next; every step is the next in some three."""
        while NEXT[self.done[report][-1]] != step:
            self.advance(report)

    def advance_all(self, count: int | None = None) -> None:
        for report in self.reports[:count]:
            self.advance(report)


# -- What it adds up to ---------------------------------------------------------------------------


def by_hand(stack: Stack) -> Sums:
    """The sums of June as anybody would add them up: every report to each unit above it."""
    sums: Sums = {pk: ({}, 0, 0) for pk, _, _ in stack.database.ask(UNITS)}
    parents = dict(stack.database.ask(PLACEMENTS))
    for unit, status, values in stack.database.ask(REPORTS):
        above: int | None = unit
        while above is not None:
            if above in sums:
                sums[above] = _added(sums[above], status, values)
            above = parents.get(above)
    return sums


def _added(
    total: tuple[dict[str, int], int, int], status: str, values: dict[str, int]
) -> tuple[dict[str, int], int, int]:
    amounts, submitted, approved = dict(total[0]), total[1], total[2]
    if status == "approved":
        for code, amount in values.items():
            amounts[code] = amounts.get(code, 0) + amount
    return (amounts, submitted + (status in ("submitted", "approved")),
            approved + (status == "approved"))  # fmt: skip


def stored(stack: Stack) -> Sums:
    rows = stack.database.ask(TOTALS)
    return {unit: (values, submitted, approved) for unit, values, submitted, approved in rows}


def settled(stack: Stack) -> bool:
    return not stack.database.ask(MARKS) and stored(stack) == by_hand(stack)


def assert_right(work: Work) -> None:
    """Nothing lost, nothing doubled, nothing stuck; and a full rebuild finds no other sum."""
    stack = work.stack
    assert {pk: work.steps_of(pk) for pk in work.reports} == work.done
    until("totals follow", lambda: settled(stack), seconds=PATIENCE_SECONDS)
    told = len(stack.worker.said())
    stack.send("rebuild_everything")
    until(
        "all is rebuilt",
        lambda: stack.worker.said()[told:].count("rebuild_tenant[") >= 6,
        seconds=PATIENCE_SECONDS,
    )
    assert "was wrong" not in stack.worker.said()[told:]
    assert settled(stack)
    until("nobody waits", lambda: not stack.database.ask(STUCK))


def tend(worker: Worker) -> None:
    """Start a worker again that has ended, as Compose does (`restart: unless-stopped`)."""
    if worker.process is None or worker.process.poll() is not None:
        worker.kill()
        worker.start()


# -- In the middle --------------------------------------------------------------------------------


def lock_month(stack: Stack) -> psycopg2.extensions.connection:
    """Hold what every sweep of June waits for, until the connection ends."""
    connection = psycopg2.connect(stack.database.url)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [stack.database.one(JUNE)])
    return connection


def lock_report(stack: Stack, report: int) -> psycopg2.extensions.connection:
    """Hold what every step of the report waits for, until the connection ends."""
    connection = psycopg2.connect(stack.database.url)
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('cnscd.tenant', id::text, false) from units_tenant where code = '22'"
        )
        cursor.execute("select 1 from reports_report where id = %s for update", [report])
        assert cursor.rowcount
    return connection
