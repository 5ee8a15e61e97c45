"""Letters over a real socket: what they say, that none is lost, and none goes out twice."""

import socketserver
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg2
import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts import delegation
from accounts.models import Delegation, User
from cnscd_portal.mail_catcher import Catcher
from reports import notices, post, reminders, workflow
from reports.addresses import whole_address_of
from reports.models import Notice, Report, Status
from tests.accounts.lending import lend
from tests.cast import AtOnce, Cast, Enter, ReportIn
from tests.letters import caught, subject_of, text_of
from units import clock
from units.tenancy import scope

ADDRESS = "to.truong@example.vn"


@contextmanager
def serving(server: socketserver.ThreadingTCPServer, settings: Settings) -> Iterator[None]:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def mailed(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.PUBLIC_URL = "https://cnscd.example.vn"


@pytest.fixture
def folder(tmp_path: Path, mailed: None, settings: Settings) -> Iterator[Path]:
    """Where a server of mail keeps what it is sent."""
    with Catcher(0, tmp_path) as catcher, serving(catcher, settings):
        yield tmp_path


@pytest.fixture
def returned(cast: Cast, enter: Enter, report_in: ReportIn, mailed: None) -> Report:
    """A report of the team of a leader who has an address: returned with a remark."""
    report = report_in(Status.SUBMITTED, team="hg-1a")
    with enter(cast.admin):
        User.objects.filter(pk=cast.leader.pk).update(email=ADDRESS)
        Report.objects.filter(pk=report.pk).update(updated_by=cast.leader)
        return workflow.apply(
            report, "return", actor=cast.admin, version=report.version,
            reason="Gọi bà Năm 0912345678", remarks={"adults": "đếm lại"},
        )  # fmt: skip


def send(cast: Cast) -> int:
    with scope(tenant=cast.province.pk):
        return post.send_waiting(cast.province.pk, link=whole_address_of)


def stored(cast: Cast) -> Notice:
    with scope(reads_all=True):
        return Notice.objects.get()


def test_letter_says_what_came_back_and_where(folder: Path, cast: Cast, returned: Report) -> None:
    assert send(cast) == 1
    [letter] = caught(folder)
    title = "Báo cáo tháng 06/2024 bị trả lại: Tổ hg-1a, Phường Hồng Gai"
    assert subject_of(letter) == f"[Tổ CNSCĐ] {title}"
    assert letter["To"] == ADDRESS
    assert letter.get_content_type() == "text/plain"
    said = text_of(letter)
    page = f"https://cnscd.example.vn/months/2024-06/teams/{returned.team_id}/"
    assert f"\n{page}\n" in said
    assert f"\n{page}#f-adults\n" in said
    # What people wrote of each other stays in the portal.
    assert "0912345678" not in said
    assert "đếm lại" not in said
    assert "Cán bộ" not in said


def test_letter_goes_out_once(folder: Path, cast: Cast, returned: Report) -> None:
    assert (send(cast), send(cast)) == (1, 0)
    assert len(caught(folder)) == 1
    notice = stored(cast)
    assert notice.mailed_at is not None
    assert notice.mail_from is None


def test_letter_waits_while_the_server_is_away(
    tmp_path: Path, cast: Cast, returned: Report, settings: Settings
) -> None:
    assert send(cast) == 0
    assert stored(cast).mail_tries == 1
    with Catcher(0, tmp_path) as catcher, serving(catcher, settings):
        assert send(cast) == 0  # its time has not come
        with time_machine.travel(timezone.now() + post.WAITS[0], tick=True):
            assert send(cast) == 1
    assert len(caught(tmp_path)) == 1


def test_letter_is_given_up_in_the_end(
    cast: Cast, returned: Report, caplog: pytest.LogCaptureFixture
) -> None:
    moment = timezone.now()
    for wait in [timedelta(0), *post.WAITS]:
        moment += wait + timedelta(seconds=1)
        with time_machine.travel(moment, tick=True):
            assert stored(cast).mail_from is not None
            assert send(cast) == 0
    notice = stored(cast)
    assert (notice.mail_from, notice.mailed_at) == (None, None)
    assert "given up after 9 tries" in caplog.text
    assert ADDRESS not in caplog.text


class Refusing(socketserver.StreamRequestHandler):
    """Takes the conversation and refuses the recipient."""

    answer = b"550 unknown"

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while words := self.rfile.readline().split():
            refuses = words[0].upper() == b"RCPT"
            self.wfile.write((self.answer if refuses else b"250 ok") + b"\r\n")


@pytest.mark.parametrize(("answer", "tries_again"), [(b"550 unknown", False), (b"450 later", True)])
def test_address_that_is_refused_is_tried_again_only_if_the_server_says_so(
    answer: bytes, tries_again: bool, cast: Cast, returned: Report, settings: Settings
) -> None:
    handler = type("Handler", (Refusing,), {"answer": answer})
    with (
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server,
        serving(server, settings),
    ):
        assert send(cast) == 0
    notice = stored(cast)
    assert (notice.mail_from is not None, notice.mailed_at) == (tries_again, None)


@pytest.mark.parametrize(
    "change", [{"wants_mail": False}, {"email": ""}, {"is_active": False}], ids=str
)
def test_letter_is_not_sent_to_who_wants_none_by_now(
    change: dict[str, Any], folder: Path, cast: Cast, enter: Enter, returned: Report
) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.leader.pk).update(**change)
    assert send(cast) == 0
    assert caught(folder) == []
    assert stored(cast).mail_from is None


