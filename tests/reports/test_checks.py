"""The checks on numbers alone: worked examples of each, at its boundary."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from reports import checks
from reports.catalogue import Catalogue
from reports.checks import Yardstick
from reports.figures import Values
from reports.models import Check
from units.errors import InvalidFigures


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def usual(*given: int | None, code: str = "residents_guided") -> Yardstick:
    """Months in which the figure was these; the newest first."""
    months: list[Values] = [{code: value} for value in given]
    return Yardstick(last=months[0] if months else {}, months=months)


def found(values: Values, forms: Catalogue, known: Yardstick) -> dict[str, list[str]]:
    return {each.check.code: each.figures for each in checks.find(values, forms, known)}


# -- Hard ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["members_trained", "team_members"])
@pytest.mark.parametrize(
    ("value", "size", "is_refused"),
    [
        (3, 3, False),
        (4, 3, True),
        (0, 3, False),
        (None, 3, False),
        # Nobody is registered: that says nothing of how many there are.
        (4, None, False),
    ],
)
def test_no_more_members_than_the_team_has(
    code: str, value: int | None, size: int | None, is_refused: bool, forms: Catalogue
) -> None:
    refused = checks.problems({code: value}, forms, Yardstick(size=size))
    said = "4 is more than the 3 people on the team's list on the last day of the month."
    assert refused == ({code: [said]} if is_refused else {})


def test_bounds_and_parts_come_through_the_same_door(forms: Catalogue) -> None:
    values: Values = {"adults": 5, "adults_paying": 6, "households": -1}
    assert list(checks.problems(values, forms, Yardstick())) == ["households", "adults_paying"]


# -- Soft ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "last", "is_found"),
    [
        ("adults_paying", 89, 90, True),
        ("adults_paying", 90, 90, False),
        ("adults_paying", 91, 90, False),
        ("adults_paying", 0, 1, True),
        ("adults_paying", None, 90, False),
        ("adults_paying", 89, None, False),
        # People move away, and whoever has changed to 4G is on 2G no more.
        ("adults", 89, 90, False),
        ("sim_2g_users_reached", 89, 90, False),
    ],
)
def test_what_only_grows_does_not_fall(
    code: str, value: int | None, last: int | None, is_found: bool, forms: Catalogue
) -> None:
    known = Yardstick(last={code: last})
    assert found({code: value}, forms, known) == ({f"fallen.{code}": [code]} if is_found else {})


def test_what_was_not_said_last_month_did_not_fall(forms: Catalogue) -> None:
    # Of the month before the last nothing is asked.
    known = Yardstick(last={}, months=[{"adults_paying": 90}])
    assert found({"adults_paying": 1}, forms, known) == {}


@pytest.mark.parametrize(
    ("value", "months", "is_found"),
    [
        (100, [10, 10, 10], True),
        (99, [10, 10, 10], False),
        # Below the floor nothing is usual.
        (50, [5, 5, 5], True),
        (49, [4, 4, 4], False),
        (50, [0, 0, 0], True),
        # Two months are no habit, and what does not apply is not known.
        (1000, [10, 10], False),
        (1000, [10, 10, None], False),
        (1000, [10, None, 10, 10], True),
        # One month out of the ordinary makes it no other habit; of two in the middle the lower.
        (100, [1000, 10, 10], True),
        (100, [10, 11, 10, 11], True),
        (None, [10, 10, 10], False),
    ],
)
def test_ten_times_the_usual(
    value: int | None, months: list[int | None], is_found: bool, forms: Catalogue
) -> None:
    expected = {"tenfold.residents_guided": ["residents_guided"]} if is_found else {}
    assert found({"residents_guided": value}, forms, usual(*months)) == expected


@pytest.mark.parametrize("code", ["service_accounts_created", "vneid_accounts_created"])
@pytest.mark.parametrize(
    ("accounts", "guided", "is_found"),
    [(13, 12, True), (12, 12, False), (1, 0, True), (13, None, False), (None, 12, False)],
)
def test_no_more_accounts_than_people_guided(
    code: str, accounts: int | None, guided: int | None, is_found: bool, forms: Catalogue
) -> None:
    values = {code: accounts, "residents_guided": guided}
    expected = {f"accounts.{code}": [code]} if is_found else {}
    assert found(values, forms, Yardstick()) == expected


FIVE = ["training_sessions", "residents_guided", "ocop_products", "households", "adults"]


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        (dict.fromkeys(FIVE, 7), True),
        (dict.fromkeys(FIVE, 0), True),
        (dict.fromkeys(FIVE[:4], 7), False),
        (dict.fromkeys(FIVE, 7) | {"residents": 8}, False),
        # What does not apply is not given.
        (dict.fromkeys(FIVE, 7) | {"residents": None}, True),
        (dict.fromkeys(FIVE[:4], 7) | {"residents": None}, False),
    ],
)
def test_all_the_same_number(values: Values, is_found: bool, forms: Catalogue) -> None:
    assert found(values, forms, Yardstick()) == ({"alike": FIVE} if is_found else {})


def months_of(*counts: int) -> Yardstick:
    """Months in which so many figures were given."""
    codes = [f"figure-{number}" for number in range(30)]
    return Yardstick(months=[dict.fromkeys(codes[:count], 1) for count in counts])


@pytest.mark.parametrize(
    ("given", "before", "is_found"),
    [
        (2, [12], True),
        (3, [12], False),
        (2, [8], False),
        (1, [8], True),
        (1, [7], False),
        # The usual is the lower of the two in the middle.
        (2, [4, 4, 30, 30], False),
        (2, [30, 30, 4], True),
        # Of a first month nobody knows how much is usual.
        (1, [], False),
        # An empty one is refused anyhow.
        (0, [30], False),
    ],
)
def test_almost_empty_month(
    given: int, before: list[int], is_found: bool, forms: Catalogue
) -> None:
    values = {code: number for number, code in enumerate(FIVE[:given])}
    assert found(values, forms, months_of(*before)) == (
        {"sparse": FIVE[:given]} if is_found else {}
    )


def test_almost_empty_month_that_does_not_apply_is_shown_at_its_first_figure(
    forms: Catalogue,
) -> None:
    (finding,) = checks.find({"adults": None}, forms, months_of(30))
    assert finding.figures == [forms.codes[0]]
    assert finding.said == "Figures given: 1 only; in the months before it was mostly 30."


@pytest.mark.parametrize(
    ("sent_back", "now", "is_found"),
    [
        ({"adults": 5}, {"adults": 5, "households": 7}, True),
        ({"adults": 5}, {"adults": 6}, False),
        ({"adults": 5}, {}, False),
        ({"adults": 5}, {"adults": None}, False),
        ({"adults": None}, {"adults": None}, True),
        ({"adults": checks.UNREPORTED}, {"households": 7}, True),
        ({"adults": checks.UNREPORTED}, {"adults": None}, False),
        ({"adults": checks.UNREPORTED}, {"adults": 0}, False),
        ({}, {"adults": 5}, False),
    ],
)
def test_figure_that_was_sent_back_and_is_as_it_was(
    sent_back: dict[str, Any], now: Values, is_found: bool, forms: Catalogue
) -> None:
    expected = {"untouched.adults": ["adults"]} if is_found else {}
    assert found(now, forms, Yardstick(returned=sent_back)) == expected


def test_finding_says_what_it_found_in_both_languages(forms: Catalogue) -> None:
    values: Values = {"residents_guided": 12000}
    (finding,) = checks.find(values, forms, usual(1038, 1000, 900))
    assert finding.check.title == "Ten times the usual (Residents guided)"
    said = "12,000 is ten times the usual or more: in the months before it was mostly 1,000."
    assert finding.said == said
    with translation.override("vi"):
        (finding,) = checks.find(values, forms, usual(1038, 1000, 900))
        assert finding.said == (
            "12.000 cao gấp mười lần mức bình thường của Tổ trở lên; "
            "các tháng trước thường là 1.000."
        )


def test_every_sentence_takes_two_numbers(forms: Catalogue) -> None:
    """But for that of a figure that is as it was: it may be none."""
    for check in [each for each in forms.checks if each.kind != Check.Kind.UNTOUCHED]:
        for sentence in (check.sentence_vi, check.sentence_en):
            assert sentence % {"value": "5", "other": "7"} != sentence


# -- Explained ----------------------------------------------------------------------------------

FELL: Values = {"adults_paying": 89, "adults": 100}
BEFORE = Yardstick(last={"adults_paying": 90})


def test_explanation_that_applies_is_kept_and_no_other(forms: Catalogue) -> None:
    said = {"fallen.adults_paying": "Chuyển đi", "alike": "thừa"}
    kept = checks.demand_explained(FELL, said, forms, BEFORE)
    assert kept == {"fallen.adults_paying": "Chuyển đi"}


def test_silence_is_refused_by_the_field_to_fill_in(forms: Catalogue) -> None:
    with pytest.raises(InvalidFigures) as refusal:
        checks.demand_explained(FELL, {"alike": "thừa"}, forms, BEFORE)
    title = "Below last month (Of them: with an electronic payment account)"
    assert refusal.value.message == f"This wants a word of explanation: {title}."
    said = "This figure only grows, but it fell from 90 last month to 89."
    assert refusal.value.errors == {"explain.fallen.adults_paying": [said]}


@pytest.mark.parametrize("word", ["x", ".", "1234567890", "ok"])
def test_letter_or_a_number_is_no_explanation(word: str, forms: Catalogue) -> None:
    with pytest.raises(InvalidFigures) as refusal:
        checks.demand_explained(FELL, {"fallen.adults_paying": word}, forms, BEFORE)
    (said,) = refusal.value.errors.values()
    assert said[1] == "Please explain in a few words: at least 8 characters."


def test_what_is_impossible_and_what_wants_a_word_are_told_together(forms: Catalogue) -> None:
    with pytest.raises(InvalidFigures) as refusal:
        checks.demand_explained(FELL | {"members_trained": 10**9}, {}, forms, BEFORE)
    assert set(refusal.value.errors) == {"members_trained", "explain.fallen.adults_paying"}


def test_what_is_impossible_cannot_be_explained(forms: Catalogue) -> None:
    said = {"fallen.adults_paying": "Chuyển đi"}
    with pytest.raises(InvalidFigures) as refusal:
        checks.demand_explained(FELL | {"adults": 5}, said, forms, BEFORE)
    assert list(refusal.value.errors) == ["adults_paying"]


@pytest.mark.parametrize(
    ("code", "text", "fits"),
    [
        ("alike", "x" * 300, True),
        ("alike", "x" * 301, False),
        ("team.team_members", "vì sao", False),
        ("nothing", "vì sao", False),
    ],
)
def test_explanation_is_short_and_of_a_soft_check(
    code: str, text: str, fits: bool, forms: Catalogue
) -> None:
    if fits:
        checks.demand_fitting({code: text}, forms)
        return
    with pytest.raises(InvalidFigures) as refusal:
        checks.demand_fitting({code: text}, forms)
    assert list(refusal.value.errors) == [f"explain.{code}"]
