"""Making accounts, giving them roles, closing them."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.backends import AccountBackend
from accounts.enrolment import (
    LEVEL_OF_ROLE,
    grant_role,
    open_account,
    renew_password,
    set_active,
)
from accounts.models import Grant, User
from accounts.roles import Role
from tests.cast import Cast, Enter
from units.errors import DomainError, NotAllowed
from units.models import Level

# Everybody who does not manage accounts of phường Hồng Gai, in the province and outside of it.
OTHERS = ["leader", "officer", "neighbour", "district_officer", "staff", "stranger", "national"]


def open_for_hong_gai(cast: Cast, actor: User, username: str = "qn.moi") -> tuple[User, str]:
    return open_account(
        username=username,
        full_name="  Nguyễn Thi\u0323 Mới ",
        role=Role.COMMUNE_OFFICER,
        unit=cast.units["06691"],
        actor=actor,
    )


def signs_in(username: str, password: str) -> bool:
    return AccountBackend().authenticate(None, username=username, password=password) is not None


def test_open_account_gives_one_role_and_a_first_password(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        user, password = open_for_hong_gai(cast, cast.admin)
        user = User.objects.get(pk=user.pk)
        assert (user.tenant, user.full_name) == (cast.province, "Nguyễn Thị Mới")
        assert user.must_change_password
        assert not any((user.is_demo, user.is_staff, user.is_superuser))
        grants = user.grants.values_list("role", "unit", "tenant")
        assert list(grants) == [(Role.COMMUNE_OFFICER, cast.units["06691"].pk, cast.province.pk)]
    assert signs_in("qn.moi", password)
    assert len(password) == 16


def test_open_account_refuses_a_name_that_is_taken(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        for taken in ("qn.officer", "QN.Officer", "hd.admin"):  # the last behind the wall
            with pytest.raises(IntegrityError), transaction.atomic():
                open_for_hong_gai(cast, cast.admin, taken)


@pytest.mark.parametrize(
    "name", ["", "аdmin", "qn.hồng-gai", "qn hong", "qn@hong", "qn+hong", "qn.moi\n", "ｑn\x00"]
)
def test_open_account_refuses_a_name_that_could_be_taken_for_another(
    name: str, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin), pytest.raises(DomainError):
        open_for_hong_gai(cast, cast.admin, name)


def test_open_account_keeps_the_name_in_small_letters(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        user, password = open_for_hong_gai(cast, cast.admin, "QN.Moi_2")
    assert user.username == "qn.moi_2"
    assert signs_in("Qn.Moi_2", password)


def test_name_is_one_whatever_its_letters(cast: Cast, enter: Enter) -> None:
    """The database holds it, whoever writes."""
    with enter(cast.admin), pytest.raises(IntegrityError, match="name_once_in_small_letters"):
        User.objects.filter(pk=cast.neighbour.pk).update(username="QN.officer")


@pytest.mark.parametrize("who", OTHERS)
def test_open_account_is_refused_to(who: str, cast: Cast, enter: Enter) -> None:
    actor = getattr(cast, who)
    with enter(actor), pytest.raises(NotAllowed):
        open_for_hong_gai(cast, actor)
    with enter(cast.national):
        assert not User.objects.filter(username="qn.moi").exists()


@pytest.mark.parametrize("who", OTHERS)
def test_grant_role_is_refused_to(who: str, cast: Cast, enter: Enter) -> None:
    actor = getattr(cast, who)
    with enter(actor), pytest.raises(NotAllowed):
        grant_role(user=actor, role=Role.COMMUNE_OFFICER, unit=cast.units["06691"], actor=actor)


def test_grant_role_refuses_an_account_of_another_province(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pytest.raises(NotAllowed):
        grant_role(
            user=cast.stranger,
            role=Role.COMMUNE_OFFICER,
            unit=cast.units["06691"],
            actor=cast.admin,
        )


def test_every_role_but_one_is_held_at_one_level() -> None:
    assert LEVEL_OF_ROLE == {
        Role.COMMUNE_OFFICER: Level.COMMUNE,
        Role.DISTRICT_OFFICER: Level.DISTRICT,
        Role.PROVINCE_STAFF: Level.PROVINCE,
        Role.PROVINCE_ADMIN: Level.PROVINCE,
        Role.NATION_STAFF: Level.NATION,
    }


@pytest.mark.parametrize("role", Role)
def test_grant_role_refuses_a_unit_of_another_level(role: Role, cast: Cast, enter: Enter) -> None:
    """An administrator of a commune would open and lock the months of the whole province."""
    with enter(cast.admin):
        granted = []
        for code in ("22", "193", "06691", "hg-1"):
            try:
                grant_role(user=cast.neighbour, role=role, unit=cast.units[code], actor=cast.admin)
                granted.append(cast.units[code].level)
            except DomainError:
                pass
        # Teams sit at every level below the nation, and so do those who lead them.
        wanted = [LEVEL_OF_ROLE[role]] if role in LEVEL_OF_ROLE else [1, 2, 3, 4]
        assert granted == [level for level in wanted if level != Level.NATION]


def test_role_is_granted_once(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pytest.raises(IntegrityError, match="role_is_granted_once"):
        grant_role(
            user=cast.officer,
            role=Role.COMMUNE_OFFICER,
            unit=cast.units["06691"],
            actor=cast.admin,
        )


def test_renew_password_replaces_the_old_one(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        first = renew_password(user=cast.officer, actor=cast.admin)
        second = renew_password(user=cast.officer, actor=cast.admin)
        cast.officer.refresh_from_db()
    assert cast.officer.must_change_password
    assert not signs_in("qn.officer", first)
    assert signs_in("qn.officer", second)


def test_name_of_a_person_holds_no_link(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pytest.raises(DomainError, match="địa chỉ trang web"):
        open_account(
            username="qn.link", full_name="Quà tại https://qua.example",
            role=Role.COMMUNE_OFFICER, unit=cast.units["06691"], actor=cast.admin,
        )  # fmt: skip


def test_set_active_closes_and_reopens(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        password = renew_password(user=cast.officer, actor=cast.admin)
        set_active(user=cast.officer, active=False, actor=cast.admin)
    assert not signs_in("qn.officer", password)
    with enter(cast.admin):
        assert Grant.objects.filter(user=cast.officer).exists()
        set_active(user=cast.officer, active=True, actor=cast.admin)
    assert signs_in("qn.officer", password)


@pytest.mark.parametrize(
    "change",
    [
        lambda user, actor: renew_password(user=user, actor=actor),
        lambda user, actor: set_active(user=user, active=False, actor=actor),
    ],
    ids=["renew_password", "set_active"],
)
@pytest.mark.parametrize("who", [*OTHERS, "admin"])
def test_account_is_not_managed_by(
    who: str, change: Callable[[User, User], object], cast: Cast, enter: Enter
) -> None:
    """Nobody but the administrator of the province, and not the administrator's own account."""
    actor = getattr(cast, who)
    user = cast.admin if who == "admin" else cast.officer
    with enter(cast.national):
        before = User.objects.values().get(pk=user.pk)
    with enter(actor), pytest.raises(NotAllowed):
        change(user, actor)
    with enter(cast.national):
        assert User.objects.values().get(pk=user.pk) == before


def test_history_keeps_who_an_account_was_but_never_its_password(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        set_active(user=cast.officer, active=False, actor=cast.admin)
        renew_password(user=cast.officer, actor=cast.admin)
        events = cast.officer.events.order_by("pgh_id")
        assert events.last().is_active is False
        assert {"password", "last_login"}.isdisjoint(
            field.name for field in events.model._meta.fields
        )
