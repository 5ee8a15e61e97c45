"""A returned report's letter by a real worker over a real socket: once, and late if need be."""

import socketserver
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from cnscd_portal.mail_catcher import Catcher
from tests.letters import caught, subject_of
from tests.stack import Stack, Visitor, until

LEADER = "update accounts_user set email = 'to.truong@example.vn' where username = 'qn.leader'"
# The administrator submitted everything; this one is the leader's own.
AUTHOR = """
update reports_report
set updated_by_id = (select id from accounts_user where username = 'qn.leader')
where id = %s
"""
REPORT = """
select report.id, report.version from reports_report report
join teams_team team on team.id = report.team_id where team.name = 'Tổ hg-1a'
"""
MAILED = "select mailed_at is not null, mail_tries from reports_notice"
DUE = "update reports_notice set mail_from = now() where mail_from is not null"
TENANT = "select id from units_tenant where code = '22'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def reviewed(stack: Stack) -> Stack:
    """A leader with an address has a report that waits for review."""
    tenant = stack.database.one(TENANT)
    ((pk, _version),) = stack.database.ask(REPORT)
    stack.database.order(LEADER, tenant=tenant)
    stack.database.order(AUTHOR, pk, tenant=tenant)
    return stack


def give_back(stack: Stack, admin: Visitor) -> None:
    ((pk, version),) = stack.database.ask(REPORT)
    admin.post(f"/reports/{pk}/steps/return/", version=version, key=uuid4(), reason="sai")


def serve(stack: Stack, folder: Path) -> socketserver.BaseServer:
    catcher = Catcher(stack.mail_port, folder)
    Thread(target=catcher.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return catcher


@pytest.fixture
def catcher(reviewed: Stack, folder: Path) -> Iterator[None]:
    server = serve(reviewed, folder)
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("catcher")
def test_letter_arrives_once_when_report_is_returned(
    reviewed: Stack, admin: Visitor, folder: Path
) -> None:
    give_back(reviewed, admin)
    until("the letter is marked", lambda: reviewed.database.ask(MAILED) == [(True, 0)])
    told = len(reviewed.worker.said())
    reviewed.send("mail_everything")
    until("the worker looked", lambda: "mail_everything" in reviewed.worker.said()[told:])
    [letter] = caught(folder)
    assert letter["To"] == "to.truong@example.vn"
    assert subject_of(letter).startswith("[Tổ CNSCĐ] Báo cáo tháng 06/2024 bị trả lại: Tổ hg-1a")


def test_letter_arrives_later_when_server_of_mail_was_away(
    reviewed: Stack, admin: Visitor, folder: Path
) -> None:
    give_back(reviewed, admin)
    until("it was tried", lambda: reviewed.database.ask(MAILED) == [(False, 1)])
    server = serve(reviewed, folder)
    try:
        reviewed.database.order(DUE, tenant=reviewed.database.one(TENANT))
        reviewed.send("mail_everything")
        until("the letter is marked", lambda: reviewed.database.ask(MAILED) == [(True, 1)])
    finally:
        server.shutdown()
        server.server_close()
    assert len(caught(folder)) == 1


@pytest.mark.usefixtures("catcher")
def test_letter_arrives_later_when_broker_was_away(
    reviewed: Stack, admin: Visitor, folder: Path
) -> None:
    reviewed.broker.stop()
    give_back(reviewed, admin)
    assert reviewed.database.ask(MAILED) == [(False, 0)]
    reviewed.broker.start()
    reviewed.send("mail_everything")
    until("the letter is marked", lambda: reviewed.database.ask(MAILED) == [(True, 0)], seconds=30)
    assert len(caught(folder)) == 1
