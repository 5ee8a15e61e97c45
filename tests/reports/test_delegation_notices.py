"""Who is told that somebody stands in, that they decline, and that it ends; in which words."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import override_settings
from django.utils import translation
from pytest_django import Settings

from accounts import delegation
from accounts.models import Delegation
from reports import wording
from reports.addresses import address_of
from reports.models import Notice
from tests.accounts.lending import lend
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from units import clock

SINCE, UNTIL = date(2024, 6, 12), date(2024, 6, 14)


@pytest.fixture(autouse=True)
def _in_quang_ninh(cast: Cast, enter: Enter, settings: Settings) -> Iterator[None]:
    settings.BUSINESS_DATE = date(2024, 6, 10)
    with enter(cast.admin):
        yield


@pytest.fixture
def lent(cast: Cast) -> Delegation:
    """The officer is away on the 12th, 13th and 14th, and the neighbour stands in."""
    return lend(cast.officer, cast.neighbour, since=SINCE, until=UNTIL, reason="Nghỉ phép năm")


def told() -> list[tuple[str, str, str]]:
    """Who is told what, with what somebody wrote; the oldest first."""
    with translation.override("en"):
        return [
            (row.to.username, words.title, words.lines[0].said)
            for row in Notice.objects.order_by("pk")
            for words in [wording.of(row)]
        ]


WHAT = "commune officer, Phường Hồng Gai, from 12/06/2024 to 14/06/2024"
HANDED_OVER = ("qn.neighbour", f"Handed over to you: {WHAT}", "Cán bộ officer: Nghỉ phép năm")


def test_holder_is_told_what_for_whom_when_and_why(lent: Delegation) -> None:
    assert told() == [HANDED_OVER]
    notice = Notice.objects.get()
    assert (notice.period, notice.report, notice.on) == (None, None, clock.today())
    (line,) = wording.of(notice).lines
    assert address_of(line.target) == f"/delegations/#d-{lent.pk}"


@pytest.mark.parametrize(
    ("who", "day", "expected"),
    [
        ("neighbour", 11, ("qn.officer", f"Your hand-over is declined: {WHAT}",
                           "Cán bộ neighbour: Bận họp")),
        ("neighbour", 12, ("qn.officer", f"Your hand-over is ended: {WHAT}",
                           "Cán bộ neighbour: Bận họp")),
        ("officer", 11, ("qn.neighbour", f"You no longer stand in: {WHAT}",
                         "Cán bộ officer: Bận họp")),
        ("officer", 12, ("qn.neighbour", f"You no longer stand in: {WHAT}",
                         "Cán bộ officer: Bận họp")),
    ],
)  # fmt: skip
def test_other_one_is_told_of_the_end(
    who: str, day: int, expected: tuple[str, str, str], cast: Cast, lent: Delegation
) -> None:
    with override_settings(BUSINESS_DATE=date(2024, 6, day)):
        delegation.end(delegation=lent, actor=getattr(cast, who), reason="Bận họp")
    assert told() == [HANDED_OVER, expected]


def test_nobody_has_to_say_anything(cast: Cast, lent: Delegation) -> None:
    delegation.end(delegation=lent, actor=cast.neighbour)
    assert told()[1][2] == "Cán bộ neighbour"


def test_notice_speaks_vietnamese(cast: Cast, lent: Delegation) -> None:
    delegation.end(delegation=lent, actor=cast.neighbour)
    with translation.override("vi"):
        titles = [wording.of(each).title for each in Notice.objects.order_by("pk")]
    what = "Cán bộ cấp xã, Phường Hồng Gai, từ 12/06/2024 đến 14/06/2024"
    assert titles == [f"Bạn được ủy quyền: {what}", f"Ủy quyền của bạn bị từ chối: {what}"]


def test_bell_leads_to_where_it_is_declined(
    cast: Cast, lent: Delegation, client_of: SignIn
) -> None:
    client = in_english(client_of(cast.neighbour))
    assert read(client.get("/")).one("a", href="/notices/").text == "Notices 1 unread"
    (notice,) = read(client.get("/notices/")).all("article")
    assert HANDED_OVER[1] in notice.text
    assert "Cán bộ officer: Nghỉ phép năm" in notice.text
    (link,) = notice.links
    page = read(client.get(link))
    assert page.one("tr", id=f"d-{lent.pk}").form(f"/delegations/{lent.pk}/end/")
    client.post("/notices/read/", notice.one("form").filled())
    assert read(client.get("/")).one("a", href="/notices/").text == "Notices"
