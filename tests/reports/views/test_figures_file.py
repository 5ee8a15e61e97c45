"""The grid of a month as a file: taken out, filled in, and brought back."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from reports.models import Period, Report, Status
from reports.periods import DECREE_09, lay_out, open_period
from teams.models import Batch
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import in_english, read
from tests.reports import sheets
from tests.teams import bringing
from tests.teams.bringing import worked


def address(cast: Cast, month: str = "2024-06", unit: str = "06691") -> str:
    return f"/months/{month}/units/{cast.units[unit].pk}/file/"


def taken_out(cast: Cast, client: Client, **of: str) -> Workbook:
    return load_workbook(BytesIO(client.get(f"{address(cast, **of)}template/").content))


def send(client: Client, where: str, content: bytes) -> Any:
    return client.post(where, {"file": SimpleUploadedFile("Số liệu.xlsx", content)})


def content_of(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def column(book: Workbook, label: str) -> int:
    """Which column has a heading that begins so, counted from 1."""
    (found,) = [each.column for each in book.worksheets[0][3] if each.value.startswith(label)]
    return found


def test_workbook_holds_what_is_stored_and_says_what_fits(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report_in(Status.DRAFT, team="hg-1a", values={"adults": 1038, "residents": None})
    report_in(Status.SUBMITTED, team="hg-2", values={"adults": 0})
    book = taken_out(cast, in_english(client_of(cast.officer)))
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "Số liệu tháng 06/2024 · Phường Hồng Gai"
    adults, residents = column(book, "Người dân trưởng thành"), column(book, "Người dân trên")
    assert [[row[0].value, row[1].value, row[adults - 1].value, row[residents - 1].value]
            for row in sheet.iter_rows(min_row=4)] == [
        [cast.teams["hg-1a"].pk, "Tổ hg-1a", 1038, "x"],
        [cast.teams["hg-1b"].pk, "Tổ hg-1b", None, None],
        [cast.teams["hg-2"].pk, "Tổ hg-2", 0, None],
    ]  # fmt: skip
    letter = sheet.cell(4, adults).column_letter
    (rule,) = [each for each in sheet.data_validations.dataValidation if f"{letter}4" in each.sqref]
    assert ("<=100000" in rule.formula1, "100.000" in rule.prompt) == (True, True)
    assert sheet.freeze_panes == "C4"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_workbook_comes_back_filled_in(
    language: str, cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    """As it was taken out it changes nothing; filled in it is in the grid, as drafts."""
    report_in(Status.DRAFT, team="hg-1a", values={"adults": 1038, "residents": None})
    report_in(Status.SUBMITTED, team="hg-2", values={"adults": 0})
    client = client_of(cast.officer)
    client = in_english(client) if language == "en" else client
    book = taken_out(cast, client)
    assert send(client, address(cast), content_of(book)).status_code == 302
    with enter(cast.officer):
        same = worked(Batch.objects.get())
        assert (same.said, same.counts) == ("", {"unchanged": 3})
        assert list(same.rows.exclude(problems=[])) == []
    adults = column(book, "Người dân trưởng thành")
    book.worksheets[0].cell(4, adults).value = 2000
    book.worksheets[0].cell(5, adults).value = "x"
    sent = send(client, address(cast), content_of(book))
    with enter(cast.officer):
        batch = worked(Batch.objects.latest("pk"))
        assert sent["Location"] == f"/imports/{batch.pk}/"
        assert (batch.effective_on, batch.unit) == (cast.june.ends_on, cast.units["06691"])
    page = read(client.get(f"/imports/{batch.pk}/"))
    # Figures are of a month, and in effect from no day.
    assert f"{cast.june.ends_on:%d/%m/%Y}" not in page.one("main").text
    assert [each.attributes["href"] for each in page.one("main").all("a")[:2]] == [
        address(cast), address(cast).replace("/file/", "/grid/")
    ]  # fmt: skip
    assert ("06/2024" in page.text, "2.000" in page.text.replace(",", ".")) == (True, True)
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        assert worked(batch).state == Batch.State.COMMITTED
    grid = read(client.get(f"/months/2024-06/units/{cast.units['06691'].pk}/grid/"))
    held = [
        each.attributes["value"]
        for each in grid.all("input")
        if each.attributes.get("data-field") == "adults"
    ]
    assert held == ["2000", "x"]
    assert f"/imports/{batch.pk}/" in client.get(address(cast)).content.decode()


def test_leader_takes_out_the_own_team_alone(cast: Cast, client_of: SignIn) -> None:
    sheet = taken_out(cast, client_of(cast.leader), unit="hg-1").worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=4)] == ["Tổ hg-1a"]


def test_leader_sees_the_own_imports_alone(
    cast: Cast, client_of: SignIn, enter: Enter, tmp_path: Path
) -> None:
    """The officer's file of the same hamlet tells of the other team there."""
    path = sheets.save(tmp_path, [cast.teams["hg-1b"].pk, "Tổ hg-1b", 5, 4])
    with enter(cast.officer):
        theirs = sheets.bring(path, cast.officer, cast, "hg-1")
    with enter(cast.leader):
        own = sheets.bring(path, cast.leader, cast, "hg-1")
    client = client_of(cast.leader)
    pages = [client.get(f"/imports/{each.pk}/").status_code for each in (own, theirs)]
    assert pages == [200, 403]
    for listed in ("/imports/", address(cast, unit="hg-1")):
        text = client.get(listed).content.decode()
        assert (f"/imports/{own.pk}/" in text, f"/imports/{theirs.pk}/" in text) == (True, False)


