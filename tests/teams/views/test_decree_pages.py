"""What the page of a decree tells: of a draft as it is now, of an applied one as it was then."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Enter, SignIn
from tests.merging import merge
from tests.pages import Node, read
from tests.teams.views.test_decrees import (
    DAY,
    UNITS,
    act,
    admin,
    agreed,
    apply,
    bring,
    decided,
    decree,
    file,
    page_of,
)
from units import clock
from units.models import Decree

undone_drafts = import_module("units.migrations.0010_undone_drafts")

__all__ = ["admin", "decree"]


def words(client: Client, decree: Decree, **asked: str) -> Node:
    response = client.get(reverse("decree", args=[decree.pk]), asked)
    assert response.status_code == 200
    return read(response)


def tallies(page: Node) -> list[str]:
    return [each.text for each in page.one("section", class_="commit").all("li")]


def rows(page: Node) -> list[list[str]]:
    return [
        [cell.text for cell in row.walk() if cell.tag in ("th", "td")]
        for row in page.all("table")[-1].all("tr")[1:]
    ]


def shown(page: Node) -> tuple[Any, ...]:
    return tallies(page), rows(page), page.all("table")[0].text


def test_applied_decree_tells_what_it_did_when_provinces_have_merged_since(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    before = shown(words(admin, decree))
    roles = rows(words(admin, decree, list="roles"))
    assert apply(admin, decree) == 302
    assert shown(words(admin, decree)) == before
    merge(cast)
    assert shown(words(admin, decree)) == before
    assert rows(words(admin, decree, list="roles")) == roles
    # One that was applied before its outcome was kept has no numbers of what has moved since.
    with enter(cast.admin):
        Decree.objects.update(record=None)
    page = words(admin, decree)
    assert (rows(page), page.all("table")[0].text) == before[1:]
    assert tallies(page) == before[0][: len(tallies(page))]


def test_units_are_counted_by_level(cast: Cast, decree: Decree, admin: Client) -> None:
    found = words(admin, decree).all("table")[0].all("tr")[1:]
    numbers = [[cell.text for cell in row.all("td")] for row in found]
    # Before, carry on, renamed, merged, split, without a successor, new, from then on.
    assert numbers == [
        ["2", "1", "0", "0", "0", "1", "0", "1"],
        ["3", "1", "0", "1", "1", "0", "2", "3"],
    ]


def test_each_number_opens_its_list(cast: Cast, decree: Decree, admin: Client) -> None:
    to = [
        row[2] for row in rows(words(admin, decree, list="hamlets")) if row[1] == "Phường Cẩm Tây"
    ]
    assert to == ["–", "–"]
    act(admin, "decree", decree, **decided(cast))
    links = [
        each.attributes["href"].split("#")[0]
        for each in words(admin, decree).one("section", class_="commit").all("a")
        if "list=" in each.attributes["href"]
    ]
    assert len(links) >= 4
    for link in links:
        assert rows(read(admin.get(reverse("decree", args=[decree.pk]) + link)))
    (role,) = [
        row for row in rows(words(admin, decree, list="roles")) if cast.neighbour.username in row[0]
    ]
    assert role[2:] == ["Phường Bạch Đằng", "Cán bộ cấp xã", "Phường Hồng Gai"]
    begun = {row[1]: row[4] for row in rows(words(admin, decree, list="begins"))}
    assert begun["06760"] == "một phần của Phường Cẩm Tây (06757)"


@pytest.mark.parametrize("day", ["01/01/1900", "15/06/2020", "01/05/2022"])
def test_day_before_the_province_began_is_refused(
    day: str, cast: Cast, admin: Client, enter: Enter
) -> None:
    response = bring(admin, effective_on=day)
    assert response.status_code == 422
    assert "01/05/2022" in read(response).text
    with enter(cast.admin):
        assert not Decree.objects.exists()


def test_draft_of_such_a_day_can_be_opened_and_thrown_away(
    cast: Cast, admin: Client, enter: Enter
) -> None:
    with enter(cast.admin):
        draft = Decree.objects.create(
            tenant=cast.province, name="Nghị quyết cũ", effective_on=date(2020, 6, 15),
            plan={"units": [[3, "06691", "Phường Hồng Gai", "1"]], "successions": []},
            loaded_at=clock.now(), loaded_by="-",
        )  # fmt: skip
    assert "01/05/2022" in page_of(admin, draft)
    forms = [
        each.attributes.get("action") for each in read(admin.get(reverse("decrees"))).all("form")
    ]
    assert reverse("discard-decree", args=[draft.pk]) in forms
    assert act(admin, "discard-decree", draft) == 302


def test_answers_of_two_people_are_put_together(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    split, one, two = (cast.units[code].pk for code in ("06757", "ct-1", "ct-2"))
    seen = {f"others-{split}": "", f"hamlet-{one}": "", f"hamlet-{two}": "", "version": "0"}
    assert act(admin, "decree", decree, **{**seen, f"hamlet-{one}": "06760"}) == 302
    # A colleague had opened the page before that.
    assert act(admin, "decree", decree, **{**seen, f"others-{split}": "06757"}) == 302
    with enter(cast.admin):
        decree.refresh_from_db()
    assert decree.decisions == {f"hamlet-{one}": "06760", f"others-{split}": "06757"}
    response = admin.post(reverse("decree", args=[decree.pk]), {**seen, f"hamlet-{one}": "06757"})
    assert response.status_code == 409
    assert "đã có người khác trả lời" in read(response).text
    with enter(cast.admin):
        assert Decree.objects.get().decisions == decree.decisions
    # What was typed stands there still, and holds once it is sent anew.
    (chosen,) = [
        option for option in read(response).one("select", name=f"hamlet-{one}").all("option")
        if "selected" in option.attributes
    ]  # fmt: skip
    assert chosen.attributes["value"] == "06757"


def test_decree_is_not_applied_when_it_would_do_something_else_than_was_seen(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    seen = agreed(admin, decree)
    assert act(admin, "apply-decree", decree) == 409
    act(admin, "decree", decree, **{f"hamlet-{cast.units['ct-2'].pk}": "06757"})
    assert act(admin, "apply-decree", decree, agreed=seen) == 409
    with enter(cast.admin):
        assert Decree.objects.get().is_draft
    assert apply(admin, decree) == 302


def test_undone_decree_is_a_draft_with_its_answers(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    assert admin.get(reverse("undo-decree", args=[decree.pk])).status_code == 200
    assert act(admin, "undo-decree", decree) == 302
    with enter(cast.admin):
        decree.refresh_from_db()
    assert (decree.is_draft, decree.decisions) == (True, decided(cast))
    assert apply(admin, decree) == 302


def test_decree_that_was_undone_before_becomes_a_draft(
    cast: Cast, decree: Decree, enter: Enter
) -> None:
    with enter(cast.admin):
        Decree.objects.update(state="undone")
    undone_drafts.reopen(apps, None)
    with enter(cast.admin):
        assert Decree.objects.get().is_draft


def test_code_that_another_province_has_is_told_before(
    cast: Cast, admin: Client, enter: Enter
) -> None:
    units = UNITS.replace("commune,10507,30,Phường Phả Lại", "commune,10507,22,Phường Mới")
    assert bring(admin, units=file("don-vi.csv", units)).status_code == 302
    with enter(cast.admin):
        row = Decree.objects.get()
    act(admin, "decree", row, **decided(cast))
    assert "10507 (Hải Dương)" in page_of(admin, row)
    assert apply(admin, row) == 409


def test_communes_that_stand_nowhere_are_named(cast: Cast, admin: Client, enter: Enter) -> None:
    successions = "old_commune_code,new_commune_code\n00077,06691\n06688,06691\n"
    bring(admin, file=file("ke-thua.csv", successions))
    with enter(cast.admin):
        row = Decree.objects.get()
    assert "00077" in page_of(admin, row)


def test_decree_of_another_province_is_not_offered(cast: Cast, client_of: SignIn) -> None:
    def offered(who: Any) -> list[str]:
        page = read(client_of(who).get(reverse("decrees")))
        return [
            each.attributes["value"] for each in page.one("select", id="id_official").all("option")
        ]

    assert offered(cast.admin) == ["2024-11-01", "2025-07-01", ""]
    assert offered(cast.stranger) == ["2025-07-01", ""]
    response = client_of(cast.stranger).post(reverse("decrees"), {"official": "2025-07-01"})
    assert response.status_code == 422
    assert "merge_province" in read(response).text


def test_decree_that_is_applied_is_not_brought_again(
    cast: Cast, decree: Decree, admin: Client
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    response = bring(admin)
    assert response.status_code == 422
    assert f"{DAY:%d/%m/%Y}" in read(response).text


def test_staff_of_the_province_read_and_change_nothing(
    cast: Cast, decree: Decree, client_of: SignIn
) -> None:
    staff = client_of(cast.staff)
    page = words(staff, decree)
    assert page.one("main").all("form") == []
    assert decree.name in read(staff.get(reverse("decrees"))).text
    assert act(staff, "decree", decree) == 403
    assert bring(staff).status_code == 403


def test_whose_role_moved_learns_of_it_at_home(
    cast: Cast, decree: Decree, admin: Client, client_of: SignIn
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    said = read(client_of(cast.neighbour).get("/")).text
    assert "Cán bộ cấp xã, Phường Bạch Đằng" in said
    assert "Cán bộ cấp xã, Phường Hồng Gai" in said
    assert decree.name not in read(client_of(cast.officer).get("/")).text


def test_questions_and_choices_cannot_be_mistaken(
    cast: Cast, decree: Decree, admin: Client
) -> None:
    page = words(admin, decree)
    question = page.one("select", name=f"others-{cast.units['06757'].pk}")
    assert [each.text for each in question.all("option")][1:] == [
        "Phường Cẩm Tây · 06757", "Phường Cẩm Đông · 06760",
    ]  # fmt: skip
    assert "Phường Cẩm Tây · Thành phố Cẩm Phả · 06757" in page.text
    assert "Phường Cẩm Đông (mới, mã 06760)" in page.text
