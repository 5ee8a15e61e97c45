"""Figures as people type them, and the checks that every door makes."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reports import figures
from reports.catalogue import Catalogue
from reports.figures import NotAFigure, check, demand_valid, parse, read
from units.errors import InvalidFigures

NEGATIVE = "A figure cannot be negative."
FRACTION = "Only whole numbers count here: write 1,038 or 1038, without decimals."
NO_NUMBER = "This is not a number: write digits only, such as 1,038 or 1038."


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


# -- Typed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("7", 7),
        ("01", 1),
        ("000", 0),
        ("52779", 52779),
        ("2015", 2015),
        ("1.038", 1038),
        ("1 038", 1038),
        ("1\u00a0038", 1038),
        ("1\u202f038", 1038),
        ("1'038", 1038),
        ("12.345.678", 12345678),
        ("  47.308\t", 47308),
    ],
)
def test_parse_reads_a_number_as_vietnamese_type_it(typed: str, value: int) -> None:
    with translation.override("vi"):
        assert parse(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("52779", 52779),
        ("1,038", 1038),
        ("1 038", 1038),
        ("1'038", 1038),
        ("12,345,678", 12345678),
        ("  47,308\t", 47308),
    ],
)
def test_parse_reads_a_number_as_the_english_page_writes_it(typed: str, value: int) -> None:
    assert parse(typed) == value


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        # A thousand in Vietnamese, and one point zero three eight in English.
        ("1.038", FRACTION),
        ("12.345.678", NO_NUMBER),
        ("1,038.5", FRACTION),
        ("1.5", FRACTION),
        ("1,5", FRACTION),
        ("1,0380", FRACTION),
        ("0,125", FRACTION),
        ("1,038 500", NO_NUMBER),
        ("-1,038", NEGATIVE),
    ],
)
def test_parse_refuses_on_an_english_page(typed: str, reason: str) -> None:
    with pytest.raises(NotAFigure) as refusal:
        parse(typed)
    assert str(refusal.value) == reason


@given(st.integers(min_value=0, max_value=2_147_483_647), st.sampled_from(["vi", "en"]))
def test_parse_never_reads_what_the_other_language_writes_as_another_number(
    value: int, language: str
) -> None:
    with translation.override(language):
        written = figures._number(value)
    for reader in ("vi", "en"):
        with translation.override(reader):
            try:
                assert parse(written) == value
            except NotAFigure:
                assert reader != language
                assert value >= 1000


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-5", NEGATIVE),
        ("- 1.038", NEGATIVE),
        ("−5", NEGATIVE),
        ("–1,5", NEGATIVE),
        ("1,5", FRACTION),
        ("4.1", FRACTION),
        ("1,038", FRACTION),
        ("1.0380", FRACTION),
        ("1.03", FRACTION),
        ("1.038,5", FRACTION),
        # Three digits after the dot, and no thousands: an eighth, read by a spreadsheet.
        ("0.125", FRACTION),
        ("", NO_NUMBER),
        ("-", NO_NUMBER),
        ("–.,", NO_NUMBER),
        ("12 người", NO_NUMBER),
        ("hơn 316.000", NO_NUMBER),
        ("4,1%", NO_NUMBER),
        ("08/11", NO_NUMBER),
        ("1e3", NO_NUMBER),
        ("+5", NO_NUMBER),
        ("0x10", NO_NUMBER),
        ("5\u0301", NO_NUMBER),
        ("5²", NO_NUMBER),
        ("１０３８", NO_NUMBER),
        ("１.０３８", NO_NUMBER),
        ("٣", NO_NUMBER),
        # Two figures in one field, as a row of the appendix of 2023 has them.
        ("14 1.038", FRACTION),
        ("1.038 500", NO_NUMBER),
        ("1038 500", NO_NUMBER),
    ],
)
def test_parse_refuses_with_the_reason(typed: str, reason: str) -> None:
    for form in ("NFC", "NFD"):
        with translation.override("vi"), pytest.raises(NotAFigure) as refusal:
            parse(unicodedata.normalize(form, typed))
        with translation.override("vi"):
            assert str(refusal.value) == translation.gettext(reason)


@given(st.integers(min_value=0, max_value=2_147_483_647))
def test_parse_reads_digits_alone_in_every_language(value: int) -> None:
    for language in ("vi", "en"):
        with translation.override(language):
            assert parse(str(value)) == value


@given(st.text(max_size=20))
def test_parse_reads_or_refuses_any_text(text: str) -> None:
    try:
        value, reason = parse(text), None
    except NotAFigure as refusal:
        value, reason = 0, str(refusal)
    assert value >= 0
    assert reason in {None, NEGATIVE, FRACTION, NO_NUMBER}


@pytest.mark.parametrize("length", [30, 5_000])
def test_parse_reads_a_flood_of_digits_as_far_above_any_bound(
    length: int, forms: Catalogue
) -> None:
    value = parse("9" * length)
    assert value > max(indicator.maximum for indicator in forms.indicators)
    assert parse("0" * length + "12") == 12


def test_read_keeps_missing_not_applicable_and_zero_apart(forms: Catalogue) -> None:
    typed = {
        "training_sessions": "0",
        "members_trained": "",
        "residents_guided": "x",
        "ocop_products": " X ",
        "households": "\u00a0",
        "adults": "1,038",
        "nothing_of_this_form": "5",
    }
    values, errors = read(typed, forms)
    assert values == {
        "training_sessions": 0,
        "residents_guided": None,
        "ocop_products": None,
        "adults": 1038,
    }
    assert errors == {}


def test_read_names_each_refusal_and_keeps_the_rest(forms: Catalogue) -> None:
    values, errors = read(
        {"adults": "1,5", "households": "-5", "residents": "nhiều", "zalo_followers": "12"}, forms
    )
    assert values == {"zalo_followers": 12}
    assert errors == {"adults": [FRACTION], "households": [NEGATIVE], "residents": [NO_NUMBER]}


# -- Checked ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"training_sessions": 0},
        {"training_sessions": 200},
        {"training_sessions": None},
        {"ocop_products": 14, "ocop_products_listed": 14},
        {"ocop_products": 0, "ocop_products_listed": 0},
        # A part whose whole is not known cannot be compared.
        {"ocop_products_listed": 9},
        {"ocop_products": None, "ocop_products_listed": 9},
        {"ocop_products": 0, "ocop_products_listed": None},
    ],
)
def test_check_accepts(values: dict[str, int | None], forms: Catalogue) -> None:
    assert check(values, forms) == {}
    demand_valid(values, forms)


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"training_sessions": -1}, {"training_sessions": [NEGATIVE]}),
        (
            {"training_sessions": 201},
            {"training_sessions": ["At most 200 can be reported here. Please check the figure."]},
        ),
        ({"adults": 1.0}, {"adults": [FRACTION]}),
        ({"adults": "5"}, {"adults": [FRACTION]}),
        ({"adults": True}, {"adults": [FRACTION]}),
        ({"adults": []}, {"adults": [FRACTION]}),
        (
            {"ocop_products": 14, "ocop_products_listed": 1_500},
            {"ocop_products_listed": ["1,500 is more than the 14 of “Local OCOP products”."]},
        ),
        # Two parts of one whole, each refused beside its own field.
        (
            {"households": 0, "households_trading": 1, "households_young_payer": 2},
            {
                "households_trading": [
                    "1 is more than the 0 of “Households and household businesses”."
                ],
                "households_young_payer": [
                    "2 is more than the 0 of “Households and household businesses”."
                ],
            },
        ),
        # A refused whole says nothing about its part.
        ({"ocop_products": -1, "ocop_products_listed": 9}, {"ocop_products": [NEGATIVE]}),
    ],
)
def test_check_refuses_with_the_reason(
    values: dict[str, Any], errors: dict[str, list[str]], forms: Catalogue
) -> None:
    assert check(values, forms) == errors
    with pytest.raises(InvalidFigures) as refusal:
        demand_valid(values, forms)
    assert refusal.value.errors == errors


def test_check_refuses_a_code_that_the_form_does_not_have(forms: Catalogue) -> None:
    with pytest.raises(InvalidFigures) as refusal:
        check({"adults": 5, "zz": 1, "aa": None}, forms)
    assert refusal.value.message == "The form has no such figure: aa, zz."
    assert refusal.value.errors == {
        "aa": ["Not a figure of this form."],
        "zz": ["Not a figure of this form."],
    }


def test_check_refuses_every_part_above_its_whole(forms: Catalogue) -> None:
    assert len(forms.ratios) == 10
    for ratio in forms.ratios:
        part, whole = ratio.numerator.code, ratio.denominator.code
        assert check({part: 3, whole: 3}, forms) == {}
        assert list(check({part: 3, whole: 2}, forms)) == [part]
