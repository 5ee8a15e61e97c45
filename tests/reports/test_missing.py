"""Whose report is not there: one count, whoever asks."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from reports import extensions, missing, overview, punctuality, reminders, review, rollup, wording
from reports.missing import Counts, Why
from reports.models import Notice, Period, Report, Status
from reports.periods import lock_period
from tests.cast import Cast, Enter, ReportIn

UNTIL = date(2024, 6, 20)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def june(cast: Cast, enter: Enter, report_in: ReportIn) -> Cast:
    """Hồng Gai: hg-1a has only a draft, hg-1b was returned, hg-2 has more time; of Bạch Đằng one
    team sent, the other did not."""
    for team, status in [("hg-1a", Status.DRAFT), ("hg-1b", Status.RETURNED),
                         ("bd-1", Status.SUBMITTED)]:  # fmt: skip
        report_in(status, team=team)
    give_time(cast, enter, "hg-2")
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    return cast


def give_time(cast: Cast, enter: Enter, name: str) -> None:
    with enter(cast.admin):
        team = cast.teams[name]
        extensions.extend(
            period=cast.june, unit=team.unit, team=team, until=UNTIL, reason="bão",
            actor=cast.admin,
        )  # fmt: skip


def test_each_team_is_of_one_kind(june: Cast, enter: Enter) -> None:
    with enter(june.officer):
        found = missing.under(june.units["06691"], june.june, june.officer)
        assert [(each.team.name, each.why, each.more_time_until) for each in found] == [
            ("Tổ hg-1a", Why.MISSING, None),
            ("Tổ hg-1b", Why.RETURNED, None),
            ("Tổ hg-2", Why.EXTENDED, UNTIL),
        ]


@pytest.mark.parametrize(
    ("who", "code", "counts"),
    [
        ("officer", "06691", Counts(missing=1, extended=1, returned=1)),
        ("neighbour", "06688", Counts(missing=1)),
        ("district_officer", "193", Counts(missing=3, extended=1, returned=1)),
        # Who only oversees sees no draft, and is told the same.
        ("staff", "22", Counts(missing=6, extended=1, returned=1)),
    ],
)
def test_every_page_counts_alike(
    who: str, code: str, counts: Counts, june: Cast, enter: Enter
) -> None:
    user, unit = getattr(june, who), june.units[code]
    with enter(user):
        assert missing.count(unit, june.june, user) == counts
        found = missing.under(unit, june.june, user)
        assert Counts(*(sum(each.why == why for each in found) for why in Why)) == counts
        tally = punctuality.draw(unit, year=2024, month=6, user=user).own.latest
        assert tally is not None
        assert (tally.missing, tally.extended, tally.returned) == (
            counts.missing, counts.extended, counts.returned,
        )  # fmt: skip
        if who != "staff":
            groups = review.groups(unit, june.june, user)
            queue = [each for group in groups for each in group.absent]
            assert sorted(each.team.pk for each in queue) == sorted(each.team.pk for each in found)
        text = wording.for_the_group(unit, june.june, found, address="")
        assert f"còn {counts.missing} Tổ chưa gửi số liệu" in text


def test_reminder_says_how_many_of_the_unit_are_missing(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    """One of three has a leader with an account, who is told instead of the officer."""
    with enter(cast.admin):
        reminders.remind(cast.province)
    with enter(cast.admin):
        assert missing.count(cast.units["06691"], cast.june, cast.officer) == Counts(missing=3)
        (line,) = wording.of(Notice.objects.visible_to(cast.officer).get()).lines
        (own,) = wording.of(Notice.objects.visible_to(cast.leader).get()).lines
    assert "3 teams have not submitted their figures, of which 2 for you to enter" in line.text
    assert "1 team has not submitted its figures, due" in own.text


def test_extension_that_is_over_leaves_the_team_missing(june: Cast, enter: Enter) -> None:
    with enter(june.admin):
        extension = june.june.extensions.get()
        extensions.end(extension=extension, actor=june.admin)
        counts = missing.count(june.units["06691"], june.june, june.admin)
    assert counts == Counts(missing=2, returned=1)


def test_closed_month_asks_only_those_with_more_time(june: Cast, enter: Enter) -> None:
    with enter(june.admin):
        lock_period(period=june.june, actor=june.admin, reason="đã báo cáo")
        month = Period.objects.get(pk=june.june.pk)
        found = missing.under(june.units["06691"], month, june.admin)
        text = wording.for_the_group(june.units["06691"], month, found, address="")
    assert "hg-2" in text
    assert "hg-1a" not in text


def test_unit_is_late_from_its_own_deadline_on(june: Cast, enter: Enter) -> None:
    """The communes' deadline is the 13th; a team with more time makes nobody late."""

    def late() -> list[str]:
        with enter(june.district_officer):
            picture = overview.draw(
                june.units["193"], year=2024, month=6, user=june.district_officer
            )
            return [part.unit.name for part in picture.parts if part.is_late]

    assert late() == []
    with enter(june.admin):
        Period.objects.filter(pk=june.june.pk).update(commune_due_on=date(2024, 6, 9))
    assert late() == ["Phường Bạch Đằng", "Phường Hồng Gai"]
    with enter(june.admin):
        Report.objects.exclude(team=june.teams["hg-2"]).update(status=Status.APPROVED)
        rollup.rebuild(june.june)
    assert late() == ["Phường Bạch Đằng"]
