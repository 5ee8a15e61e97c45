"""Imports through a real worker: one that dies in the middle leaves nothing half done."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.stack import Stack, Visitor, until
from tests.teams import rosters

MEMBERS = """
select person.full_name from teams_membership member
join teams_person person on person.id = member.person_id
join teams_team team on team.id = member.team_id
where team.name = 'Tổ bd-1' order by 1
"""
BEFORE = [("Deputy bd-1",), ("Leader bd-1",), ("Member bd-1",)]
AFTER = sorted([*BEFORE, ("Phạm Thị Mới",)])
# In this database: tests of other processes wait for locks of their own.
WAITING = """
select 1
from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'relation'
"""


def state(stack: Stack) -> str:
    return str(stack.database.one("select state from teams_batch order by id desc limit 1"))


def commit(stack: Stack, admin: Visitor, address: str) -> None:
    """Have the plan carried out that the page shows."""
    admin.post(f"{address}commit/", digest=stack.database.one("select digest from teams_batch"))


@pytest.fixture
def address(stack: Stack, admin: Visitor, tmp_path: Path) -> str:
    """A roster that was brought and read; the path of its page."""
    new = ["", "", "Tổ bd-1", "Phạm Thị Mới", "TV", 1990, "0987654321"]
    path = rosters.save(tmp_path / "roster.xlsx", new)
    admin.get("/imports/")
    address = admin.bring("/imports/", path, subject="members", effective_on="10/06/2024")
    until("the file is read", lambda: state(stack) == "previewed", seconds=30)
    return address


@pytest.fixture
def register_is_locked(stack: Stack) -> Iterator[psycopg2.extensions.connection]:
    """Another session holds what the last statement of an import waits for."""
    connection = psycopg2.connect(stack.database.url)
    with connection.cursor() as cursor:
        cursor.execute("lock table teams_membership in share mode")
    yield connection
    connection.close()


def test_roster_is_imported_and_undone_by_the_worker(
    stack: Stack, admin: Visitor, address: str
) -> None:
    assert stack.database.ask(MEMBERS) == BEFORE
    commit(stack, admin, address)
    until("the roster is imported", lambda: state(stack) == "committed")
    assert stack.database.ask(MEMBERS) == AFTER
    admin.post(f"{address}undo/")
    until("the import is undone", lambda: state(stack) == "undone")
    assert stack.database.ask(MEMBERS) == BEFORE


def test_import_goes_on_when_its_worker_was_killed(
    stack: Stack,
    admin: Visitor,
    address: str,
    register_is_locked: psycopg2.extensions.connection,
) -> None:
    commit(stack, admin, address)
    until("the import waits in the middle", lambda: stack.database.ask(WAITING))
    stack.worker.kill()
    register_is_locked.close()
    # The person is there already only inside of the transaction that died.
    until("the transaction is gone", lambda: not stack.database.ask(WAITING))
    assert stack.database.ask(MEMBERS) == BEFORE
    assert stack.database.ask("select 1 from teams_person where full_name = 'Phạm Thị Mới'") == []
    assert state(stack) == "committing"

    stack.worker.start()
    stack.send("resume", app="teams")
    until("another worker imports it", lambda: state(stack) == "committed", seconds=60)
    assert stack.database.ask(MEMBERS) == AFTER
