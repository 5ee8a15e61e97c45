"""The accounts of a province: who can sign in, new ones, lost passwords, closed ones."""

import unicodedata
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enrolment import LEVEL_OF_ROLE, open_account
from accounts.models import Grant, User
from accounts.roles import Role
from tests.cast import PASSWORD, Cast, Enter, SignIn
from tests.pages import Node, in_english, read

LIST = "/administration/accounts/"
NEW = "/administration/accounts/new/"

EVERYBODY = [
    "qn.admin", "qn.district_officer", "qn.leader", "qn.neighbour", "qn.officer", "qn.staff",
]  # fmt: skip


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.admin))


def stored(cast: Cast, enter: Enter, **wanted: Any) -> list[User]:
    with enter(cast.national):
        return list(User.objects.filter(**wanted))


# -- The list -----------------------------------------------------------------------------------


def test_accounts_are_those_of_the_province(admin: Client) -> None:
    page = read(admin.get(LIST))
    assert [row[0] for row in page.rows()[1:]] == EVERYBODY
    assert page.row("qn.officer")[1:5] == [
        "Cán bộ officer",
        "commune officer · Phường Hồng Gai",
        "–",
        "active",
    ]
    # Nobody closes the account they sit in.
    assert page.row("qn.admin")[5] == ""
    assert "hd." not in page.text
    assert "quoc-gia" not in page.text


def test_accounts_are_found_by_name(admin: Client) -> None:
    wanted: dict[str, list[str]] = {
        "officer": ["qn.district_officer", "qn.officer"],
        " QN.Staff ": ["qn.staff"],
        unicodedata.normalize("NFD", "Cán bộ leader"): ["qn.leader"],
        "hd.admin": [],
        "%": [],
        "\\": [],
        "'": [],
        "qn.staff\x00": ["qn.staff"],
        "\x00": EVERYBODY,
        "<script>alert(1)</script>": [],
        "x" * 10_000: [],
    }
    got = {}
    for typed in wanted:
        response = admin.get(LIST, {"q": typed})
        assert response.status_code == 200, typed
        assert "<script>alert" not in response.content.decode()
        got[typed] = [row[0] for row in read(response).rows()[1:]]
    assert got == wanted


def test_accounts_have_a_page_for_every_number(admin: Client) -> None:
    got = {}
    for number in ["0", "-1", "2", "x", "²", "9" * 30, "9" * 5000, "\x00"]:
        response = admin.get(LIST, {"page": number})
        got[number] = (response.status_code, len(read(response).rows()))
    assert got == dict.fromkeys(got, (200, 7))


