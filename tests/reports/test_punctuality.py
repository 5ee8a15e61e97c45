"""Twelve months of who reports in time, counted by hand."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from reports import extensions, punctuality, rollup, workflow
from reports.models import Period, Report, ReportStep, Status
from reports.periods import DECREE_09, lay_out, open_period
from reports.punctuality import Calendar, Tally, add_up
from teams.models import Team
from tests.cast import SINCE, Cast, Enter
from units.mergers import silent
from units.models import Placement
from units.tree import rebuild_ancestry

# The teams' deadline of June is the 9th.
IN_TIME = datetime(2024, 6, 9, 23, 59, tzinfo=timezone.get_default_timezone())
LATE = datetime(2024, 6, 10, 0, 1, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


@pytest.fixture
def sent(cast: Cast, reported: dict[str, Report]) -> dict[str, Report]:
    """June as in the example; of those that are handed in, hg-2 and viettel were sent late."""
    moments = dict.fromkeys(("hg-1a", "hg-1b", "bd-1", "ct-1", "vnpt"), IN_TIME)
    moments |= dict.fromkeys(("hg-2", "viettel"), LATE)
    for team, moment in moments.items():
        send(reported[team], moment)
    rollup.sweep(cast.province.pk)
    return reported


def send(report: Report, moment: datetime) -> None:
    """Have the report sent for the first time, and for the last, at that moment."""
    with silent(ReportStep):
        ReportStep.objects.filter(report=report, name="submit").update(at=moment)
    Report.objects.filter(pk=report.pk).update(submitted_at=moment)


def draw(cast: Cast, code: str, *, who: str = "admin") -> Calendar:
    user = User.objects.get(pk=getattr(cast, who).pk)
    return punctuality.draw(cast.units[code], year=2024, month=6, user=user)


def june(calendar: Calendar) -> dict[str, Tally | None]:
    return {line.of.name: line.latest for line in [calendar.own, *calendar.lines]}


HONG_GAI = Tally(expected=3, received=3, late=1, returned=0, approved=2)
BACH_DANG = Tally(expected=2, received=1, late=0, returned=0, approved=1)
NOT_SENT = Tally(expected=1, returned=0)
APPROVED = Tally(expected=1, received=1, returned=0, approved=1)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (
            "22",
            {
                "Tỉnh Quảng Ninh": Tally(expected=9, received=7, late=2, returned=1, approved=5),
                "Thành phố Hạ Long": Tally(expected=6, received=5, late=2, returned=0, approved=4),
                "Thành phố Cẩm Phả": Tally(expected=2, received=1, returned=1),
                "Tổ vnpt": APPROVED,
            },
        ),
        (
            "193",
            {
                "Thành phố Hạ Long": Tally(expected=6, received=5, late=2, returned=0, approved=4),
                "Phường Bạch Đằng": BACH_DANG,
                "Phường Hồng Gai": HONG_GAI,
                "Tổ viettel": Tally(expected=1, received=1, late=1, returned=0, approved=1),
            },
        ),
        (
            "06691",
            {
                "Phường Hồng Gai": HONG_GAI,
                "Tổ hg-1a": APPROVED,
                "Tổ hg-1b": APPROVED,
                "Tổ hg-2": Tally(expected=1, received=1, late=1, returned=0),
            },
        ),
        (
            "06757",
            {
                "Phường Cẩm Tây": Tally(expected=2, received=1, returned=1),
                "Tổ ct-1": Tally(expected=1, received=1, returned=1),
                "Tổ ct-2": NOT_SENT,
            },
        ),
    ],
)
def test_calendar_counts_each_part(
    code: str, wanted: dict[str, Tally], sent: dict[str, Report], cast: Cast
) -> None:
    assert june(draw(cast, code)) == {
        name: Tally(**{**vars(tally), "is_due": True}) for name, tally in wanted.items()
    }


def test_draft_is_the_same_as_nothing(sent: dict[str, Report], cast: Cast) -> None:
    tallies = june(draw(cast, "06688", who="staff"))
    assert tallies["Tổ bd-2"] == Tally(expected=1)
    workflow.save_draft(
        team=cast.teams["ct-2"], period=cast.june, draft=workflow.Draft({"adults": 1}), version=0,
        actor=cast.admin,
    )  # fmt: skip
    assert june(draw(cast, "06757"))["Tổ ct-2"] == NOT_SENT


@pytest.mark.parametrize("who", ["admin", "staff", "national"])
def test_returned_report_was_sent_and_is_told_to_everybody_above(
    who: str, sent: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    """In time is what was first sent in time: neither missing nor late while it is mended."""
    with enter(getattr(cast, who)):
        for code, name in (("22", "Thành phố Cẩm Phả"), ("06757", "Tổ ct-1")):
            tally = june(draw(cast, code, who=who))[name]
            assert tally is not None
            assert (tally.received, tally.on_time, tally.returned) == (1, 1, 1)
            assert tally.missing == tally.expected - 1


def test_nation_is_the_sum_of_its_provinces(
    sent: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.national):
        tallies = june(draw(cast, "00", who="national"))
    of_quang_ninh = Tally(expected=9, received=7, late=2, returned=1, approved=5)
    assert tallies["Tỉnh Quảng Ninh"] == of_quang_ninh
    assert next(iter(tallies.values())) == Tally(
        expected=12, received=7, late=2, returned=1, approved=5
    )


@pytest.mark.parametrize(
    ("steps", "late"),
    [
        # First sent in time: neither the reviewer's nor the writer's time makes it late.
        ([("submit", IN_TIME), ("return", LATE), ("submit", LATE)], 0),
        # Taken back: only what is sent after it counts.
        ([("submit", IN_TIME), ("withdraw", LATE), ("submit", LATE)], 1),
    ],
)
def test_late_is_counted_as_days_late_counts(
    steps: list[tuple[str, datetime]], late: int, cast: Cast
) -> None:
    report = workflow.save_draft(
        team=cast.teams["hg-1a"], period=cast.june, draft=workflow.Draft({"adults": 1}),
        version=0, actor=cast.admin, at=IN_TIME,
    )  # fmt: skip
    for name, moment in steps:
        report = workflow.apply(
            report, name, actor=cast.admin, version=report.version,
            reason="vì sao" if name != "submit" else "", at=moment,
        )  # fmt: skip
    rollup.sweep(cast.province.pk)
    for code, name in (("22", "Thành phố Hạ Long"), ("06691", "Tổ hg-1a")):
        tally = june(draw(cast, code))[name]
        assert tally is not None
        assert (tally.received, tally.late) == (1, late)


def test_month_that_was_not_opened_has_no_tally(sent: dict[str, Report], cast: Cast) -> None:
    january = lay_out(tenant=cast.province, year=2024, month=1, by=DECREE_09)
    january.save()
    open_period(period=january, actor=cast.admin)
    lay_out(tenant=cast.province, year=2024, month=2, by=DECREE_09).save()
    Team.objects.filter(pk=cast.teams["hg-2"].pk).update(
        active=DateRange(SINCE, datetime(2024, 2, 1, tzinfo=IN_TIME.tzinfo).date())
    )
    rollup.sweep(cast.province.pk)
    calendar = draw(cast, "06691")
    assert calendar.months[0] == (2023, 7)
    assert calendar.months[-1] == (2024, 6)
    there = {
        line.of.name: [month for month, tally in enumerate(line.tallies) if tally]
        for line in calendar.lines
    }
    # January is the seventh column; hg-2 had ended by June, and reported all the same.
    assert there == {"Tổ hg-1a": [6, 11], "Tổ hg-1b": [6, 11], "Tổ hg-2": [6, 11]}
    assert calendar.own.whole.expected == 6


def test_nobody_is_judged_before_the_deadline(sent: dict[str, Report], cast: Cast) -> None:
    Period.objects.filter(pk=cast.june.pk).update(
        team_due_on="2099-01-01", commune_due_on="2099-01-01", district_due_on="2099-01-01",
        province_due_on="2099-01-01",
    )  # fmt: skip
    tally = june(draw(cast, "193"))["Phường Bạch Đằng"]
    assert tally is not None
    assert (tally.is_due, tally.grade) == (False, None)


@pytest.mark.parametrize(
    ("on_time", "grade"), [(0, 0), (49, 0), (50, 1), (70, 2), (89, 2), (90, 3), (99, 3), (100, 4)]
)
def test_grade_follows_the_share_in_time(on_time: int, grade: int) -> None:
    assert Tally(expected=100, received=on_time + 1, late=1).grade == grade


def test_nobody_expected_is_no_grade() -> None:
    assert Tally().grade is None
    assert add_up([None, None]) is None


def test_calendar_asks_the_database_as_often_for_two_parts_as_for_three(
    sent: dict[str, Report], cast: Cast
) -> None:
    asked = {}
    for district in ("195", "193"):
        Placement.objects.filter(unit=cast.units["06757"]).update(parent=cast.units[district])
        rebuild_ancestry(tenant=cast.province)
        rollup.sweep(cast.province.pk)
        user = User.objects.get(pk=cast.admin.pk)
        with CaptureQueriesContext(connection) as queries:
            calendar = punctuality.draw(cast.units["193"], year=2024, month=6, user=user)
        asked[len(calendar.units)] = len(queries)
    assert asked.keys() == {2, 3}
    assert asked[2] == asked[3]


def test_parts_add_up_to_the_unit(sent: dict[str, Report], cast: Cast) -> None:
    for code in ("22", "193", "06691", "06757"):
        calendar = draw(cast, code)
        assert add_up(line.latest for line in calendar.lines) == calendar.own.latest
    assert {Status.DRAFT, Status.RETURNED} <= {report.status for report in sent.values()}


def test_more_time_counts_alike_for_a_team_and_for_the_units_above(
    sent: dict[str, Report], cast: Cast
) -> None:
    """hg-2 was sent on the 10th and has until the 20th; bd-2 has as long, and sent nothing."""
    until = {"period": cast.june, "until": date(2024, 6, 20), "reason": "Mất điện"}
    for name in ("hg-2", "bd-2"):
        team = cast.teams[name]
        extensions.extend(unit=team.unit, team=team, actor=cast.admin, **until)
    hong_gai = draw(cast, "06691")
    assert hong_gai.own.latest == Tally(expected=3, received=3, late=0, returned=0, approved=2)
    given = Tally(expected=1, received=1, returned=0, approved=0, is_due=False)
    assert june(hong_gai)["Tổ hg-2"] == given
    missing = june(draw(cast, "06688"))["Tổ bd-2"]
    assert missing is not None
    assert not missing.is_due


def test_more_time_that_was_taken_back_counts_alike_for_teams_and_their_sum(
    cast: Cast, sent: dict[str, Report]
) -> None:
    # hg-2 sent its report on the 10th, within the time that it had until that evening.
    given = extensions.extend(
        period=cast.june, unit=cast.units["06691"], until=date(2024, 6, 20), reason="bão",
        actor=cast.admin,
    )  # fmt: skip
    extensions.end(extension=given, actor=cast.admin)
    found = june(draw(cast, "06691"))
    assert {name: tally.late for name, tally in found.items() if tally} == dict.fromkeys(found, 0)
