"""Entering a report field by field, alone and at once with others."""

from collections.abc import Callable
from typing import Any

import pytest

from reports import entry, workflow
from reports.catalogue import Catalogue
from reports.entry import Answer, State, Typed
from reports.models import Report, Status
from tests.cast import AtOnce, Cast, Enter
from units.errors import InvalidFigures, NotAllowed, NotPossibleNow

Type = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def type_in(cast: Cast, forms: Catalogue, enter: Enter) -> Type:
    """`type_in(adults="5")` types into the June form of hg-1a as the leader, `seen` being what the
    page said before; {the field's name: (state, value)}."""

    def send(
        actor: Any = cast.leader, team: str = "hg-1a", seen: str = "", **fields: str
    ) -> dict[str, tuple[str, str]]:
        with enter(actor):
            entered = entry.enter(
                team=cast.teams[team],
                period=cast.june,
                typed={name: Typed(text, seen) for name, text in fields.items()},
                actor=actor,
            )
        return {name: (each.state, each.value) for name, each in entered.answers.items()}

    return send


@pytest.fixture
def stored(cast: Cast, enter: Enter) -> Callable[[], Report]:
    def look() -> Report:
        with enter(cast.leader):
            return Report.objects.select_related("updated_by").get()

    return look


def test_first_field_makes_the_report_and_others_follow(
    type_in: Type, stored: Callable[[], Report], cast: Cast
) -> None:
    assert type_in(adults="1.038") == {"adults": ("saved", "1038")}
    assert type_in(households="0", residents=" X ", difficulties="Sóng  yếu") == {
        "households": ("saved", "0"), "residents": ("saved", "x"),
        "difficulties": ("saved", "Sóng yếu"),
    }  # fmt: skip
    report = stored()
    assert report.values == {"adults": 1038, "households": 0, "residents": None}
    assert (report.difficulties, report.version, report.status) == ("Sóng yếu", 2, Status.DRAFT)
    assert report.updated_by == cast.leader


def test_nothing_makes_no_report(type_in: Type, cast: Cast, enter: Enter) -> None:
    assert type_in(adults="", proposals=" ") == {
        "adults": ("saved", ""), "proposals": ("saved", "")
    }  # fmt: skip
    with enter(cast.leader):
        assert not Report.objects.exists()


def test_blank_takes_a_figure_away(type_in: Type, stored: Callable[[], Report]) -> None:
    type_in(adults="5", households="7")
    assert type_in(adults="", seen="5") == {"adults": ("saved", "")}
    assert stored().values == {"households": 7}


def test_field_sent_twice_is_stored_once(type_in: Type, stored: Callable[[], Report]) -> None:
    type_in(adults="5")
    assert type_in(adults="5") == {"adults": ("saved", "5")}
    assert stored().version == 1


def test_what_is_no_figure_is_refused_and_the_others_are_stored(
    type_in: Type, stored: Callable[[], Report]
) -> None:
    assert type_in(adults="-3", households="1,5", residents="12", ocop_products="10001") == {
        "adults": ("invalid", ""), "households": ("invalid", ""), "residents": ("saved", "12"),
        "ocop_products": ("invalid", ""),
    }  # fmt: skip
    assert stored().values == {"residents": 12}


def test_refusal_says_why_and_leaves_what_stood(cast: Cast, type_in: Type, enter: Enter) -> None:
    type_in(adults="5")
    with enter(cast.leader):
        entered = entry.enter(
            team=cast.teams["hg-1a"], period=cast.june, actor=cast.leader,
            typed={"adults": Typed("năm", "5"), "proposals": Typed("x" * 2001)},
        )  # fmt: skip
    why = ["Đây không phải là số: chỉ viết chữ số, ví dụ 1.038 hoặc 1038."]
    assert entered.answers["adults"] == Answer(State.INVALID, "5", why)
    assert entered.answers["proposals"].state == State.INVALID


def test_part_above_its_whole_is_stored_and_told(cast: Cast, type_in: Type, enter: Enter) -> None:
    """Whoever types the part before the whole has not made a mistake yet."""
    assert type_in(adults="5", adults_paying="9") == {
        "adults": ("saved", "5"), "adults_paying": ("saved", "9")
    }  # fmt: skip
    with enter(cast.leader):
        report = Report.objects.get()
        with pytest.raises(InvalidFigures):
            workflow.apply(report, "submit", actor=cast.leader, version=report.version)


def test_field_that_somebody_changed_meanwhile_is_not_overwritten(
    type_in: Type, stored: Callable[[], Report], cast: Cast, enter: Enter
) -> None:
    type_in(adults="5", households="2")
    assert type_in(cast.officer, adults="6", seen="5") == {"adults": ("saved", "6")}
    type_in(cast.officer, residents="1")
    with enter(cast.leader):
        entered = entry.enter(
            team=cast.teams["hg-1a"], period=cast.june, actor=cast.leader,
            typed={"adults": Typed("7", "5"), "households": Typed("3", "2")},
        )  # fmt: skip
        theirs = entered.answers["adults"]
        # Not the one who saved last, but the one who gave this figure.
        given = entered.report.events.get(version=2)
    assert (theirs.state, theirs.value, theirs.by) == (State.CONFLICT, "6", cast.officer)
    assert theirs.at == given.updated_at
    assert entered.answers["households"].state == State.SAVED
    assert stored().values == {"adults": 6, "households": 3, "residents": 1}
    # Having seen theirs, the person decides.
    assert type_in(adults="7", seen="6") == {"adults": ("saved", "7")}


@pytest.mark.parametrize("who", ["staff", "neighbour", "stranger"])
def test_nobody_else_enters(who: str, type_in: Type, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        type_in(getattr(cast, who), adults="5")


def test_unknown_field_is_refused(type_in: Type) -> None:
    with pytest.raises(InvalidFigures):
        type_in(nonsense="5")


def test_report_that_is_handed_in_takes_no_figure(type_in: Type, cast: Cast, enter: Enter) -> None:
    type_in(adults="5")
    with enter(cast.leader):
        report = Report.objects.get()
        workflow.apply(report, "submit", actor=cast.leader, version=report.version)
    with pytest.raises(NotPossibleNow):
        type_in(adults="6", seen="5")


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_share_one_report(
    type_in: Type, stored: Callable[[], Report], cast: Cast, at_once: AtOnce
) -> None:
    told = at_once(
        lambda: type_in(adults="5"),
        lambda: type_in(cast.officer, households="7"),
        lambda: type_in(cast.officer, residents="9"),
    )
    assert told == [
        {"adults": ("saved", "5")}, {"households": ("saved", "7")}, {"residents": ("saved", "9")}
    ]  # fmt: skip
    assert stored().values == {"adults": 5, "households": 7, "residents": 9}
