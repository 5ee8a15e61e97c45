"""The page of an import: what can be sent there, and what is said of what cannot."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from accounts.models import Grant
from accounts.roles import Right, Role
from teams import progress, subjects, workbooks
from teams.models import Batch
from teams.views import imports
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.teams import bringing, rosters

ON = "2024-06-10"


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


def send(client: Client, content: bytes, name: str = "roster.xlsx", **typed: str) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    sent = {"subject": "members", "effective_on": ON, **typed, "file": file}
    return client.post("/imports/", sent)


def kept(cast: Cast, enter: Enter) -> int:
    with enter(cast.admin):
        return Batch.objects.count()


def test_file_that_is_sent_waits_for_a_worker(
    officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    path = rosters.save(tmp_path / "roster.xlsx", rosters.NEW)
    response = send(officer, path.read_bytes(), "Danh sách tổ.xlsx", is_complete="on")
    with enter(cast.admin):
        batch = Batch.objects.get()
    assert response["Location"] == f"/imports/{batch.pk}/"
    assert (batch.file_name, batch.state, batch.is_complete) == (
        "Danh sách tổ.xlsx",
        "reading",
        True,
    )
    page = officer.get(response["Location"])
    assert read(page).one(id="work").attributes["hx-get"] == f"/imports/{batch.pk}/progress/"
    assert officer.get(f"/imports/{batch.pk}/progress/").status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "roster.xlsx", "The file is empty."),
        (b"text", "roster.xlsx", "not what its name says"),
        (b"text", "roster.pdf", "is no table"),
    ],
)
def test_file_that_cannot_be_is_refused_beside_the_field(
    content: bytes, name: str, said: str, officer: Client, cast: Cast, enter: Enter
) -> None:
    response = send(officer, content, name)
    assert response.status_code == 422
    assert said in read(response).one(id="id_file_error").text
    assert kept(cast, enter) == 0


def test_day_is_typed_as_everywhere_and_refused_beside_its_field(
    officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    content = rosters.save(tmp_path / "roster.xlsx", rosters.NEW).read_bytes()
    response = send(officer, content, effective_on="31/6/2024")
    assert response.status_code == 422
    assert "31/6/2024" in read(response).one(id="id_effective_on_error").text
    assert send(officer, content, effective_on="5.6.2024").status_code == 302
    with enter(cast.admin):
        assert Batch.objects.get().effective_on == date(2024, 6, 5)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("11/06/2024", "This day is still to come."),
        ("31/12/1999", "The register begins on 01/01/2000: name a day from then on."),
    ],
)
def test_day_that_no_file_holds_from_is_refused_beside_its_field(
    day: str, said: str, officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    content = rosters.save(tmp_path / "roster.xlsx", rosters.NEW).read_bytes()
    response = send(officer, content, effective_on=day)
    assert response.status_code == 422
    assert read(response).one(id="id_effective_on_error").text == said
    assert kept(cast, enter) == 0


def test_file_that_is_too_large_is_not_taken_in(
    officer: Client, cast: Cast, enter: Enter, settings: Settings
) -> None:
    settings.LARGEST_UPLOAD = 100_000
    response = send(officer, b"x" * 200_000)
    assert response.status_code == 422
    assert "larger than" in read(response).one(id="id_file_error").text
    assert kept(cast, enter) == 0


def test_batch_is_shown_row_by_row_and_filtered(officer: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW, rosters.REFUSED)
    page = read(officer.get(f"/imports/{batch.pk}/"))
    assert [row[:3] for row in page.rows()[1:3]] == [
        ["3", "Phạm Thị Mới · Tổ hg-2", "new"], ["4", "Lê Thị Sai", "refused"],
    ]  # fmt: skip
    assert [
        row[0] for row in read(officer.get(f"/imports/{batch.pk}/?outcome=new")).rows()[1:2]
    ] == ["3"]
    form = read(officer.get(f"/imports/{batch.pk}/")).form(f"/imports/{batch.pk}/commit/")
    refused = officer.post(form.attributes["action"], form.filled())
    assert (refused.status_code, "Some rows are refused" in read(refused).text) == (409, True)


def test_changes_are_told_in_the_language_of_the_reader(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW)
    told = read(officer.get(f"/imports/{batch.pk}/")).one("ul", class_="told").all("li")
    assert [each.text for each in told] == [
        "Full name: Phạm Thị Mới", "Year of birth: 1990", "Phone: 0987654321", "Post: member"
    ]  # fmt: skip


def test_name_that_comes_near_is_chosen_on_the_page(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, ["", "Khu 2", "", "Lê Thị Một", "TV", "", ""])
    form = read(officer.get(f"/imports/{batch.pk}/")).form(f"/imports/{batch.pk}/correct/")
    assert [button.text for button in form.all("button")] == ["Take “Khu phố 2”"]
    sent = officer.post(form.attributes["action"], {**form.filled(), "chosen": "Khu phố 2"})
    assert sent["Location"] == f"/imports/{batch.pk}/"
    with enter(cast.officer):
        assert bringing.worked(batch).counts == {"new": 1}


def test_template_is_vietnamese_for_everybody(officer: Client, tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    path.write_bytes(officer.get("/imports/templates/members/").content)
    sheet = load_workbook(path).worksheets[0]
    assert "Họ và tên *" in [cell.value for cell in sheet[3]]


def test_columns_that_are_not_imported_are_named_before_the_import(
    officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    heads = [*rosters.HEADS, "Ghi chú"]
    path = rosters.save(tmp_path / "a.xlsx", [*rosters.NEW, date(2024, 6, 1)], heads=heads)
    with enter(cast.officer):
        batch = bringing.received(path, cast.officer)
    page = read(officer.get(f"/imports/{batch.pk}/"))
    form = page.form(f"/imports/{batch.pk}/commit/")
    assert "Not imported: Ghi chú" in form.one(class_="not-taken").text
    # Days as people write them, not as programs do.
    assert "01/06/2024" in page.one(id="matching").text


def test_rows_that_were_left_out_are_told_after_the_import(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW, rosters.REFUSED)
        bringing.commit(batch, cast.officer, leaves_out_refused=True)
        bringing.worked(batch)
    said = read(officer.get(f"/imports/{batch.pk}/")).one(class_="alert-warning")
    assert "but 1 row was left out" in said.text
    (link,) = said.links
    rows = read(officer.get(f"/imports/{batch.pk}/{link}")).rows()
    assert [row[0] for row in rows[1:]] == ["4"]


def test_columns_that_are_not_taken_are_named_where_nothing_can_be_imported(
    officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    heads = ["STT", "Nơi ở", *rosters.HEADS[2:]]
    path = rosters.save(tmp_path / "a.xlsx", rosters.NEW, heads=heads)
    with enter(cast.officer):
        batch = bringing.received(path, cast.officer)
    said = read(officer.get(f"/imports/{batch.pk}/")).one(class_="alert-warning")
    assert "Not imported: Nơi ở" in said.text
    assert said.links == ["#matching", "/imports/"]


def test_file_is_discarded_on_its_page(officer: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.REFUSED)
    address = f"/imports/{batch.pk}/"
    form = read(officer.get(address)).form(f"{address}discard/")
    assert officer.post(form.attributes["action"], form.filled())["Location"] == address
    page = read(officer.get(address))
    assert "The file and its rows are deleted" in page.text
    assert "Lê Thị Sai" not in page.text
    assert officer.get(f"{address}problems/").status_code == 404
    assert officer.post(f"{address}columns/").status_code == 409
    assert read(officer.get("/imports/")).row("Danh sách.xlsx")[1] == "discarded"


def test_file_that_is_being_read_is_stopped_on_its_page(
    officer: Client, cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.officer):
        batch = bringing.handed_in(rosters.save(tmp_path / "a.xlsx", rosters.NEW), cast.officer)
    address = f"/imports/{batch.pk}/"
    form = read(officer.get(address)).form(f"{address}discard/")
    assert "Stop and discard this file" in form.text
    assert officer.post(form.attributes["action"], form.filled())["Location"] == address
    assert "The file and its rows are deleted" in read(officer.get(address)).text


def test_progress_says_how_many_rows_of_how_many(officer: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW)
        Batch.objects.filter(pk=batch.pk).update(state="committing")
    progress.tell(batch.pk, 1500, 3000)
    page = read(officer.get(f"/imports/{batch.pk}/progress/"))
    bar = page.one("progress").attributes
    assert (bar["value"], bar["max"]) == ("1500", "3000")
    assert "1,500 of 3,000 rows" in page.text
    progress.tell(batch.pk, 1500, None)
    assert "1,500 rows so far" in read(officer.get(f"/imports/{batch.pk}/progress/")).text


# -- Who looks into an import ---------------------------------------------------------------------

DOORS = {
    "": "get",
    "progress/": "get",
    "problems/": "get",
    "columns/": "post",
    "correct/": "post",
    "commit/": "post",
    "undo/": "post",
}


@pytest.fixture
def beside(cast: Cast, enter: Enter) -> Batch:
    """An import of the commune next door, in sight of the officer by a second role."""
    with enter(cast.admin):
        Grant.objects.create(
            tenant=cast.province,
            user=cast.officer,
            unit=cast.units["193"],
            role=Role.DISTRICT_OFFICER,
        )
    row = ["", "", "Tổ bd-1", "Lê Thị Bên Cạnh", "TV", 1990, "0987 654 321"]
    with enter(cast.neighbour):
        return bringing.bring(cast.neighbour, row)


def test_imports_of_others_are_not_told_to_who_only_oversees_them(
    beside: Batch, officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        own = bringing.bring(cast.officer, rosters.NEW)
        assert {own, beside} == set(Batch.objects.visible_to(cast.officer))
    listed = read(officer.get("/imports/")).one("main").links
    assert [each for each in listed if each.strip("/").split("/")[-1].isdigit()] == [
        f"/imports/{own.pk}/"
    ]
    for door, method in DOORS.items():
        response = getattr(officer, method)(f"/imports/{beside.pk}/{door}")
        assert (door, response.status_code) == (door, 403)
        assert "Bên Cạnh" not in response.content.decode()
    with enter(cast.neighbour):
        beside.refresh_from_db()
        assert beside.state == Batch.State.PREVIEWED


def test_right_of_the_subject_opens_its_imports(
    officer: Client, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(cast.officer):
        own = bringing.bring(cast.officer, rosters.NEW)
    guarded = replace(workbooks.MEMBERS, right=Right.ACCOUNTS)
    monkeypatch.setitem(subjects._subjects, "members", guarded)
    assert f"/imports/{own.pk}/" not in read(officer.get("/imports/")).one("main").links
    assert officer.get(f"/imports/{own.pk}/").status_code == 403
    assert officer.get("/imports/templates/members/").status_code == 404
    assert officer.get("/imports/templates/teams/").status_code == 200


def test_doors_are_open_to_the_rights_of_all_subjects() -> None:
    assert imports.KEEPERS.rights == subjects.rights()
    assert subjects.rights() == {Right.ROSTER, Right.FILL, Right.CORRECT}
