"""The worked examples of the documents are true: their tables are read, and lived through."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.formats import number_format
from pytest_django import Settings

from accounts.models import User
from cnscd_portal import documentation
from reports import checks, judging, periods, punctuality, rollup, workflow, working_days
from reports.catalogue import Catalogue
from reports.checks import Yardstick
from reports.figures import Values
from reports.kpi import Rate
from reports.models import Period, Report, Shift, Total
from reports.periods import DECREE_09, STATISTICS, Calendar, lay_out
from reports.spans import Length, Span, window
from reports.workflow import Draft
from tests.cast import Cast, Enter

DOCS = documentation.ROOT / "docs"
Row = dict[str, str]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def table(document: str, heading: str) -> list[Row]:
    """The rows of the first table below a heading, by the heads of its columns, without marks."""
    below = (DOCS / document).read_text("utf-8").split(f"# {heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert lines is not None
    rows = [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in lines[0].splitlines()
    ]
    heads = [f"{head} {at}" if head in rows[0][:at] else head for at, head in enumerate(rows[0])]
    return [dict(zip(heads, cells, strict=True)) for cells in rows[2:]]


def figure(text: str) -> int | None:
    """As the documents write it: in Vietnamese, with x for not applicable."""
    return None if text == "x" else int(text.replace(".", ""))


# -- A month ------------------------------------------------------------------------------------

TEAMS = {
    "Hồng Gai 1": "hg-1a", "Hồng Gai 2": "hg-1b", "Hồng Gai 3": "hg-2", "Bạch Đằng 1": "bd-1",
    "Bạch Đằng 2": "bd-2",
}  # fmt: skip
PEOPLE = {
    "the team's leader": "leader", "officer of Hồng Gai": "officer",
    "officer of Bạch Đằng": "neighbour", "administrator": "admin",
}  # fmt: skip
UNITS = {
    "Phường Hồng Gai": "06691", "Phường Bạch Đằng": "06688", "Thành phố Hạ Long": "193",
    "Tỉnh Quảng Ninh": "22",
}  # fmt: skip
WORD = {"accounts.service_accounts_created": "Công an xã làm lưu động"}
FIGURES = ["residents_guided", "service_accounts_created", "adults", "adults_paying"]


@pytest.fixture
def lived(cast: Cast, enter: Enter, settings: Settings) -> Cast:
    """June as the first table has it."""
    settings.BUSINESS_DATE = date(2024, 6, 26)
    for row in table("a-month.md", "What happens"):
        actor = getattr(cast, PEOPLE[row["who"]])
        day, month = map(int, row["day"].split("/"))
        at = datetime(2024, month, day, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        with enter(actor):
            live(cast, row, actor, at)
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    return cast


def live(cast: Cast, row: Row, actor: User, at: datetime) -> None:
    if row["does"] == "lock":
        june = Period.objects.get(pk=cast.june.pk)
        return periods.lock_period(
            period=june, actor=actor, reason="reported to the ministry", at=at
        )
    team = cast.teams[TEAMS[row["team"]]]
    report = Report.objects.filter(team=team, period=cast.june).first()
    if row["does"] == "submit":
        values = {code: figure(row[code]) for code in FIGURES}
        # The word is asked for, and is dropped where it no longer applies.
        report = workflow.save_draft(
            team=team, period=cast.june, draft=Draft(values, explanations=WORD),
            version=report.version if report else 0, actor=actor, at=at,
        )  # fmt: skip
    assert report is not None
    reason = "Hỏi lại số tài khoản" if row["does"] == "return" else ""
    remarks = {"service_accounts_created": "Nhiều hơn số người"} if reason else {}
    workflow.apply(
        report, row["does"], actor=actor, version=report.version, reason=reason,
        remarks=remarks, at=at,
    )  # fmt: skip
    return None


def test_month_adds_up_as_the_document_says(lived: Cast, enter: Enter) -> None:
    with enter(lived.admin):
        rows = table("a-month.md", "What the screens show")
        assert [row["unit"] for row in rows] == list(UNITS)
        for row in rows:
            total = Total.objects.get(unit=lived.units[UNITS[row["unit"]]], period=lived.june)
            found = [total.expected, total.submitted, total.approved]
            assert found == [int(row[name]) for name in ("expected", "submitted", "approved")]
            assert total.values == {code: figure(row[code]) for code in FIGURES}
            rate = Rate(total.values["adults_paying"], total.values["adults"]).percent
            assert rate is not None
            with translation.override("vi"):
                shown = number_format(rate.quantize(Decimal("0.01")), decimal_pos=2)
            assert f"{shown}%" == row["pay online"]
        district = Total.objects.get(unit=lived.units["193"], period=lived.june)
        assert district.gave["service_accounts_created"] == 3
        assert district.not_applicable == {"service_accounts_created": 1}


def test_month_is_as_punctual_as_the_document_says(lived: Cast, enter: Enter) -> None:
    with enter(lived.admin):
        for row in table("a-month.md", "Who was in time"):
            unit = lived.units[UNITS[row["unit"]]]
            admin = User.objects.get(pk=lived.admin.pk)
            tally = punctuality.draw(unit, year=2024, month=6, user=admin).own.latest
            assert tally is not None
            names = {name: name.replace(" ", "_") for name in row if name != "unit"}
            assert {name: getattr(tally, at) for name, at in names.items()} == {
                name: int(row[name]) for name in names
            }


def test_first_report_wanted_a_word_and_went_back(lived: Cast, enter: Enter) -> None:
    with enter(lived.admin):
        report = Report.objects.get(team=lived.teams["hg-1a"])
        assert [step.name for step in report.steps.all()] == [
            "submit", "return", "submit", "approve", "lock"
        ]  # fmt: skip
        first, _returned, second, *_rest = report.steps.all()
        assert (first.at.day, second.at.day) == (8, 10)
        kept = report.events.order_by("version").values_list("explanations", flat=True)
        assert WORD in kept
        assert report.explanations == {}
        assert judging.of_report(report).findings == []


def test_lock_says_what_the_document_says(lived: Cast, enter: Enter) -> None:
    with enter(lived.admin):
        said = periods.why_closed(Period.objects.get(pk=lived.june.pk))
    text = " ".join((DOCS / "a-month.md").read_text("utf-8").split())
    assert f"*{said}*" in text


# -- Checks -------------------------------------------------------------------------------------


def values_of(text: str) -> list[tuple[str, int | None]]:
    """`code` and figures that follow it, as often as there are."""
    found, code = [], ""
    for part in re.findall(r"[a-z_]{2,}\w*|[\d.]+|\bx\b", text):
        if re.fullmatch(r"[\d.]+|x", part):
            found.append((code, figure(part)))
        else:
            code = part
    return found


def yardstick_of(text: str) -> Yardstick:
    if text.endswith("on the list"):
        size = text.split()[0]
        return Yardstick(size=int(size) if size.isdigit() else None)
    if "figures in" in text:
        codes = [f"figure-{number}" for number in range(100)]
        given = [int(count) for count in re.findall(r"\d+", text)]
        return Yardstick(months=[dict.fromkeys(codes[:count], 1) for count in given])
    if text.endswith("sent back with a remark"):
        return Yardstick(returned=dict(values_of(text.split(" sent")[0])))
    months: list[Values] = [{code: value} for code, value in values_of(text)]
    return Yardstick(last=months[0] if months else {}, months=months)


def test_checks_answer_as_the_document_says(forms: Catalogue) -> None:
    rows = table("checks.md", "The checks, by worked examples")
    for row in rows:
        values = dict(values_of(row["typed in June"]))
        known = yardstick_of(row["what is known of the team"])
        refused = [why for each in checks.problems(values, forms, known).values() for why in each]
        found = checks.find(values, forms, known)
        answer = "refused" if refused else "wants a word" if found else "fine"
        said = " ".join([*refused, *(each.said for each in found)])
        assert (row["answer"], row["sentence"]) == (answer, said), row
        for each in found:
            assert each.check.code.split(".")[0] == row["check"]
    declared = {check.code.split(".")[0] for check in forms.checks}
    assert declared <= {row["check"] for row in rows if row["answer"] != "fine"}


# -- The clock ----------------------------------------------------------------------------------

CALENDARS = {"Nghị định 09/2019": DECREE_09, "statistics": STATISTICS}
LEVELS = {"teams": "team", "communes": "commune", "districts": "district", "province": "province"}


def shown(day: date, text: str) -> str:
    """A day as the document writes it: with its year where that is said."""
    return f"{day:%d/%m/%Y}" if text.count("/") == 2 else f"{day:%d/%m}"


def drawn(cast: Cast, by: Calendar, year: int, month: int, **given: Any) -> Period:
    return lay_out(tenant=cast.province, year=year, month=month, by=by, **given)


def test_months_are_as_the_clock_says(cast: Cast) -> None:
    for row in table("clock.md", "Months"):
        month, year = map(int, row["month"].split("/"))
        found = drawn(cast, CALENDARS[row["calendar"]], year, month)
        first, last = row["figures from – to"].split(",")[0].split(" – ")
        assert (shown(found.starts_on, first), shown(found.ends_on, last)) == (first, last)
        for head, level in LEVELS.items():
            due = getattr(found, f"{level}_due_on")
            assert shown(due, row[head]) == row[head], row


def test_deadlines_move_as_the_clock_says(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        days = working_days.of(cast.province)
    for row in table("clock.md", "Weekends and Tết"):
        level = LEVELS[row["deadline"].split(",")[0]]
        shifts = {"as counted": Shift.NONE, "later": Shift.LATER, "earlier": Shift.EARLIER}
        for head, shift in shifts.items():
            month = drawn(cast, replace(DECREE_09, shift=shift), 2024, 2, days=days)
            assert f"{getattr(month, f'{level}_due_on'):%d/%m}" == row[head], row


def test_spans_are_as_the_clock_says(cast: Cast) -> None:
    lengths = {"quarter": Length.QUARTER, "half-year": Length.HALF_YEAR, "year": Length.YEAR}
    for row in table("clock.md", "Quarters, half-years, the year"):
        name, which = row["span"].split()
        span = Span(2024, lengths[name], int(which.split("/")[0]) if "/" in which else 1)
        heads = [("by Nghị định 09/2019", "province by", DECREE_09)]
        heads += [("by statistics", "province by 4", STATISTICS)]
        for days, due, by in heads:
            found = window(span, {month: drawn(cast, by, 2024, month) for month in range(1, 13)})
            assert found is not None
            first, last = row[days].split(" – ")
            assert (shown(found.starts_on, first), shown(found.ends_on, last)) == (first, last)
            assert f"{found.province_due_on:%d/%m/%Y}" == row[due], row