def test_what_looks_wrong_leads_to_the_form_where_it_is_explained(
    cast: Cast, client_of: SignIn, enter: Enter, tmp_path: Path
) -> None:
    team = cast.teams["hg-1a"]
    heads = [*sheets.HEADS[:2], "Số người dân được hướng dẫn", "Số tài khoản VNeID được tạo"]
    rows = [[team.pk, team.name, 2, 3], [cast.teams["hg-2"].pk, "Tổ hg-2", 3, 3]]
    with enter(cast.officer):
        batch = sheets.bring(sheets.save(tmp_path, *rows, heads=heads), cast.officer, cast)
    page = read(client_of(cast.officer).get(f"/imports/{batch.pk}/?outcome=doubtful"))
    (row,) = page.all("tbody")[0].all("tr")
    assert row.one("th").text == team.name
    link = row.one("li", class_="field-doubt").one("a").attributes["href"]
    assert link == f"/months/2024-06/teams/{team.pk}/#f-vneid_accounts_created"


@pytest.mark.parametrize(("who", "unit"), [("leader", "hg-1"), ("officer", "06691")])
def test_form_leads_to_the_file_of_whoever_may_bring_one(
    who: str, unit: str, cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    client = client_of(getattr(cast, who))
    form = f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    assert f'href="{address(cast, unit=unit)}"' in client.get(form).content.decode()
    report_in(Status.SUBMITTED, team="hg-1a")
    assert "/file/" not in client.get(form).content.decode()


def test_file_that_is_none_is_refused_on_the_page(cast: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(cast.officer))
    told = send(client, address(cast), b"nothing")
    assert (told.status_code, read(told).all("p", class_="field-error") != []) == (422, True)
    assert client.post(address(cast)).status_code == 422


def test_file_of_june_is_refused_for_july(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
        july.save()
        open_period(period=july, actor=cast.admin)
    client = client_of(cast.officer)
    content = content_of(taken_out(cast, client))
    assert send(client, address(cast, "2024-07"), content).status_code == 302
    with enter(cast.officer):
        batch = worked(Batch.objects.get())
        assert batch.state == Batch.State.FAILED
        assert ("06/2024" in batch.said, "07/2024" in batch.said) == (True, True)
        assert not Report.objects.exists()


def test_closed_month_takes_no_file(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09).save()
        assert not Period.objects.get(month=5).is_open
    client = in_english(client_of(cast.officer))
    page = client.get(address(cast, "2024-05"))
    assert ("is not opened yet" in read(page).text, read(page).all("input", type="file")) == (
        True, []
    )  # fmt: skip
    assert send(client, address(cast, "2024-05"), b"x").status_code == 409