def test_accounts_lie_on_several_pages_where_there_are_many(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        for number in range(50):
            user = User.objects.create(username=f"qn.x{number:02}", tenant=cast.province)
            Grant.objects.create(
                user=user, unit=cast.units["hg-1"], role=Role.TEAM_LEADER, tenant=cast.province
            )
    page = read(admin.get(LIST, {"q": "qn"}))
    assert (len(page.rows()), page.one(rel="next").attributes["href"]) == (51, "?q=qn&page=2")
    last = read(admin.get(LIST + "?q=qn&page=2"))
    assert (len(last.rows()), last.one(rel="prev").attributes["href"]) == (7, "?q=qn&page=1")


def test_accounts_ask_the_database_as_often_for_many(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    def count(question: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(LIST + question)
        return len(queries)

    assert count("?q=qn.staff") == count("?q=officer") == count("")


# -- New ones -----------------------------------------------------------------------------------


def make(client: Client, cast: Cast, **changed: Any) -> HttpResponse:
    sent = {
        "username": "qn.moi",
        "full_name": "Nguyễn Thị Mới",
        "role": "commune_officer",
        "unit": cast.units["06691"].pk,
        **changed,
    }
    return client.post(NEW, sent)


def first_password(response: HttpResponse) -> str:
    return read(response).one(class_="secret").text


def test_new_account_works_with_the_first_password_until_it_is_changed(
    admin: Client, cast: Cast
) -> None:
    response = make(admin, cast)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    password = first_password(response)
    newcomer = Client()
    newcomer.post("/sign-in/", {"username": "qn.moi", "password": password})
    assert newcomer.get("/")["Location"] == "/password/"
    chosen = "sóng Bạch Đằng 938"
    newcomer.post(
        "/password/",
        {"old_password": password, "new_password1": chosen, "new_password2": chosen},
    )
    assert "Phường Hồng Gai" in read(newcomer.get("/")).text


def test_first_password_is_shown_once(admin: Client, cast: Cast) -> None:
    password = first_password(make(admin, cast))
    for address in (LIST, NEW, "/", LIST + "?q=qn.moi"):
        assert password not in admin.get(address).content.decode()
    assert len(password) == 16


def test_new_account_offers_the_units_and_roles_of_the_province(admin: Client, cast: Cast) -> None:
    page = read(admin.get(NEW))
    roles = [each.attributes["value"] for each in page.all("input", name="role")]
    # The nation's staff is none of the province's; a leader's account is made beside the team.
    elsewhere = (Role.NATION_STAFF, Role.TEAM_LEADER)
    assert roles == [role.value for role in Role if role not in elsewhere]
    for role in roles:
        level = LEVEL_OF_ROLE[Role(role)]
        ours = [
            str(unit.pk)
            for unit in cast.units.values()
            if unit.tenant == cast.province and unit.level == level
        ]
        assert sorted(value for value, _ in offered(admin, role)) == sorted(ours)


def offered(admin: Client, role: str) -> list[tuple[str, str]]:
    """The units that can be chosen for a role: what is sent, and what is read."""
    page = read(admin.get(NEW, {"role": role}))
    assert page.one("input", name="role").attributes["value"] == role
    options = page.one("select", name="unit").all("option")[1:]
    return [(each.attributes["value"], each.text) for each in options]


def test_new_account_offers_a_unit_with_the_one_above_it(admin: Client, cast: Cast) -> None:
    commune, province = cast.units["06691"], cast.units["22"]
    assert (str(commune.pk), "Phường Hồng Gai, Thành phố Hạ Long") in offered(
        admin, "commune_officer"
    )
    # Where there is but one, nobody has to choose it.
    page = read(admin.get(NEW, {"role": "province_staff"}))
    assert page.one("form", class_="narrow").filled()["unit"] == str(province.pk)


@pytest.mark.parametrize("role", ["", "nation_staff", "team_leader", "superuser", "\x00"])
def test_new_account_asks_again_for_a_role_that_is_none(role: str, admin: Client) -> None:
    page = read(admin.get(NEW, {"role": role}))
    assert page.one(id="id_role_error").text
    assert page.all("select", name="unit") == []


def test_new_account_keeps_the_name_in_one_form(admin: Client, cast: Cast, enter: Enter) -> None:
    make(admin, cast, full_name=unicodedata.normalize("NFD", "  Nguyễn  Thị Mới\x1b "))
    (user,) = stored(cast, enter, username="qn.moi")
    assert user.full_name == "Nguyễn Thị Mới"
    make(admin, cast, username="QN.ﬁ")
    # As signing in reads it.
    assert stored(cast, enter, username="qn.fi")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "<script>alert(1)</script>"}, "username"),
        ({"username": "=cmd|' /C calc'!A0"}, "username"),
        ({"username": "qn.moi\x00"}, "username"),
        ({"username": "x" * 10_000}, "username"),
        ({"username": "qn.x\u0323"}, "username"),
        ({"username": "qn.hồng-gai"}, "username"),
        ({"username": "аdmin"}, "username"),  # the first letter is a Cyrillic one
        ({"username": "qn@hong-gai"}, "username"),
        ({"username": "QN.Officer"}, "username"),  # taken
        ({"full_name": ""}, "full_name"),
        ({"full_name": " \t "}, "full_name"),
        ({"full_name": "a\x00b"}, "full_name"),
        ({"full_name": "x" * 151}, "full_name"),
        # A commune is no province: such an administrator would lock the months of all.
        ({"role": "province_admin"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"unit": "abc"}, "unit"),
        ({"unit": "²"}, "unit"),
        ({"unit": "9" * 30}, "unit"),
        ({"unit": "9" * 5000}, "unit"),
        ({"unit": "\x00"}, "unit"),
        ({"unit": "-1"}, "unit"),
    ],
)
def test_new_account_is_refused_beside_the_field(
    changed: dict[str, str], named: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    before = len(stored(cast, enter))
    response = make(admin, cast, **changed)
    page = read(response)
    assert response.status_code == 200
    assert page.one(id=f"id_{named}_error").text
    assert page.one(name=named).attributes["aria-describedby"].split()[-1] == f"id_{named}_error"
    assert "<script>alert" not in response.content.decode()
    assert len(stored(cast, enter)) == before
    # What was typed stands there still.
    if named != "full_name":
        assert page.one("input", name="full_name").attributes["value"] == "Nguyễn Thị Mới"


@pytest.mark.parametrize("code", ["30", "10507", "pl-1", "00"])
def test_new_account_is_refused_for_a_unit_of_others(
    code: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    response = make(admin, cast, unit=cast.units[code].pk)
    page = read(response)
    assert page.one(id="id_unit_error").text
    assert cast.units[code].name not in page.text
    assert stored(cast, enter, username="qn.moi") == []


def test_name_that_is_taken_says_so_and_no_more(admin: Client, cast: Cast, enter: Enter) -> None:
    def told(username: str) -> str:
        return read(make(admin, cast, username=username)).one("main").text

    before = len(stored(cast, enter))
    ours = told("qn.officer")
    assert "This user name is taken. Choose another." in ours
    for taken in ("hd.admin", "quoc-gia", " qn.officer "):
        assert told(taken) == ours
    assert len(stored(cast, enter)) == before


def test_name_that_was_taken_meanwhile_says_so(
    admin: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two administrators at the same moment: the database lets one of them in."""
    monkeypatch.setattr("accounts.forms.NewAccountForm.clean_username", lambda form: "hd.admin")
    response = make(admin, cast)
    assert response.status_code == 200
    assert "This user name is taken." in read(response).one(id="id_username_error").text


def test_new_account_grants_nothing_but_the_role(admin: Client, cast: Cast, enter: Enter) -> None:
    make(
        admin, cast, is_superuser="1", is_staff="1", is_demo="1", tenant=cast.other.pk,
        must_change_password="", password="x", is_active="",
    )  # fmt: skip
    (user,) = stored(cast, enter, username="qn.moi")
    assert not any((user.is_superuser, user.is_staff, user.is_demo))
    assert (user.tenant_id, user.must_change_password) == (cast.province.pk, True)
    with enter(cast.admin):
        assert list(user.grants.values_list("role", "unit")) == [
            ("commune_officer", cast.units["06691"].pk)
        ]


# -- Lost passwords, closed accounts ------------------------------------------------------------


def button(page: Node, user: User, what: str) -> Node:
    return page.form(f"{LIST}{user.pk}/{what}/")


def test_lost_password_is_replaced_by_a_first_one(
    admin: Client, cast: Cast, client_of: SignIn
) -> None:
    officer = client_of(cast.officer)
    form = button(read(admin.get(LIST)), cast.officer, "password")
    response = admin.post(form.attributes["action"], form.filled())
    assert "no-store" in response["Cache-Control"]
    # Whoever has the old password is out at once.
    assert officer.get("/").status_code == 302
    officer.post("/sign-in/", {"username": "qn.officer", "password": PASSWORD})
    assert officer.get("/").status_code == 302
    sent = {"username": "qn.officer", "password": first_password(response)}
    assert officer.post("/sign-in/", sent)["Location"] == "/"
    assert officer.get("/")["Location"] == "/password/"


def test_account_is_closed_and_reopened(admin: Client, cast: Cast, client_of: SignIn) -> None:
    officer = client_of(cast.officer)
    form = button(read(admin.get(LIST)), cast.officer, "active")
    assert admin.post(form.attributes["action"], form.filled())["Location"] == LIST
    assert officer.get("/").status_code == 302
    page = read(admin.get(LIST))
    assert page.row("qn.officer")[4] == "closed"
    assert "qn.officer can no longer sign in." in page.text
    form = button(page, cast.officer, "active")
    admin.post(form.attributes["action"], form.filled())
    assert read(admin.get(LIST)).row("qn.officer")[4] == "active"
    assert officer.get("/").status_code == 200


@pytest.mark.parametrize("what", ["password", "active"])
def test_own_account_is_not_for_oneself_to_change(what: str, admin: Client, cast: Cast) -> None:
    response = admin.post(f"{LIST}{cast.admin.pk}/{what}/", {"active": "0"})
    assert response.status_code == 403
    assert "You do not manage this account." in read(response).text
    assert admin.get("/").status_code == 200


@pytest.mark.parametrize("what", ["password", "active"])
def test_account_without_a_role_in_the_area_is_not_found(
    what: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    for user in (cast.stranger, cast.national):
        response = admin.post(f"{LIST}{user.pk}/{what}/", {"active": "0"})
        assert response.status_code == 404
    for user in (cast.stranger, cast.national):
        (kept,) = stored(cast, enter, pk=user.pk)
        assert (kept.is_active, kept.must_change_password) == (True, False)


def test_administrator_of_the_province_manages_another_one(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        second, _ = open_account(
            username="qn.admin2",
            full_name="Quản trị viên 2",
            role=Role.PROVINCE_ADMIN,
            unit=cast.units["22"],
            actor=cast.admin,
        )
    admin.post(f"{LIST}{second.pk}/active/", {"active": "0"})
    assert not stored(cast, enter, pk=second.pk)[0].is_active