def test_letter_is_not_sent_of_what_was_mended_meanwhile(
    folder: Path, cast: Cast, enter: Enter, returned: Report
) -> None:
    with enter(cast.admin):
        returned.explanations = {"untouched.adults": "đã đếm lại, vẫn đúng"}
        returned.save()
        workflow.apply(returned, "submit", actor=cast.admin, version=returned.version)
    assert send(cast) == 0
    assert caught(folder) == []


@pytest.fixture
def lent(cast: Cast, enter: Enter, mailed: None) -> Delegation:
    """The officer hands over to a leader who has an address, from tomorrow on."""
    with enter(cast.admin):
        User.objects.filter(pk=cast.leader.pk).update(email=ADDRESS)
        tomorrow = clock.today() + timedelta(days=1)
        return lend(cast.officer, cast.leader, since=tomorrow, reason="Mổ ruột thừa")


def test_letter_says_that_somebody_stands_in_and_names_nobody(
    folder: Path, cast: Cast, enter: Enter, lent: Delegation
) -> None:
    assert send(cast) == 1
    with enter(cast.admin):
        delegation.end(delegation=lent, actor=cast.officer, reason="Khỏi bệnh")
    assert send(cast) == 1
    for letter, title in zip(
        caught(folder), ("Bạn được ủy quyền: ", "Bạn không còn được ủy quyền: "), strict=True
    ):
        day = clock.written(lent.since)
        what = f"{title}Cán bộ cấp xã, Phường Hồng Gai, từ {day} đến {day}"
        assert subject_of(letter) == f"[Tổ CNSCĐ] {what}"
        assert f"\nhttps://cnscd.example.vn/delegations/#d-{lent.pk}\n" in text_of(letter)
        for told in ("Cán bộ officer", "Mổ", "Khỏi"):
            assert told not in letter.as_string() + text_of(letter)


def test_letter_is_not_sent_of_what_was_declined_meanwhile(
    folder: Path, cast: Cast, enter: Enter, lent: Delegation
) -> None:
    with enter(cast.admin):
        delegation.end(delegation=lent, actor=cast.leader)
    assert send(cast) == 0
    assert caught(folder) == []


def test_portal_alone_tells_where_no_server_is_known(
    cast: Cast, enter: Enter, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    remind(cast, enter)
    assert stored(cast).mail_from is None


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"email": ""}], ids=str)
def test_portal_alone_tells_who_wants_no_mail(
    change: dict[str, Any], cast: Cast, enter: Enter, mailed: None
) -> None:
    """And no worker is called for them."""
    with enter(cast.admin):
        people = User.objects.filter(pk=cast.leader.pk)
        people.update(**{"email": ADDRESS, **change})
        notices.make([Notice(
            tenant=cast.province, to=cast.leader, kind=Notice.Kind.REMINDER, period=cast.june,
            on=clock.today(), content={"parts": []}, made_at=clock.now(),
        )])  # fmt: skip
    assert stored(cast).mail_from is None


@pytest.fixture
def both(cast: Cast, enter: Enter, returned: Report, report_in: ReportIn) -> list[Notice]:
    """Two notices that wait to be mailed to the same person."""
    other = report_in(Status.SUBMITTED, team="hg-1b")
    with enter(cast.admin):
        Report.objects.filter(pk=other.pk).update(updated_by=cast.officer)
        workflow.apply(other, "return", actor=cast.admin, version=other.version, reason="Xem lại")
        Notice.objects.update(to=cast.leader, mail_from=timezone.now())
        return list(Notice.objects.order_by("pk"))


def tries_of(cast: Cast) -> list[int]:
    with scope(tenant=cast.province.pk):
        return list(Notice.objects.order_by("pk").values_list("mail_tries", flat=True))


def test_notice_that_cannot_be_worded_holds_up_no_other(
    folder: Path, cast: Cast, enter: Enter, both: list[Notice]
) -> None:
    with enter(cast.admin):
        # As an older release may have left it.
        Notice.objects.filter(pk=both[0].pk).update(content={"team": [1, "Tổ"]})
    assert send(cast) == 1
    [letter] = caught(folder)
    assert "Tổ hg-1b" in subject_of(letter)
    assert tries_of(cast) == [1, 0]


