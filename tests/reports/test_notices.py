"""A report that came back: who is told, what it says, and who reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from reports import batches, notices, wording, workflow
from reports.models import Notice, Report
from reports.workflow import Draft
from tests.accounts import lending
from tests.cast import Cast, Enter
from units import clock
from units.tenancy import scope


def submit(cast: Cast, enter: Enter, who: str, team: str = "hg-1a") -> Report:
    actor = getattr(cast, who)
    with enter(actor):
        saved = workflow.save_draft(
            team=cast.teams[team], period=cast.june, draft=Draft({"adults": 6}), version=0,
            actor=actor,
        )  # fmt: skip
        return workflow.apply(saved, "submit", actor=actor, version=saved.version)


def send_back(cast: Cast, enter: Enter, report: Report, who: str, **more: Any) -> None:
    actor = getattr(cast, who)
    with enter(actor):
        workflow.apply(
            report, "return", actor=actor, version=report.version, reason="sai số liệu", **more
        )


def told(cast: Cast) -> list[str]:
    """Who is told of a report; whoever stands in is told of that, too."""
    with scope(reads_all=True):
        rows = Notice.objects.filter(kind=Notice.Kind.RETURNED)
        return list(rows.values_list("to__username", flat=True))


@pytest.mark.parametrize(
    ("author", "team", "reviewer", "expected"),
    [
        ("leader", "hg-1a", "officer", ["qn.leader"]),
        # The officer entered it, although the team has a leader: it is theirs to mend.
        ("officer", "hg-1a", "district_officer", ["qn.officer"]),
        ("officer", "hg-1b", "district_officer", ["qn.officer"]),
        # Whoever returns what they entered themselves knows.
        ("officer", "hg-1b", "officer", []),
    ],
)
def test_author_of_what_was_returned_is_told(
    author: str, team: str, reviewer: str, expected: list[str], cast: Cast, enter: Enter
) -> None:
    send_back(cast, enter, submit(cast, enter, author, team), reviewer)
    assert told(cast) == expected


def test_leader_is_told_when_the_author_can_no_longer_mend_it(cast: Cast, enter: Enter) -> None:
    report = submit(cast, enter, "officer")
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    send_back(cast, enter, report, "district_officer")
    assert told(cast) == ["qn.leader"]


def test_stand_in_is_told_instead(cast: Cast, enter: Enter) -> None:
    report = submit(cast, enter, "officer", "hg-1b")
    with enter(cast.officer):
        lending.lend(cast.officer, cast.neighbour)
    send_back(cast, enter, report, "district_officer")
    assert told(cast) == ["qn.neighbour"]


def test_stand_in_who_entered_it_is_told(cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        lending.lend(cast.officer, cast.neighbour)
    send_back(cast, enter, submit(cast, enter, "neighbour", "hg-1a"), "district_officer")
    assert told(cast) == ["qn.neighbour"]


def test_each_of_many_returned_at_once_is_told(cast: Cast, enter: Enter) -> None:
    reports = [submit(cast, enter, "leader"), submit(cast, enter, "neighbour", "bd-1")]
    with enter(cast.district_officer):
        batches.return_many(reports=reports, reason="sai", actor=cast.district_officer)
    assert sorted(told(cast)) == ["qn.leader", "qn.neighbour"]


def test_nobody_is_told_of_other_steps(cast: Cast, enter: Enter) -> None:
    report = submit(cast, enter, "leader")
    with enter(cast.officer):
        approved = workflow.apply(report, "approve", actor=cast.officer, version=report.version)
        assert told(cast) == []
        # What was approved and is opened again comes back, too.
        workflow.apply(
            approved, "reopen", actor=cast.officer, version=approved.version, reason="sai"
        )
    assert told(cast) == ["qn.leader"]


def test_reminders_switched_off_keep_no_return_secret(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.leader.pk).update(wants_reminders=False)
    send_back(cast, enter, submit(cast, enter, "leader"), "officer")
    assert told(cast) == ["qn.leader"]


def test_notice_speaks_the_language_of_its_reader(cast: Cast, enter: Enter) -> None:
    send_back(cast, enter, submit(cast, enter, "leader"), "officer", remarks={"adults": "thiếu"})
    with enter(cast.leader):
        notice = Notice.objects.get()
    with translation.override("vi"):
        words = wording.of(notice)
    assert words.title == "Báo cáo tháng 06/2024 bị trả lại: Tổ hg-1a, Phường Hồng Gai"
    whole, field = words.lines
    assert (whole.said, whole.target.figure) == ("sai số liệu", "")
    assert (field.said, field.target.figure, field.target.month) == ("thiếu", "adults", "2024-06")
    with translation.override("en"):
        english = wording.of(notice)
    assert english.title == "Report of month 06/2024 returned: Tổ hg-1a, Phường Hồng Gai"
    assert english.lines[1].text != field.text


def test_notices_are_ones_own(cast: Cast, enter: Enter) -> None:
    send_back(cast, enter, submit(cast, enter, "leader"), "officer")
    with enter(cast.national):
        seen = {
            who: Notice.objects.visible_to(getattr(cast, who)).count()
            for who in ("leader", "officer", "admin", "national", "stranger")
        }
    assert seen == {"leader": 1, "officer": 0, "admin": 0, "national": 0, "stranger": 0}


def test_only_ones_own_are_marked_as_read(cast: Cast, enter: Enter) -> None:
    send_back(cast, enter, submit(cast, enter, "leader"), "officer")
    with enter(cast.leader):
        pk = Notice.objects.get().pk
        assert notices.mark_read(user=cast.officer) == 0
        assert notices.mark_read(user=cast.officer, only=[pk]) == 0
        assert notices.mark_read(user=cast.leader, only=[pk + 1]) == 0
        assert notices.count_unread(cast.leader) == 1
        assert notices.mark_read(user=cast.leader, only=[pk]) == 1
        assert notices.mark_read(user=cast.leader) == 0
        assert notices.count_unread(cast.leader) == 0


def test_notices_are_forgotten_after_a_year(cast: Cast, enter: Enter) -> None:
    for team in ("hg-1b", "hg-2"):
        send_back(cast, enter, submit(cast, enter, "officer", team), "district_officer")
    with enter(cast.admin):
        young, old = Notice.objects.order_by("pk")
        for notice, days in ((young, 365), (old, 366)):
            made_at = clock.now() - timedelta(days=days) + timedelta(minutes=1)
            Notice.objects.filter(pk=notice.pk).update(made_at=made_at)
        assert notices.forget_old(cast.province.pk) == 1
        assert list(Notice.objects.values_list("pk", flat=True)) == [young.pk]
