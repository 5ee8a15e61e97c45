"""The picker of months, which stands on every page of a month."""

from reports.periods import DECREE_09, lay_out
from tests.cast import Enter
from tests.pages import read
from tests.reports.views.desk import Desk


def test_month_picker_leads_to_the_same_page_of_the_other_month(leader: Desk, enter: Enter) -> None:
    cast = leader.cast
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09).save()
    options = leader.look().one("select", name="to").all("option")
    assert [each.attributes["value"] for each in options] == ["2024-06", "2024-05"]
    response = leader.client.get(leader.address + "?to=2024-05")
    assert response["Location"] == leader.address.replace("2024-06", "2024-05")
    for wrong in ("2024-13", "x", "//evil.example", "2024-05/../..", "2024-05\n", "\x00", ""):
        assert leader.client.get(leader.address, {"to": wrong}).status_code == 200


def test_month_picker_shows_a_month_that_is_not_open_yet(leader: Desk, enter: Enter) -> None:
    cast = leader.cast
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09).save()
    page = read(leader.client.get(leader.address.replace("2024-06", "2024-07")))
    options = page.one("select", name="to").all("option")
    assert [(each.attributes["value"], "selected" in each.attributes) for each in options] == [
        ("2024-07", True),
        ("2024-06", False),
    ]
