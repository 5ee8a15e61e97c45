"""What people find of the time before a reform, and what they find of units that are no more."""

import pytest
from django.test import Client

from accounts.models import Grant, User
from accounts.roles import Right, Role
from reports import missing, restating, review
from reports.models import Period, Report, Status, Total
from reports.periods import DECREE_09, lay_out, open_period
from teams.models import Team
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.merging import again
from tests.pages import in_english, read
from tests.reports.views.renaming import DAY
from units import lineage
from units.models import Level, Placement, Succession, Unit
from units.tree import rebuild_ancestry

JUNE = "2024-06"


def appoint(cast: Cast, enter: Enter, user: User, code: str) -> User:
    """What a decree does with the role on a unit that ends."""
    with enter(cast.admin):
        Grant.objects.filter(user=user).delete()
        Grant.objects.create(
            tenant=cast.province, user=user, unit=cast.units[code], role=Role.COMMUNE_OFFICER
        )
    return again(user)


@pytest.fixture
def heir(renamed: Cast, enter: Enter) -> User:
    return appoint(renamed, enter, renamed.officer, "new")


@pytest.fixture
def client(heir: User, client_of: SignIn) -> Client:
    return in_english(client_of(heir))


@pytest.fixture
def july(renamed: Cast, enter: Enter) -> Period:
    with enter(renamed.admin):
        month = lay_out(tenant=renamed.province, year=2024, month=7, by=DECREE_09)
        month.save()
        open_period(period=month, actor=renamed.admin)
    return month


