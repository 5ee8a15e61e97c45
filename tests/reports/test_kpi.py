"""The arithmetic of rates, by the figures that the source documents print."""

import csv
from decimal import Decimal

import pytest
from django.conf import settings

from reports.kpi import Rate, percent, reaches, rounded, total

PRINTED = [
    # Quảng Ninh, 1/1 to 15/7/2022: the three residence services.
    (5_590, 53_457, "10.46"),
    (1_065, 7_112, "14.97"),
    (47_308, 47_723, "99.13"),
    # July 2022: civil status and judicial records.
    (1_391, 1_888, "73.68"),
    (509, 677, "75.18"),
    (407, 569, "71.53"),
    (760, 1_187, "64.03"),
    (676, 676, "100.00"),
    (4_648, 5_927, "78.42"),
    (626, 1_300, "48.15"),
    (8, 11, "72.73"),
    (15_102, 15_190, "99.42"),
    # OCOP on platforms: Quảng Ninh 2022, Hải Dương 2023.
    (179, 267, "67.04"),
    (111, 220, "50.45"),
    # Quảng Điền 2022, where 27% was printed, and 4.1%.
    (2_067, 7_945, "26.02"),
    (492, 12_103, "4.07"),
    # Teams divided by hamlets, which is no coverage.
    (1_462, 1_452, "100.69"),
    (177, 177, "100.00"),
    (0, 220, "0.00"),
]
RESIDENCE = [Rate(5_590, 53_457), Rate(1_065, 7_112), Rate(47_308, 47_723)]
JUSTICE = [Rate(1_391, 1_888), Rate(509, 677), Rate(407, 569), Rate(760, 1_187)]
# OCOP products of the districts of Hải Dương, on platforms and in all; blanks are blanks.
OCOP = [
    Rate(on, of)
    for on, of in [
        (9, 14), (5, 7), (7, 17), (9, 11), (23, 23), (None, None),
        (23, 58), (20, 31), (2, 5), (None, 15), (None, 14), (13, 25),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("numerator", "denominator", "printed"), PRINTED)
def test_percent_is_what_the_documents_print(
    numerator: int, denominator: int, printed: str
) -> None:
    assert str(rounded(Rate(numerator, denominator).percent)) == printed


def test_percent_agrees_with_every_line_of_the_report_of_2022() -> None:
    path = settings.FIXTURE_ROOT / "reports" / "quang-ninh-2022-services.csv"
    with path.open(encoding="utf-8") as file:
        lines = [row for row in csv.DictReader(file) if row["printed_percent"]]
    assert len(lines) == 12
    for line in lines:
        value = percent(int(line["numerator"]), int(line["denominator"]))
        assert rounded(value) == Decimal(line["printed_percent"].replace(",", ".")), line


@pytest.mark.parametrize(
    ("rates", "whole", "printed"),
    [
        (RESIDENCE, Rate(53_963, 108_292), "49.83"),
        (JUSTICE, Rate(3_067, 4_321), "70.98"),
        # 111/191: a district that did not say how many are on platforms is not in either part.
        (OCOP, Rate(111, 191), "58.12"),
        ([Rate(0, 0), Rate(1, 2)], Rate(1, 2), "50.00"),
    ],
)
def test_total_adds_part_by_part(rates: list[Rate], whole: Rate, printed: str) -> None:
    assert total(rates) == whole
    assert str(rounded(whole.percent)) == printed


def test_total_is_not_the_mean_of_percentages() -> None:
    mean = sum(rate.percent for rate in RESIDENCE) / 3
    assert str(rounded(mean)) == "41.52"
    assert rounded(total(RESIDENCE).percent) != rounded(mean)


@pytest.mark.parametrize("rates", [[], [Rate(None, 5)], [Rate(5, None), Rate(None, None)]])
def test_total_of_nothing_known_is_unknown(rates: list[Rate]) -> None:
    assert total(rates) == Rate(None, None)


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(None, 5), (5, None), (None, None), (0, 0), (5, 0)]
)
def test_percent_cannot_be_judged_without_both_parts(
    numerator: int | None, denominator: int | None
) -> None:
    assert percent(numerator, denominator) is None
    assert reaches(Rate(numerator, denominator), Decimal(90)) is None


def test_percent_of_none_guided_is_zero() -> None:
    assert percent(0, 220) == 0
    assert percent(0, 220) is not None


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("49.825", 2, "49.83"),
        ("49.8249999", 2, "49.82"),
        ("0.005", 2, "0.01"),
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("99.995", 2, "100.00"),
        ("100", 2, "100.00"),
    ],
)
def test_rounded_takes_halves_up(value: str, places: int, shown: str) -> None:
    assert str(rounded(Decimal(value), places)) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "met"),
    [
        (9, 10, "90", True),
        (89_999, 100_000, "90", False),
        # Shown as 90,00 and 100,00, and yet not reached.
        (89_996, 100_000, "90", False),
        (99_999, 100_000, "100", False),
        (53_457, 53_457, "100", True),
        (1, 3, "33.33", True),
        (1, 3, "33.34", False),
        (0, 10, "0.01", False),
    ],
)
def test_target_is_reached_by_the_exact_rate(
    numerator: int, denominator: int, target: str, met: bool
) -> None:
    assert reaches(Rate(numerator, denominator), Decimal(target)) is met
