"""The pages of decrees on boundaries: bring, look, decide, apply, undo."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.enrolment import renew_password
from accounts.models import Grant, User
from reports import rollup, workflow
from reports.models import Report, Status
from reports.periods import lock_period, open_period
from teams.models import Team
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import read
from tests.reports.second import second_admin
from units.models import Decree, Level, Placement, Unit

DAY = date(2024, 6, 1)
# Bạch Đằng is merged into Hồng Gai, Cẩm Tây is split, thành phố Cẩm Phả ends.
SUCCESSIONS = """old_commune_code,new_commune_code,partial
06688,06691,0
06757,06757,1
06757,06760,1
"""
UNITS = """level,code,parent_code,name
province,22,,Tỉnh Quảng Ninh
district,193,22,Thành phố Hạ Long
commune,06691,193,Phường Hồng Gai
commune,06757,22,Phường Cẩm Tây
commune,06760,22,Phường Cẩm Đông
province,30,,Tỉnh Hải Dương
commune,10507,30,Phường Phả Lại
"""


def file(name: str, content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


def bring(client: Client, **changes: Any) -> HttpResponse:
    sent = {
        "official": "",
        "name": "Nghị quyết 1",
        "effective_on": "01/06/2024",
        "file": file("ke-thua.csv", SUCCESSIONS),
        "units": file("don-vi.csv", UNITS),
    }
    return client.post(reverse("decrees"), {**sent, **changes})


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return client_of(cast.admin)


@pytest.fixture
def decree(cast: Cast, admin: Client, enter: Enter) -> Decree:
    response = bring(admin)
    assert response.status_code == 302
    with enter(cast.admin):
        return Decree.objects.get()


def page_of(client: Client, decree: Decree) -> str:
    return read(client.get(reverse("decree", args=[decree.pk]))).text


def act(client: Client, name: str, decree: Decree, **sent: Any) -> int:
    return client.post(reverse(name, args=[decree.pk]), sent).status_code


def agreed(client: Client, decree: Decree) -> str:
    """What the page before the last step lets the person say yes to; "" where there is none."""
    response = client.get(reverse("apply-decree", args=[decree.pk]))
    if response.status_code == 302:
        return ""
    (field,) = [each for each in read(response).all("input") if each.attributes["name"] == "agreed"]
    return field.attributes["value"]


def apply(client: Client, decree: Decree) -> int:
    return act(client, "apply-decree", decree, agreed=agreed(client, decree))


def decided(cast: Cast) -> dict[str, Any]:
    """Hamlet ct-2 goes with Cẩm Đông; whoever is asked for answers by what is offered first."""
    units = cast.units
    return {
        f"others-{units['06757'].pk}": "06757",
        f"hamlet-{units['ct-2'].pk}": "06760",
    }


def test_preview_tells_what_becomes_of_each_unit(decree: Decree, admin: Client) -> None:
    page = read(admin.get(reverse("decree", args=[decree.pk])))
    rows = {row.all("th")[0].text: row.text for row in page.all("tr")[1:] if row.all("th")}
    assert "được sáp nhập" in next(rows[name] for name in rows if "Bạch Đằng" in name)
    assert "bị chia tách" in next(rows[name] for name in rows if "Cẩm Tây" in name)
    assert not any("Hồng Gai" in name for name in rows)
    assert "Còn 1 câu hỏi chưa được quyết định" in page.text


def test_list_shows_the_decree_and_its_state(decree: Decree, admin: Client) -> None:
    text = read(admin.get(reverse("decrees"))).text
    assert "Nghị quyết 1" in text
    assert "01/06/2024" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Hãy điền ô này"),
        ({"official": "2025-07-01"}, "Chỉ chọn một"),
        ({"effective_on": "31/02/2024"}, "31/02/2024"),
        ({"units": file("don-vi.csv", UNITS.replace("22", "99"))}, "don-vi.csv"),
        ({"units": file("don-vi.csv", UNITS.replace("district", "thôn"))}, "A3"),
        ({"file": file("ke-thua.csv", "old_commune_code\n06688\n")}, "ke-thua.csv"),
        ({"file": file("ke-thua.txt", SUCCESSIONS)}, "ke-thua.txt"),
    ],
)
def test_file_is_refused_in_one_sentence_when_it_is_none(
    changes: dict[str, Any], said: str, cast: Cast, admin: Client, enter: Enter
) -> None:
    response = bring(admin, **changes)
    assert response.status_code == 422
    assert said in read(response).text
    with enter(cast.admin):
        assert not Decree.objects.exists()


def test_official_decree_needs_no_file(cast: Cast, admin: Client, enter: Enter) -> None:
    response = admin.post(reverse("decrees"), {"official": "2025-07-01"})
    assert response.status_code == 302
    with enter(cast.admin):
        (row,) = Decree.objects.all()
        assert row.effective_on == date(2025, 7, 1)
        assert len(row.plan["units"]) == 54
    assert "01/07/2025" in page_of(admin, row)
    assert apply(admin, row) == 409


def test_decree_is_applied_when_everything_is_decided(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    assert apply(admin, decree) == 409
    assert act(admin, "decree", decree, **decided(cast), is_example="1") == 302
    assert apply(admin, decree) == 302
    assert apply(admin, decree) == 409
    with enter(cast.admin):
        decree.refresh_from_db()
        assert (decree.state, decree.is_example) == (Decree.State.APPLIED, True)
        where = {
            row.unit.code: row.parent.code
            for row in Placement.objects.filter(
                unit__level=Level.HAMLET, valid__contains=DAY
            ).select_related("unit", "parent")
        }
        assert where == {
            "hg-1": "06691", "hg-2": "06691", "hg-3": "06691", "bd-1": "06691", "bd-2": "06691",
            "ct-1": "06757", "ct-2": "06760",
        }  # fmt: skip
        # Hồng Gai took another in and carries on as the same unit.
        assert Unit.objects.get(code="06691").pk == cast.units["06691"].pk
        assert Unit.objects.filter(code="06757").count() == 2
        assert [grant.unit.code for grant in Grant.objects.filter(user=cast.neighbour)] == ["06691"]
        assert Team.objects.kept_by(cast.neighbour).count() == 5


def test_role_that_somebody_holds_there_already_is_not_given_twice(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    with enter(cast.admin):
        Grant.objects.create(
            tenant=cast.province, user=cast.neighbour, unit=cast.units["06691"],
            role="commune_officer",
        )  # fmt: skip
        before = sorted(Grant.objects.values_list())
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    with enter(cast.admin):
        assert Grant.objects.filter(user=cast.neighbour).count() == 1
    assert act(admin, "undo-decree", decree) == 302
    with enter(cast.admin):
        assert sorted(Grant.objects.values_list()) == before
    assert act(admin, "undo-decree", decree) == 409


def test_decree_stays_when_a_report_was_saved_under_it(
    cast: Cast, decree: Decree, admin: Client, report_in: ReportIn, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    report = report_in(Status.SUBMITTED, team="bd-2")
    assert act(admin, "undo-decree", decree) == 409
    page = read(admin.get(reverse("decree", args=[decree.pk])))
    told = page.one(class_="alert-success")
    assert "Không hoàn tác được" in told.text
    for said in ("Tổ bd-2", "06/2024", "đã gửi", str(cast.admin)):
        assert said in told.text
    assert told.one("a").attributes["href"] == f"/months/2024-06/teams/{report.team_id}/"


def test_draft_of_a_team_that_carries_on_goes_back_with_it(
    cast: Cast, decree: Decree, admin: Client, report_in: ReportIn, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    with pghistory.context(user=cast.admin.pk):
        before = report_in(Status.DRAFT, team="bd-1", values={"adults": 3})
    assert act(admin, "undo-decree", decree) == 302
    with enter(cast.admin):
        report = Report.objects.get()
        assert (report.pk, report.unit, report.values) == (
            before.pk, cast.units["bd-1"], {"adults": 3},
        )  # fmt: skip
        rollup.sweep(cast.province.pk)
        assert rollup.compare(cast.june) == []


def test_decree_stays_when_figures_were_saved_for_a_team_that_it_made(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    with enter(cast.admin):
        team = cast.teams["ct-1"]
        Team.objects.filter(pk=team.pk).update(unit=cast.units["06757"])
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    with enter(cast.admin):
        after = Team.objects.select_related("unit").get(unit__code="06757", merged_into=None)
        assert after.pk != team.pk
        workflow.save_draft(
            team=after, period=cast.june, draft=workflow.Draft({"adults": 1}), version=0,
            actor=cast.admin,
        )  # fmt: skip
    assert act(admin, "undo-decree", decree) == 409
    told = read(admin.get(reverse("decree", args=[decree.pk]))).one(class_="alert-success")
    assert f"/months/2024-06/teams/{after.pk}/" == told.one("a").attributes["href"]
    assert str(cast.admin) in told.text


def test_decree_stays_when_something_stands_on_it(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    with enter(cast.admin), pghistory.context(user=cast.admin.pk):
        begun = Unit.objects.get(code="06760")
        Grant.objects.create(
            tenant=cast.province, user=cast.neighbour, unit=begun, role="commune_officer"
        )
    assert act(admin, "undo-decree", decree) == 409
    assert "Đã có 1 thay đổi sau đó" in page_of(admin, decree)


def test_answers_that_were_not_offered_are_left_out(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    units = cast.units
    sent = {f"others-{units['06757'].pk}": "06691", f"hamlet-{units['hg-1'].pk}": "06760"}
    act(admin, "decree", decree, **sent)
    with enter(cast.admin):
        decree.refresh_from_db()
        assert decree.decisions == {}


def test_draft_can_be_discarded_and_nothing_else(
    cast: Cast, decree: Decree, admin: Client, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    apply(admin, decree)
    assert act(admin, "discard-decree", decree) == 409
    assert bring(admin, effective_on="02/06/2024").status_code == 302
    with enter(cast.admin):
        draft = Decree.objects.get(state=Decree.State.DRAFT)
    assert act(admin, "discard-decree", draft) == 302
    with enter(cast.admin):
        assert Decree.objects.count() == 1


# -- Months that were locked ----------------------------------------------------------------------


@pytest.mark.parametrize("is_open_again", [False, True])
def test_decree_about_months_that_were_locked_takes_two(
    is_open_again: bool,
    cast: Cast,
    decree: Decree,
    admin: Client,
    client_of: SignIn,
    report_in: ReportIn,
    enter: Enter,
) -> None:
    act(admin, "decree", decree, **decided(cast))
    report_in(Status.APPROVED)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="Hết hạn")
        if is_open_again:  # What was locked has been sent on.
            open_period(period=cast.june, actor=cast.admin, reason="Mở lại")
    second = second_admin(cast, enter)
    assert apply(admin, decree) == 409
    other = client_of(second)
    for each in (admin, other):
        assert "06/2024" in page_of(each, decree)
    assert apply(other, decree) == 302
    assert act(other, "undo-decree", decree) == 409
    assert act(admin, "undo-decree", decree) == 302


def test_second_whose_password_the_first_has_given_is_none(
    cast: Cast, decree: Decree, admin: Client, client_of: SignIn, enter: Enter
) -> None:
    act(admin, "decree", decree, **decided(cast))
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="Hết hạn")
    second = second_admin(cast, enter)
    with enter(cast.admin):
        renew_password(user=second, actor=cast.admin)
        User.objects.filter(pk=second.pk).update(must_change_password=False)
        second.refresh_from_db()
    assert apply(client_of(second), decree) == 409
