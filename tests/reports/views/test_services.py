"""The public services of a province, each with the period and the definition of its own."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from cnscd_portal.demo import services
from reports.models import PublicService, ServiceFigure
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read


@pytest.fixture
def printed(cast: Cast, enter: Enter) -> Cast:
    """What Quảng Ninh printed of 2022."""
    with enter(cast.admin):
        services.record(cast.province, cast.units["22"])
    return cast


def address(cast: Cast, code: str = "22") -> str:
    return f"/overview/{cast.units[code].pk}/services/"


def line(page: Node, number: str) -> list[str]:
    (row,) = [row for row in page.rows() if row[0] == number]
    return row


def sums(page: Node) -> list[list[str]]:
    return [
        [cell.text for cell in row.all("th") + row.all("td")]
        for row in page.all("tr", class_="family-sum")
    ]


def test_services_show_what_was_printed(printed: Cast, client_of: SignIn) -> None:
    page = read(client_of(printed.staff).get(address(printed)))
    assert line(page, "6")[5:7] == ["47.308/47.723", "99,13%"]
    assert line(page, "6")[3] == "01/01/2022 – 15/07/2022"
    assert line(page, "3")[5:7] == ["5.590/53.457", "10,46%"]
    assert line(page, "12")[3] == "01/07/2022 – 31/07/2022"
    # A plain count has no whole to be a part of.
    assert line(page, "2")[5:7] == ["96", "–"]
    numbers = [row[0] for row in page.rows() if row[0].isdigit()]
    assert numbers == [str(number) for number in range(1, 26)]


def test_residence_services_are_added_up_part_by_part(printed: Cast, client_of: SignIn) -> None:
    page = read(client_of(printed.staff).get(address(printed)))
    (residence,) = [each for each in sums(page) if "53.963/108.292" in each]
    assert "49,83%" in residence
    assert "41,52%" not in page.text


def test_services_of_different_periods_are_not_added_up(
    printed: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(printed.admin):
        lodging = ServiceFigure.objects.get(service__number=6)
        lodging.period = DateRange(date(2022, 1, 1), date(2022, 8, 1))
        lodging.save()
    page = read(client_of(printed.staff).get(address(printed)))
    assert line(page, "6")[5:7] == ["47.308/47.723", "99,13%"]
    assert "53.963/108.292" not in page.text
    # Nor the two that still share a period: a family is added up whole, or not at all.
    assert "6.655/60.569" not in page.text


def test_services_of_different_definitions_are_not_added_up(
    printed: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(printed.admin):
        ServiceFigure.objects.filter(service__number=6).update(measure="on_time")
    page = read(client_of(printed.staff).get(address(printed)))
    assert "53.963/108.292" not in page.text


def test_services_of_a_province_that_reported_none_are_named(
    printed: Cast, client_of: SignIn
) -> None:
    page = read(in_english(client_of(printed.stranger)).get(address(printed, "30")))
    assert len([row for row in page.rows() if row[-1] == "no figures yet"]) == 25
    assert sums(page) == []


def test_services_are_reached_from_the_overview_of_a_province_alone(
    printed: Cast, client_of: SignIn
) -> None:
    client = client_of(printed.national)
    for code, there in (("22", True), ("30", True), ("00", False), ("193", False)):
        page = read(client.get(f"/overview/2024-06/{printed.units[code].pk}/"))
        assert (address(printed, code) in page.links) == there
        assert client.get(address(printed, code)).status_code == (200 if there else 404)


def test_services_show_the_latest_figure(printed: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(printed.admin):
        ServiceFigure.objects.create(
            tenant=printed.province,
            unit=printed.units["22"],
            service=PublicService.objects.get(number=6),
            measure="online",
            period=DateRange(date(2023, 1, 1), date(2023, 2, 1)),
            numerator=1,
            denominator=2,
        )
    page = read(client_of(printed.staff).get(address(printed)))
    assert line(page, "6")[5:7] == ["1/2", "50,00%"]
