"""The page of one's notices, the count in the frame, and the text for the Zalo group."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import batches, extensions, reminders
from reports.models import Notice, Status
from teams.models import Kind
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, ReportIn, SignIn
from tests.pages import in_english, read

ADDRESS = "/notices/"


@pytest.fixture
def reminded(cast: Cast, enter: Enter) -> Cast:
    with enter(cast.admin):
        reminders.remind(cast.province)
    return cast


@pytest.fixture
def officer(reminded: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(reminded.officer))


def unread(client: Client) -> str:
    return read(client.get("/targets/")).one("a", href=ADDRESS).text


def test_page_tells_ones_own_with_links(officer: Client, reminded: Cast) -> None:
    page = read(officer.get(ADDRESS))
    [notice] = page.all("article")
    assert "Reports of month 06/2024 that wait for you: Phường Hồng Gai" in notice.text
    assert (
        "3 teams have not submitted their figures, of which 2 for you to enter, due" in notice.text
    )
    links = {link.attributes["href"]: link.text for link in notice.all("a")}
    commune, team = reminded.units["06691"].pk, reminded.teams["hg-1b"].pk
    assert links[f"/months/2024-06/teams/{team}/"] == "Tổ hg-1b"
    assert {officer.get(address).status_code for address in links} == {200}
    assert f"/months/2024-06/units/{commune}/" in links


def test_frame_counts_what_is_unread(officer: Client) -> None:
    assert unread(officer) == "Notices 1 unread"
    button = read(officer.get(ADDRESS)).one("article").one("form").filled()
    officer.post("/notices/read/", button)
    assert unread(officer) == "Notices"
    page = read(officer.get(ADDRESS))
    # It stays to be read again.
    assert len(page.all("article")) == 1
    assert page.all("form", action="/notices/read/") == []


def test_all_are_marked_at_once(officer: Client) -> None:
    said = read(officer.post("/notices/read/", follow=True)).text
    assert "1 notice is marked as read." in said
    assert "Nothing was unread." in read(officer.post("/notices/read/", follow=True)).text


@pytest.mark.parametrize("named", ["x", "0", "-1", "99999999999999999999"])
def test_number_of_no_notice_marks_nothing(named: str, officer: Client) -> None:
    officer.post("/notices/read/", {"notice": named})
    assert unread(officer) == "Notices 1 unread"


def test_number_of_somebody_elses_notice_marks_nothing(
    officer: Client, reminded: Cast, enter: Enter
) -> None:
    with enter(reminded.admin):
        theirs = Notice.objects.get(to=reminded.leader)
    officer.post("/notices/read/", {"notice": theirs.pk})
    with enter(reminded.admin):
        theirs.refresh_from_db()
    assert theirs.read_at is None


def test_page_without_notices_says_what_comes(cast: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(cast.staff)).get(ADDRESS))
    assert "Nothing so far." in page.text


def test_statements_do_not_grow_with_the_notices(
    officer: Client, reminded: Cast, enter: Enter
) -> None:
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            officer.get(ADDRESS)
        asked.append(len(seen))
        with enter(reminded.admin):
            more = Notice.objects.get(to=reminded.officer, on=date(2024, 6, 10))
            more.pk, more.on = None, date(2024, 6, 9 - len(asked))
            more.save()
    assert asked[0] == asked[1]


# -- For the Zalo group ---------------------------------------------------------------------------


def message(client: Client, cast: Cast) -> str:
    page = read(client.get(f"/months/2024-06/units/{cast.units['06691'].pk}/"))
    found = page.all("textarea", id="zalo-text")
    return "".join(map(str, found[0].children)) if found else ""


def test_text_for_the_group_names_who_is_missing(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.RETURNED, team="hg-1a")
    report_in(Status.APPROVED, team="hg-1b")
    team = cast.teams["hg-2"]
    with enter(cast.admin):
        more = NewTeam(name="Tổ hg-3", unit=cast.units["hg-3"], kind=Kind.LOCAL)
        establish_teams(tenant=cast.province, teams=[more], since=SINCE)
        extensions.extend(
            period=cast.june, unit=team.unit, team=team, until=date(2024, 6, 20), reason="bão",
            actor=cast.admin,
        )  # fmt: skip
    # In Vietnamese on an English page, too: the group reads it.
    client = in_english(client_of(cast.officer))
    said = message(client, cast)
    assert said.splitlines()[:8] == [
        "Kính gửi các Tổ CNSCĐ Phường Hồng Gai,",
        "Báo cáo tháng 06/2024 (hạn 09/06/2024, đã quá 1 ngày) còn 1 Tổ chưa gửi số liệu:",
        "1. Tổ hg-3",
        "1 Tổ được gia hạn gửi báo cáo tháng 06/2024:",
        "1. Tổ hg-2 (được gia hạn đến hết ngày 20/06/2024)",
        "1 báo cáo tháng 06/2024 bị trả lại, cần sửa và gửi lại:",
        "1. Tổ hg-1a",
        "Đề nghị các Tổ nhập số liệu và gửi báo cáo tại:",
    ]
    # Of a leader, too: the page of the commune is not theirs to see.
    assert said.splitlines()[8].endswith("/months/")


def test_there_is_no_text_where_nobody_is_missing_or_who_looks_does_not_review(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    assert message(client_of(cast.officer), cast)
    for team in ("hg-1a", "hg-1b", "hg-2"):
        report_in(Status.SUBMITTED, team=team)
    assert message(client_of(cast.officer), cast) == ""


# -- Reports that came back -----------------------------------------------------------------------


def test_reports_returned_in_one_commune_and_month_are_told_together(
    cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    """All are the administrator's to mend, who wrote them."""
    reports = [report_in(Status.SUBMITTED, team=name) for name in ("hg-1a", "hg-1b")]
    with enter(cast.officer):
        batches.return_many(
            reports=reports, reason="Xem lại", actor=cast.officer,
            remarks={"adults": "Có đúng không?"},
        )  # fmt: skip
    client = in_english(client_of(cast.admin))
    (article,) = read(client.get(ADDRESS)).all("article")
    assert article.one("h2").text == "new 2 reports of month 06/2024 returned: Phường Hồng Gai"
    assert [link.text for link in article.one("ul").all("a")] == [
        "Tổ hg-1a", "Tổ hg-1a: Adults", "Tổ hg-1b", "Tổ hg-1b: Adults",
    ]  # fmt: skip
    assert article.text.count("Có đúng không?") == 2
    assert unread(client) == "Notices 2 unread"
    named = [each.attributes["value"] for each in article.all("input", name="notice")]
    said = read(client.post("/notices/read/", {"notice": named}, follow=True)).text
    assert "2 notices are marked as read." in said
