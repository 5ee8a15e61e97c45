"""The pages of consolidated tables: what they show, and who gives reasons and signs them off."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from reports import declared_reasons, rollup
from reports.models import Declaration, DeclaredReason, Status
from reports.spans import Length
from reports.workbooks import DECLARED_MONTH, DECLARED_SPANS
from teams import batches
from teams.models import Batch
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.merging import again, merge
from tests.pages import Node, in_english, read
from tests.reports import declaring
from tests.reports.declaring import SMALL
from tests.reports.second import second_admin
from tests.teams import bringing

SUMS = ["522", "5,019", "316,105", "198,149", "564,954", "220", "111"]
PRINTED = ["522", "5,019", "308,760", "187,889", "559,591", "181", "98"]
GAPS = ["0", "0", "−7,345", "−10,260", "−5,363", "−39", "−13"]
LEFT_OUT = (
    "The printed total leaves out Thanh Hà, Kinh môn: without them, every column adds up to it."
)


@pytest.fixture
def declaration(cast: Cast, enter: Enter, tmp_path: Path) -> Declaration:
    """The appendix of Hải Dương."""
    declaring.plant_districts(cast)
    with enter(cast.stranger):
        path = declaring.save(tmp_path, declaring.appendix())
        return declaring.declare(path, cast.stranger, cast)


@pytest.fixture
def in_june(cast: Cast, enter: Enter, tmp_path: Path) -> Declaration:
    """A small table of Quảng Ninh, of June."""
    with enter(cast.admin):
        return declaring.declare(
            declaring.save(tmp_path, SMALL), cast.admin, cast, "22", subject=DECLARED_MONTH,
            effective_on=cast.june.ends_on,
        )  # fmt: skip


@pytest.fixture
def client(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.stranger))


def test_tables_of_a_former_province_are_listed_where_it_is_now(
    declaration: Declaration, cast: Cast, client_of: SignIn
) -> None:
    merge(cast)
    admin = client_of(again(cast.admin))
    page = read(admin.get(f"/overview/{cast.units['22'].pk}/declared/"))
    assert address(declaration) in page.links
    assert "Tỉnh Hải Dương" in page.one("table").text
    # The months before have a page there, too.
    page = read(admin.get(f"/overview/2024-05/{cast.units['22'].pk}/"))
    assert f"/overview/2024-05/{cast.units['30'].pk}/" in page.links


def address(declaration: Declaration) -> str:
    return f"/overview/declared/{declaration.pk}/"


def explained(client: Client, declaration: Declaration, text: str, *keys: str) -> Node:
    """The page after a reason was given on it: of what nothing was said of yet, or another one."""
    page = read(client.get(address(declaration)))
    action = f"{address(declaration)}explain/"
    offered = page.all("input", name="of")
    of = [each.attributes["value"] for each in offered
          if each.attributes["value"].partition(":")[0] in keys]  # fmt: skip
    assert len(of) == len(keys)
    response = client.post(action, {"of": of, "reason": text})
    assert response["Location"].startswith(f"{address(declaration)}#")
    return read(client.get(address(declaration)))


def test_page_of_the_appendix_tells_sums_differences_and_who_explains_them(
    client: Client, declaration: Declaration
) -> None:
    page = read(client.get(address(declaration)))
    table = page.one("table", class_="wide")
    assert table.row("Printed total")[1:] == PRINTED
    assert table.row("Sum of the rows")[1:] == SUMS
    assert table.row("Difference from the rows")[1:] == GAPS
    assert table.row("Nam Sách")[1:] == ["19", "444", "30,000", "30,000", "60,000", "–", "–"]
    assert [row[0] for row in table.rows() if "not in the printed total" in row[0]] == [
        "Thanh Hà not in the printed total", "Kinh môn not in the printed total",
    ]  # fmt: skip
    assert LEFT_OUT in page.one("div", class_="alert").text
    assert "has no figures of its own of this period" in page.text
    assert page.row("OCOP products on e-commerce platforms")[1:] == [
        "98/181 = 54.14%", "111/220 = 50.45%", "111/191 = 58.12% without Kim Thành, Thanh Hà",
    ]  # fmt: skip


def test_table_is_brought_shown_and_kept(cast: Cast, client: Client, enter: Enter) -> None:
    declaring.plant_districts(cast)
    tables = f"/overview/{cast.units['30'].pk}/declared/"
    page = read(client.get(tables))
    assert "No consolidated table was brought yet." in page.text
    file = SimpleUploadedFile("Phụ lục.csv", declaring.APPENDIX.read_bytes())
    sent = client.post(tables, {"title": " Phụ lục I ", "period": "2023-6-1", "file": file})
    with enter(cast.stranger):
        batch = bringing.worked(Batch.objects.get())
    assert sent["Location"] == f"/imports/{batch.pk}/"
    preview = read(client.get(sent["Location"]))
    assert preview.row("Row")[1] == "Unit"
    assert tables in preview.links
    assert not preview.all("input", name="leaves_out_refused")
    with enter(cast.stranger):
        bringing.commit(batch, cast.stranger)
        bringing.worked(batch)
        declaration = Declaration.objects.get()
    assert address(declaration) in read(client.get(sent["Location"])).links
    listed = read(client.get(tables))
    assert listed.row("Phụ lục I")[1:4] == [
        "First six months of 2023", "0/5 signed off, 0/5 with a reason", "hd.admin",
    ]  # fmt: skip
    assert tables in read(client.get(f"/overview/2024-06/{cast.units['30'].pk}/")).links


@pytest.mark.parametrize("period", ["2019", "2024-05", "2024-6-2", "", "x"])
def test_period_that_is_not_offered_is_refused(period: str, cast: Cast, client: Client) -> None:
    file = SimpleUploadedFile("Phụ lục.csv", declaring.APPENDIX.read_bytes())
    tables = f"/overview/{cast.units['30'].pk}/declared/"
    response = client.post(tables, {"title": "Phụ lục", "period": period, "file": file})
    assert response.status_code == 422
    assert read(response).one(id="id_period_error").text


def test_reason_is_signed_off_by_somebody_else(
    cast: Cast, client: Client, client_of: SignIn, declaration: Declaration, enter: Enter
) -> None:
    page = explained(client, declaration, "Hai huyện gửi số liệu sau", "rows-residents_guided")
    assert "Somebody else has to sign off the reason that you gave." in page.text
    with enter(cast.stranger):
        reason = DeclaredReason.objects.get()
    sign = f"/overview/declared/reasons/{reason.pk}/sign/"
    seen = {"version": reason.version, "held": reason.held}
    assert client.post(sign, seen).status_code == 403
    other = in_english(client_of(second_admin(cast, enter, beside=cast.stranger)))
    form = read(other.get(address(declaration))).form(sign)
    back = f"{address(declaration)}#rows-residents_guided"
    assert other.post(sign, form.filled())["Location"] == back
    row = (
        read(client.get(address(declaration)))
        .all("section", class_="differences")[0]
        .row("Số người dân được hướng dẫn")
    )
    assert row[1:5] == ["the sum of the rows", "308,760", "316,105", "−7,345"]
    assert row[5].startswith("Hai huyện gửi số liệu sau hd.admin")
    assert "signed off Quản trị viên thứ hai" in row[5]
    assert other.post(sign, form.filled()).status_code == 409


def test_other_reason_has_to_be_signed_off_anew(
    cast: Cast, client: Client, client_of: SignIn, declaration: Declaration, enter: Enter
) -> None:
    """And nobody signs what they have not seen."""
    explained(client, declaration, "Cộng sót", "rows-ocop_products")
    other = in_english(client_of(second_admin(cast, enter, beside=cast.stranger)))
    with enter(cast.stranger):
        reason = DeclaredReason.objects.get()
    sign = f"/overview/declared/reasons/{reason.pk}/sign/"
    seen = read(other.get(address(declaration))).form(sign).filled()
    explained(client, declaration, "Cộng sót hai huyện", "rows-ocop_products")
    assert other.post(sign, seen).status_code == 409
    seen = read(other.get(address(declaration))).form(sign).filled()
    assert other.post(sign, seen).status_code == 302
    explained(client, declaration, "Cộng sót ba huyện", "rows-ocop_products")
    with enter(cast.stranger):
        reason.refresh_from_db()
        assert (reason.version, reason.signed_by, reason.signed_at) == (3, None, None)
        told = reason.events.order_by("pgh_id").values_list("text", "signed_by")
        assert len(told) == 4


@pytest.mark.parametrize(
    ("of", "text", "said"),
    [
        ("rows-ocop_products:0", " ", "Say why it differs"),
        ("rows-nothing:0", "Cộng sót", "no such difference"),
        ("rows-training_sessions:0", "Cộng sót", "no such difference"),
        ("portal-ocop_products:0", "Cộng sót", "no such difference"),
        ("", "Cộng sót", "no such difference"),
        (None, "Cộng sót", "Choose what the reason is of"),
        ("rows-ocop_products:0", "x" * 1001, "1000 characters"),
    ],
)
def test_reason_is_refused_and_stays_in_its_field(
    of: str | None, text: str, said: str, client: Client, declaration: Declaration
) -> None:
    sent = {"reason": text} if of is None else {"reason": text, "of": of}
    response = client.post(f"{address(declaration)}explain/", sent)
    page = read(response)
    assert (response.status_code, said in page.one("div", class_="alert-error").text) == (409, True)
    assert page.one("textarea", id="reason").text == text.strip()


def test_one_reason_is_given_for_several_and_leads_to_the_next(
    client: Client, declaration: Declaration, enter: Enter, cast: Cast
) -> None:
    sent = {
        "reason": "Cộng sót hai huyện",
        "of": ["rows-residents_guided:0", "rows-ocop_products:0"],
    }
    where = client.post(f"{address(declaration)}explain/", sent)["Location"]
    assert where == f"{address(declaration)}#rows-ocop_products_listed"
    page = read(client.get(address(declaration)))
    assert page.one(id="rows-ocop_products_listed").attributes["tabindex"] == "-1"
    with enter(cast.stranger):
        told = DeclaredReason.objects.order_by("pk").values_list("column", "printed", "held")
        assert list(told) == [
            ("residents_guided", 308_760, 316_105), ("ocop_products", 181, 220),
        ]  # fmt: skip


def test_first_reason_of_two_stays(client: Client, declaration: Declaration) -> None:
    where, of = f"{address(declaration)}explain/", "rows-ocop_products"
    assert client.post(where, {"reason": "Cộng sót", "of": f"{of}:0"}).status_code == 302
    assert client.post(where, {"reason": "Khác", "of": f"{of}:0"}).status_code == 409
    assert client.post(where, {"reason": "Khác", "of": f"{of}:7"}).status_code == 409
    assert "Cộng sót" in read(client.get(address(declaration))).text


def test_portals_own_figures_stand_beside_the_printed_ones(
    cast: Cast, client_of: SignIn, in_june: Declaration, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 12})
    report_in(Status.APPROVED, team="ct-1", values={"residents_guided": 5})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    for user in (cast.admin, cast.staff, cast.national):
        client = in_english(client_of(user))
        page = read(client.get(address(in_june)))
        table = page.one("table", class_="wide")
        assert table.row("TP Hạ Long")[1:] == ["10", "3"]
        assert table.row("Printed total")[1:] == ["12", "7"]
        assert table.row("Sum of the rows")[1:] == ["10", "7"]
        assert table.row("Difference from the rows")[1:] == ["+2", "0"]
        assert table.row("Total of the portal")[1:] == ["17", "–"]
        assert table.row("Difference from the portal")[1:] == ["−5", "–"]
        may_write = user == cast.admin
        assert bool(page.all("textarea")) == may_write
        table = read(client.get(f"{address(in_june)}?portal=1")).one("table", class_="wide")
        assert table.row("TP Hạ Long")[1:] == ["10 portal: 12 (−2)", "3"]
        assert table.row("Cẩm Phả")[1:] == ["– portal: 5", "4"]


def test_both_differences_of_a_column_have_reasons_of_their_own(
    cast: Cast, client_of: SignIn, in_june: Declaration, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 12})
    report_in(Status.APPROVED, team="ct-1", values={"residents_guided": 5})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    client = in_english(client_of(cast.admin))
    page = explained(client, in_june, "Cộng nhầm", "rows-residents_guided")
    assert "0 of 2 signed off" in page.text
    page = explained(client, in_june, "Báo cáo sau", "portal-residents_guided")
    rows = page.one("section", class_="differences").rows()
    assert [row[1] for row in rows[1:]] == ["the sum of the rows", "the portal"]
    assert [row[5].partition(" qn.")[0] for row in rows[1:]] == ["Cộng nhầm", "Báo cáo sau"]


def test_reason_waits_again_once_the_portals_figure_changed_after_it_was_signed_off(
    cast: Cast, client_of: SignIn, in_june: Declaration, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 9})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        keys = dict.fromkeys(("rows-residents_guided", "portal-residents_guided"), 0)
        declared_reasons.explain(declaration=in_june, seen=keys, text="Sót", actor=cast.admin)
        reason = DeclaredReason.objects.get(against="portal")
    second = second_admin(cast, enter)
    other, sign = in_english(client_of(second)), f"/overview/declared/reasons/{reason.pk}/sign/"
    home = read(other.get("/"))
    assert "2 reasons of differences wait for you." in home.text
    assert address(in_june) in home.links
    seen = read(other.get(address(in_june))).form(sign).filled()
    where = other.post(sign, seen)["Location"]
    assert where == f"{address(in_june)}#rows-residents_guided"
    assert "1 of 2 signed off" in read(other.get(address(in_june))).text
    report_in(Status.APPROVED, team="ct-1", values={"residents_guided": 5})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    assert other.post(sign, seen).status_code == 409
    page = read(other.get(address(in_june)))
    assert "0 of 2 signed off" in page.text
    assert "the portal said 9, and says 14 now" in page.text
    assert "2 reasons of differences wait for you." in read(other.get("/")).text
    assert "wait for you" not in read(in_english(client_of(cast.admin)).get("/")).text
    listed = read(other.get(f"/overview/{cast.units['22'].pk}/declared/"))
    assert listed.row("BẢNG TỔNG HỢP THÁNG 6/2024")[2] == "0/2 signed off, 2/2 with a reason"
    assert other.post(sign, page.form(sign).filled()).status_code == 302
    with enter(cast.admin):
        reason.refresh_from_db()
        assert (reason.printed, reason.held, reason.signed_by) == (12, 14, second)


def test_table_without_a_total_takes_reasons_where_it_differs_from_the_portal(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter, tmp_path: Path
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 12})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        declaration = declaring.declare(
            declaring.save(tmp_path, SMALL[:4]), cast.admin, cast, "22", subject=DECLARED_MONTH,
            effective_on=cast.june.ends_on,
        )  # fmt: skip
    client = in_english(client_of(cast.admin))
    page = explained(client, declaration, "Báo cáo sau", "portal-residents_guided")
    row = page.one("section", class_="differences").row("Số người dân được hướng dẫn")
    assert row[1:5] == ["the portal", "10", "12", "−2"]


def test_year_is_not_held_against_the_months_that_the_portal_has(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter, tmp_path: Path
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"residents_guided": 12})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        path = declaring.save(tmp_path, SMALL[1:])
        of_year = {"subject": DECLARED_SPANS[Length.YEAR], "effective_on": cast.june.ends_on}
        declaration = declaring.declare(path, cast.admin, cast, "22", **of_year)
    page = read(in_english(client_of(cast.staff)).get(address(declaration)))
    assert "no approved figures of months 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12 of 2024" in page.text
    assert "Total of the portal" not in page.text
    assert "0 of 1 signed off" in page.text


def test_workbook_tells_what_the_page_does(client: Client, declaration: Declaration) -> None:
    explained(client, declaration, "=1+1", "rows-ocop_products")
    book = load_workbook(BytesIO(client.get(f"{address(declaration)}download/").content))
    table, differences = book.worksheets
    assert table["A1"].value == "Tỉnh Hải Dương, first six months of 2023"
    assert [cell.value for cell in table[17]] == [
        "Tổng", 522, 5019, 308760, 187889, 559591, 181, 98,
    ]  # fmt: skip
    assert [table.cell(10, column).value for column in (1, 6, 7, 8)] == [
        "Nam Sách", 60000, None, None,
    ]  # fmt: skip
    assert differences["A3"].value == LEFT_OUT
    assert [cell.value for cell in differences[8]] == [
        "Số lượng sản phẩm OCOP của địa phương", "the sum of the rows", "=1+1", "hd.admin", None,
        181, 220, -39, None,
    ]  # fmt: skip
    assert differences["C8"].data_type == "s"


def test_table_that_adds_up_wants_no_reason(
    cast: Cast, client_of: SignIn, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        rows = [*SMALL[1:4], ["Tổng", None, 10, 7, None]]
        declaration = declaring.declare(declaring.save(tmp_path, rows), cast.admin, cast, "22")
    client = in_english(client_of(cast.admin))
    page = read(client.get(address(declaration)))
    assert page.one("div", class_="alert").text == "Every printed total is the sum of its rows."
    assert page.all("textarea") == []
    assert not page.all("section", class_="differences")
    book = load_workbook(BytesIO(client.get(f"{address(declaration)}download/").content))
    assert book.worksheets[1]["A3"].value is None


def test_page_asks_the_database_the_same_for_three_rows_as_for_one(
    cast: Cast, client_of: SignIn, enter: Enter, tmp_path: Path
) -> None:
    client, counts = client_of(cast.admin), []
    for rows in ([*SMALL[:3], SMALL[-1]], [*SMALL[:4], [3, "Khác", 1, 1, None], SMALL[-1]]):
        with enter(cast.admin):
            batch = declaring.bring(declaring.save(tmp_path, rows[1:]), cast.admin, cast, "22")
            if batch.counts.get("refused"):
                batches.correct(batch=batch, number=4, key="unit", chosen="Khác", actor=cast.admin)
                batch = bringing.worked(batch)
            bringing.commit(batch, cast.admin)
            declaration = Declaration.objects.get(batch=bringing.worked(batch))
        client.get(address(declaration))
        with CaptureQueriesContext(connection) as asked:
            client.get(address(declaration))
        counts.append(len(asked))
    assert counts[0] == counts[1]
