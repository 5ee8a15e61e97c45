"""Photos and files at the page of a team's month: sent ahead by the script or with the form."""

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django import Settings

from reports.models import Evidence
from tests.cast import Cast, SignIn
from tests.pages import in_english, read
from tests.reports import proofs
from tests.reports.views.desk import Desk, shown, toasts, told


def file(content: bytes = proofs.PDF, name: str = "Danh sách.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send_ahead(desk: Desk, *files: SimpleUploadedFile) -> HttpResponse:
    """As the script does."""
    return desk.client.post(f"{desk.address}evidence/", {"evidence": list(files)})


def kept(desk: Desk) -> list[Evidence]:
    with desk.enter(desk.cast.national):
        return list(Evidence.objects.attached())


# -- With the form, where no script runs ----------------------------------------------------------


def test_files_come_with_the_draft(leader: Desk) -> None:
    response = leader.type(adults="12", evidence=[file(), file(proofs.photo(), "Lớp.jpg")])
    assert response.status_code == 302
    assert leader.values() == {"adults": 12}
    assert [each.name for each in kept(leader)] == ["Danh sách.pdf", "Lớp.jpg"]
    assert "Lớp.jpg" in leader.look().one(id="evidence").text


def test_files_come_with_the_submission(leader: Desk) -> None:
    assert leader.type("submit", adults="12", evidence=file()).status_code == 302
    assert (leader.status(), len(kept(leader))) == ("submitted", 1)
    page = leader.look()
    assert not page.all("input", name="evidence")
    assert page.one("a", href=f"/evidence/{kept(leader)[0].pk}/").text.startswith("PDF")


@pytest.mark.parametrize("action", ["draft", "submit"])
def test_refused_file_is_named_and_nothing_typed_is_lost(action: str, leader: Desk) -> None:
    refused = file(b"<script>", "ảnh.jpg")
    response = leader.type(action, adults="12", evidence=[file(), refused])
    page = read(response)
    assert response.status_code == 422
    assert shown(page, "adults") == "12"
    said = page.one(id="evidence-refused").text
    assert said.startswith("ảnh.jpg: This is no photo (JPEG, PNG, WebP), PDF")
    chooser = page.all("input", name="evidence")[-1]
    assert chooser.attributes["aria-describedby"].endswith(" evidence-refused")
    assert (leader.stored(), kept(leader)) == (None, [])


def test_too_large_a_file_is_named_and_what_stands_behind_it_comes(
    leader: Desk, settings: Settings
) -> None:
    settings.LARGEST_EVIDENCE = 1024 * 1024
    big = file(b"%PDF-" + b"\0" * 1024 * 1024, "to.pdf")
    response = leader.type(evidence=[big, file()], proposals="Thêm loa")
    assert response.status_code == 422
    page = read(response)
    assert page.one(id="evidence-refused").text == "to.pdf: The file is larger than 1 MB."
    assert page.one("textarea", name="proposals").text == "Thêm loa"
    assert kept(leader) == []


def test_more_files_than_a_report_takes_are_refused(leader: Desk, settings: Settings) -> None:
    settings.MOST_EVIDENCE = 2
    three = [file(proofs.PDF + b"\n" * number) for number in range(3)]
    page = read(leader.type(adults="12", evidence=three))
    assert page.one(id="evidence-refused").text == "A report takes 2 files: remove one first."
    assert kept(leader) == []


def test_whoever_is_refused_a_figure_is_told_to_choose_files_again(leader: Desk) -> None:
    page = read(leader.type("submit", adults="1,5", evidence=file()))
    again = "The files were not stored: choose them again."
    assert page.one(id="evidence-refused").text == again
    assert kept(leader) == []


# -- Ahead of the form, by the script -------------------------------------------------------------


def test_file_is_sent_ahead_and_listed(leader: Desk) -> None:
    before = leader.form()
    answer = send_ahead(leader, file())
    assert answer.status_code == 200
    assert "Danh sách.pdf" in answer.content.decode()
    # The page that was open all the while is no older for it.
    response = leader.send({**before, "adults": "12"}, "submit")
    assert (response.status_code, leader.status()) == (302, "submitted")


def test_file_is_refused_in_one_sentence(leader: Desk) -> None:
    """Beside its name, which the script shows."""
    answer = send_ahead(leader, file(b"MZ", "báo cáo.pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert re.fullmatch(r"This is no photo .*\.", answer.content.decode())


def test_file_is_refused_once_the_report_is_submitted(leader: Desk) -> None:
    leader.type("submit", adults="12")
    answer = send_ahead(leader, file())
    assert answer.status_code == 409
    assert answer.content.decode().startswith("The report is submitted")


def test_file_is_not_taken_without_the_token_of_a_page(leader: Desk) -> None:
    leader.client.handler.enforce_csrf_checks = True
    assert send_ahead(leader, file()).status_code == 403


# -- Removed and put back -------------------------------------------------------------------------


def test_file_is_removed_and_put_back_from_the_page(leader: Desk) -> None:
    send_ahead(leader, file())
    page = leader.look()
    button = page.one("button", form="file-acts")
    assert button.text == "Remove : Danh sách.pdf"
    token = page.one(id="file-acts").filled()
    leader.client.post(button.attributes["formaction"], token)
    page = leader.look()
    assert toasts(page) == "Danh sách.pdf is removed; it can be put back."
    button = page.one("button", form="file-acts")
    assert button.text == "Put back : Danh sách.pdf"
    leader.client.post(button.attributes["formaction"], token)
    assert [each.name for each in kept(leader)] == ["Danh sách.pdf"]
    said = told(leader.look())[0]
    assert said.startswith("Photos and files · Cán bộ leader")
    assert said.endswith("attached: Danh sách.pdf removed: Danh sách.pdf put back: Danh sách.pdf")


def test_page_folds_what_was_removed_and_says_what_goes_next(
    leader: Desk, settings: Settings
) -> None:
    settings.MOST_EVIDENCE = 2
    for number in range(2):
        send_ahead(leader, file(proofs.PDF + b"\n" * number, f"{number}.pdf"))
        leader.client.post(f"/evidence/{kept(leader)[0].pk}/remove/")
        told = leader.look().one(id="evidence").text
        assert ("Removing another file deletes “0.pdf”" in told) == (number == 1)
    assert leader.look().one("details", class_="removed-files").text.startswith("2 removed files")


def test_script_is_given_the_list(leader: Desk) -> None:
    send_ahead(leader, file())
    pk = kept(leader)[0].pk
    for act, word in (("remove", "Put back"), ("restore", "Remove")):
        answer = leader.client.post(f"/evidence/{pk}/{act}/", headers={"HX-Request": "true"})
        assert (answer.status_code, word in answer.content.decode()) == (200, True)


# -- Handed out -----------------------------------------------------------------------------------


def test_file_is_handed_out_to_be_saved_and_never_shown(leader: Desk) -> None:
    send_ahead(leader, file(), file(proofs.photo(), "Lớp.png"))
    document, photo = kept(leader)
    answer = leader.client.get(f"/evidence/{document.pk}/")
    assert answer.content == proofs.PDF
    disposition = "attachment; filename*=utf-8''Danh%20s%C3%A1ch.pdf"
    assert answer["Content-Disposition"] == disposition
    assert answer["Content-Type"] == "application/pdf"
    small = leader.client.get(f"/evidence/{photo.pk}/small/")
    assert small["Content-Type"] == "image/jpeg"
    for each in (answer, small):
        assert each["X-Content-Type-Options"] == "nosniff"
        policy = set(each["Content-Security-Policy"].split("; "))
        assert policy == {"default-src 'none'", "frame-ancestors 'none'", "sandbox"}
        assert "no-store" in each["Cache-Control"]
    assert leader.client.get(f"/evidence/{document.pk}/small/").status_code == 404


def test_file_that_the_storage_has_lost_is_not_found(
    leader: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    send_ahead(leader, file())
    (row,) = kept(leader)
    default_storage.delete(row.path)
    assert leader.client.get(f"/evidence/{row.pk}/").status_code == 404
    assert row.path in caplog.text


def test_file_is_not_found_by_whom_it_is_not_for(
    leader: Desk, cast: Cast, client_of: SignIn
) -> None:
    send_ahead(leader, file(proofs.photo()))
    photo = kept(leader)[0]

    def not_found_by() -> list[str]:
        addresses = (f"/evidence/{photo.pk}/", f"/evidence/{photo.pk}/small/")
        people = ("neighbour", "stranger", "district_officer", "staff", "national")
        clients = {who: client_of(getattr(cast, who)) for who in people}
        return [
            who
            for who, client in clients.items()
            if {client.get(address).status_code for address in addresses} == {404}
        ]

    assert not_found_by() == ["neighbour", "stranger", "district_officer", "staff", "national"]
    leader.type("submit", adults="12")
    assert not_found_by() == ["neighbour", "stranger"]


def test_removed_file_is_not_found(leader: Desk) -> None:
    send_ahead(leader, file(proofs.photo(), "Lớp.jpg"))
    pk = kept(leader)[0].pk
    addresses = (f"/evidence/{pk}/", f"/evidence/{pk}/small/")
    assert [leader.client.get(each).status_code for each in addresses] == [200, 200]
    leader.client.post(f"/evidence/{pk}/remove/")
    assert [leader.client.get(each).status_code for each in addresses] == [404, 404]


def test_reviewer_sees_files_and_may_not_remove_them(
    leader: Desk, cast: Cast, client_of: SignIn
) -> None:
    send_ahead(leader, file(proofs.photo(), "Lớp.jpg"))
    leader.type("submit", adults="12")
    client = client_of(cast.officer)
    in_english(client)
    page = read(client.get(leader.address))
    pk = kept(leader)[0].pk
    assert page.one("img", src=f"/evidence/{pk}/small/")
    assert not page.all("button", form="file-acts")
    assert client.post(f"/evidence/{pk}/remove/").status_code == 409


# -- How far it is --------------------------------------------------------------------------------


def test_form_tells_how_many_figures_are_given(leader: Desk) -> None:
    leader.type(**{"adults": "12", "households": "0", "sim_2g_users.na": "1"})
    page = leader.look()
    said = [node.text for node in page.walk() if "data-given" in node.attributes]
    every = len([node for node in page.walk() if "data-cell" in node.attributes])
    assert said == [f"3 of {every} figures"]
    counts = [node.text for node in page.walk() if "data-given-in" in node.attributes]
    assert sum(int(each.split("/")[0]) for each in counts) == 3
    assert sum(int(each.split("/")[1]) for each in counts) == every