def split(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Succession.objects.filter(predecessor=cast.units["06691"]).update(partial=True)


def page_of(cast: Cast, code: str, kind: str = "units", month: str = JUNE, rest: str = "") -> str:
    start = f"/overview/{month}/" if kind == "overview" else f"/months/{month}/units/"
    return f"{start}{cast.units[code].pk}/{rest}"


# -- What the new unit has of the month before -----------------------------------------------------


def test_what_waits_from_before_the_reform_is_in_the_queue(
    renamed: Cast, heir: User, client: Client, enter: Enter
) -> None:
    new = renamed.units["new"]
    with enter(heir):
        waiting = list(review.waiting_in(new, renamed.june, heir))
        assert [report.team.name for report in waiting] == ["Tổ hg-2"]
        assert review.by_month(heir, [new]) == {new.pk: [(renamed.june, 1)]}
        [group] = review.groups(new, renamed.june, heir)
        assert (group.unit, len(group.waiting)) == (new, 1)
    home = read(client.get("/"))
    [link] = {each for each in home.links if each.endswith("/queue/")}
    queue = read(client.get(link))
    assert queue.one("p", class_="lead").text.startswith("1 waiting")
    assert "Tổ hg-2" in queue.text


def test_what_waits_is_there_for_whoever_was_above_and_is(renamed: Cast, enter: Enter) -> None:
    with enter(renamed.admin):
        for code in ("22", "193", "06691"):
            waiting = review.waiting_in(renamed.units[code], renamed.june, renamed.admin)
            assert [report.team.name for report in waiting] == ["Tổ hg-2"], code


def test_what_waits_at_an_ended_unit_is_counted_as_it_is_listed(
    renamed: Cast, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.SUBMITTED, team="viettel")
    province = renamed.units["22"]
    with enter(renamed.admin):
        waiting = review.waiting_in(province, renamed.june, renamed.admin)
        assert {report.team.name for report in waiting} == {"Tổ hg-2", "Tổ viettel"}
        months = review.by_month(renamed.admin, [province])
        assert months == {province.pk: [(renamed.june, 2)]}


def test_month_page_and_grid_have_the_teams_of_today(renamed: Cast, client: Client) -> None:
    month = read(client.get(page_of(renamed, "new")))
    assert "No active team" not in month.text
    assert month.one("ul", class_="tallies").text.startswith("3 teams")
    assert "2/3 teams" in month.text
    grid = read(client.get(page_of(renamed, "new", rest="grid/")))
    assert all(f"Tổ {name}" in grid.text for name in ("hg-1a", "hg-1b", "hg-2"))


def test_home_tells_no_zeros(client: Client) -> None:
    facts = read(client.get("/")).one("div", class_="facts").text
    assert "2/3 teams" in facts
    assert "0/0" not in facts
    assert "3 local" in facts


def test_home_of_a_new_district_waits_for_its_sums(
    renamed: Cast, enter: Enter, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(restating, "_listeners", [lambda *call: asked.append(call)])
    with enter(renamed.admin):
        new = Unit.objects.get(pk=renamed.units["new"].pk)
        district = Unit(
            tenant=renamed.province, level=Level.DISTRICT, code="999", name="Thành phố Mới",
            valid=new.valid,
        )  # fmt: skip
        district.save()
        Placement.objects.filter(unit=new).update(parent=district)
        Placement.objects.create(
            tenant=renamed.province, unit=district, parent=renamed.units["22"], valid=new.valid
        )
        rebuild_ancestry(tenant=renamed.province)
        Grant.objects.filter(user=renamed.district_officer).update(unit=district)
    client = in_english(client_of(again(renamed.district_officer)))
    home = read(client.get("/"))
    assert "The month is being computed" in home.text
    assert "Every team has submitted" not in home.text
    month = read(client.get(f"/months/{JUNE}/units/{district.pk}/"))
    assert "1 month is being computed" in month.text
    assert not month.all("table")
    assert asked == [(renamed.province.pk, DAY, [renamed.june.pk])] * 2
    with enter(renamed.admin):
        restating.restate(renamed.province.pk, on=DAY, period_ids=[renamed.june.pk])
    assert "2/3 teams" in read(client.get("/")).one("div", class_="facts").text


def test_missing_are_those_of_today(renamed: Cast, heir: User, enter: Enter) -> None:
    with enter(renamed.admin):
        Report.objects.filter(team=renamed.teams["hg-2"]).update(status="draft")
    with enter(heir):
        assert missing.count(renamed.units["new"], renamed.june, heir).missing == 1


# -- What ended unit, and what had not begun -------------------------------------------------------


def test_ended_unit_says_where_it_went_and_no_zeros(
    renamed: Cast, july: Period, client: Client
) -> None:
    for kind in ("overview", "units"):
        page = read(client.get(page_of(renamed, "06691", kind, july.key)))
        assert "Phường Hồng Gai stood until 30/06/2024" in page.text
        assert page_of(renamed, "new", kind, july.key) in page.links
        assert not page.all("table")
    assert client.get(page_of(renamed, "06691", "overview", july.key, "why/adults/")).url == (
        page_of(renamed, "06691", "overview", july.key)
    )


def test_district_without_successor_went_into_the_province(
    renamed: Cast, client_of: SignIn
) -> None:
    page = read(in_english(client_of(renamed.admin)).get(page_of(renamed, "193", "overview")))
    assert "stood until 30/06/2024" in page.text
    assert page_of(renamed, "22", "overview") in page.links


def test_new_unit_under_the_units_of_the_month_links_to_what_it_came_of(
    renamed: Cast, client: Client
) -> None:
    page = read(client.get(page_of(renamed, "new", "overview") + "?tree=month"))
    assert not page.all("table")
    assert page_of(renamed, "06691", "overview") in page.links


# -- Who may read what was -------------------------------------------------------------------------


def test_heir_of_the_whole_reads_what_was(renamed: Cast, heir: User, client: Client) -> None:
    for page in ("", "why/residents_guided/", "download/", "punctuality/"):
        assert client.get(page_of(renamed, "06691", "overview", rest=page)).status_code == 200, page
    assert client.get(page_of(renamed, "06691")).status_code == 200
    assert client.get(page_of(renamed, "06691", rest="grid/")).status_code == 200
    # What is decided is decided where the teams are now.
    assert client.get(page_of(renamed, "06691", rest="queue/")).status_code == 404


def test_teams_of_today_are_sent_from_the_grid_of_what_they_were(
    renamed: Cast, heir: User, client: Client, enter: Enter
) -> None:
    page = page_of(renamed, "06691", rest="grid/")
    grid = read(client.get(page))
    assert page.replace("grid", "file") not in grid.links
    answer = client.post(page.replace("grid", "submit"), {"team": renamed.teams["hg-2"].pk})
    assert (answer.status_code, answer.url.split("?")[0]) == (302, page)


def test_nobody_is_heir_to_what_was_split(
    renamed: Cast, heir: User, client: Client, enter: Enter
) -> None:
    split(renamed, enter)
    for page in (page_of(renamed, "06691", "overview"), page_of(renamed, "06691")):
        assert client.get(page).status_code == 404
    # The teams went where they went, each with its past.
    assert client.get(f"/months/{JUNE}/teams/{renamed.teams['hg-2'].pk}/").status_code == 200


@pytest.mark.parametrize(
    ("who", "overview", "month"),
    [
        ("leader", 403, 404),
        ("officer", 200, 200),
        ("neighbour", 404, 404),
        # Of a district that is no more: a role without a unit.
        ("district_officer", 403, 403),
        ("staff", 200, 403),
        ("admin", 200, 200),
        ("stranger", 404, 404),
        ("national", 200, 403),
    ],
)
def test_past_of_an_ended_unit_is_open_to_its_heirs_and_those_above(
    who: str, overview: int, month: int, renamed: Cast, heir: User, client_of: SignIn
) -> None:
    client = client_of(heir if who == "officer" else getattr(renamed, who))
    for rest in ("", "why/residents_guided/", "download/"):
        page = page_of(renamed, "06691", "overview", rest=rest)
        assert client.get(page).status_code == overview, page
    for rest in ("", "grid/"):
        assert client.get(page_of(renamed, "06691", rest=rest)).status_code == month, rest


def test_heirs_of_one_province_read_nothing_of_another_without_the_second_wall(
    renamed: Cast, heir: User, enter: Enter
) -> None:
    with enter(renamed.admin):
        found = set(Unit.objects.ever_visible_to(heir).values_list("pk", flat=True))
    with enter(renamed.national):
        assert set(Unit.objects.ever_visible_to(heir).values_list("pk", flat=True)) == found
        assert not Total.objects.visible_to(heir).exclude(tenant=renamed.province).exists()


def test_heir_reads_and_does_nothing_more(renamed: Cast, heir: User, enter: Enter) -> None:
    old = renamed.units["06691"]
    with enter(renamed.admin):
        team = renamed.teams["viettel"]
        Team.objects.filter(pk=team.pk).update(unit=old)
        Report.objects.filter(team=renamed.teams["hg-2"]).update(unit=old, team=team)
    with enter(heir):
        assert old in Unit.objects.ever_visible_to(heir)
        assert old not in Unit.objects.visible_to(heir)
        assert Total.objects.visible_to(heir).filter(unit=old).exists()
        assert team in Team.objects.visible_to(heir)
        assert team not in Team.objects.editable_by(heir) | Team.objects.kept_by(heir)
        mine = Report.objects.visible_to(heir).filter(team=team)
        assert mine.exists()
        assert not mine.with_right(heir, Right.REVIEW).exists()
        assert not Report.objects.editable_by(heir).filter(team=team).exists()
        mine.update(status="draft")
        assert not Report.objects.visible_to(heir).filter(team=team).exists()


def test_inheritance_goes_on_and_ends_where_something_was_split(
    renamed: Cast, enter: Enter
) -> None:
    ids = {code: unit.pk for code, unit in renamed.units.items()}
    with enter(renamed.admin):
        Unit.objects.filter(pk=ids["06688"]).update(valid=Unit.objects.get(pk=ids["06691"]).valid)
        chain = Succession.objects.create(
            tenant=renamed.province, predecessor_id=ids["06688"], successor_id=ids["06691"],
            decree="0", effective_on=DAY,
        )  # fmt: skip
        assert lineage.joined([ids["new"]]) == {ids["new"]: {ids["06691"], ids["06688"]}}
        chain.partial = True
        chain.save()
        assert lineage.joined([ids["new"]]) == {ids["new"]: {ids["06691"]}}
        # What stands is no part of another.
        Unit.objects.filter(pk=ids["06691"]).update(valid=renamed.units["22"].valid)
        assert lineage.joined([ids["new"]]) == {ids["new"]: set()}