def test_many_returned_at_once_come_in_one_letter(
    folder: Path, cast: Cast, both: list[Notice]
) -> None:
    assert send(cast) == 1
    [letter] = caught(folder)
    assert "2 báo cáo" in subject_of(letter)
    assert "Tổ hg-1a" in text_of(letter)
    assert "Tổ hg-1b" in text_of(letter)
    with scope(tenant=cast.province.pk):
        assert not Notice.objects.filter(mailed_at=None).exists()


def test_run_stops_at_a_server_that_is_away(cast: Cast, enter: Enter, both: list[Notice]) -> None:
    """The rest would only wait for it, ten seconds each."""
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(email="can.bo@example.vn")
        Notice.objects.filter(pk=both[1].pk).update(to=cast.officer)
    assert send(cast) == 0
    assert sorted(tries_of(cast)) == [0, 1]


def test_one_run_at_a_time_sends_the_letters_of_a_province(
    folder: Path, cast: Cast, returned: Report
) -> None:
    with closing(psycopg2.connect(**connection.get_connection_params())) as another:
        cursor = another.cursor()
        cursor.execute("select pg_advisory_lock(%s, %s)", [post.LETTERS, cast.province.pk])
        assert send(cast) == 0
        cursor.execute("select pg_advisory_unlock(%s, %s)", [post.LETTERS, cast.province.pk])
        assert send(cast) == 1


def remind(cast: Cast, enter: Enter) -> None:
    """Today's digests; only the leader of hg-1a wants any."""
    with enter(cast.admin):
        User.objects.exclude(pk=cast.leader.pk).update(wants_reminders=False)
        User.objects.filter(pk=cast.leader.pk).update(email=ADDRESS)
        reminders.remind(cast.province)


def test_digest_is_mailed_on_its_day(
    folder: Path, cast: Cast, enter: Enter, settings: Settings
) -> None:
    remind(cast, enter)
    assert send(cast) == 1
    [letter] = caught(folder)
    assert subject_of(letter) == "[Tổ CNSCĐ] Báo cáo tháng 06/2024 đang chờ bạn: Phường Hồng Gai"
    said = text_of(letter)
    assert (
        "Phường Hồng Gai, tháng 06/2024: 1 Tổ chưa gửi số liệu, hạn 09/06/2024, đã quá 1 ngày."
        in said
    )
    assert f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/" in said


def test_digest_of_yesterday_is_mailed_to_nobody(
    folder: Path, cast: Cast, enter: Enter, settings: Settings
) -> None:
    remind(cast, enter)
    settings.BUSINESS_DATE = settings.BUSINESS_DATE + timedelta(days=1)
    assert send(cast) == 0
    assert caught(folder) == []


def test_name_of_a_team_adds_no_header(
    folder: Path, cast: Cast, enter: Enter, returned: Report
) -> None:
    notice = stored(cast)
    notice.content["team"][1] = "Tổ\r\nBcc: ke.xau@example.vn\r\n\r\nhg-1a"
    with enter(cast.admin):
        Notice.objects.filter(pk=notice.pk).update(content=notice.content)
    assert send(cast) == 1
    [letter] = caught(folder)
    assert letter["Bcc"] is None
    assert "Tổ Bcc: ke.xau@example.vn hg-1a" in subject_of(letter)


def test_catcher_keeps_a_line_that_begins_with_a_dot(
    folder: Path, cast: Cast, enter: Enter, returned: Report
) -> None:
    notice = stored(cast)
    notice.content["fields"][0]["vi"] = ".một dấu chấm"
    with enter(cast.admin):
        Notice.objects.filter(pk=notice.pk).update(content=notice.content)
    send(cast)
    [letter] = caught(folder)
    assert "\n.một dấu chấm\n" in text_of(letter)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_letter_once(
    folder: Path, cast: Cast, returned: Report, at_once: AtOnce
) -> None:
    def work() -> int:
        connection.ensure_connection()
        return send(cast)

    assert sorted(at_once(work, work, work)) == [0, 0, 1]
    assert len(caught(folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest(cast: Cast, at_once: AtOnce) -> None:
    def work() -> None:
        with scope(tenant=cast.province.pk):
            reminders.remind(cast.province)

    assert at_once(work, work, work) == [None] * 3
    with scope(reads_all=True):
        people = list(Notice.objects.values_list("to", flat=True))
    assert len(people) == len(set(people)) == 4


def test_commit_calls_for_a_worker_where_something_is_to_be_mailed(
    cast: Cast, enter: Enter, mailed: None, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    called: list[int] = []
    monkeypatch.setattr(notices, "_listeners", [called.append])
    with django_capture_on_commit_callbacks(execute=True):
        remind(cast, enter)
    assert called == [cast.province.pk]
