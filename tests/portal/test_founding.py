"""A new server: the nation, a province, its administrator and its months, by three commands."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.backends import AccountBackend
from accounts.models import User
from accounts.roles import Right
from reports.models import Period
from units.models import Tenant, Unit
from units.tenancy import scope


@pytest.fixture(autouse=True)
def _emptied(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate units_tenant cascade")


def run(*command: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def found_both() -> dict[str, str]:
    """The first passwords by account."""
    return {
        "bo": run("found_nation", "bo", full_name="Chuyên viên").split()[-1],
        "qn": run("found_province", "22", "qn", full_name="Quản trị viên").split()[-1],
    }


def test_commands_lead_to_an_administrator_who_can_open_months_and_accounts() -> None:
    for username, password in found_both().items():
        user = AccountBackend().authenticate(None, username=username, password=password)
        assert user is not None
        assert user.must_change_password
    assert run("lay_out_months", "22", "2024", calendar="statistics").startswith("Quảng Ninh: 12")
    tenant = Tenant.objects.get(code="22")
    with scope(tenant=tenant.pk):
        admin = User.objects.get(username="qn")
        assert Unit.objects.visible_to(admin).count() == 1 + 13 + 177
        assert admin.holds(Right.PERIODS)
        assert admin.may(Right.ACCOUNTS, Unit.objects.get(code="06691"))
        months = Period.objects.editable_by(admin)
        assert {month.state for month in months} == {Period.State.UNOPENED}
        assert sorted(month.starts_on.month for month in months) == list(range(1, 13))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("found_nation", "ai"), "The nation is founded already."),
        (("found_province", "22", "ai"), "Province 22 exists."),
        (("found_province", "99", "ai"), "units-2022.csv has no province 99."),
    ],
)
def test_second_time_is_refused_and_changes_nothing(command: tuple[str, ...], said: str) -> None:
    found_both()
    with pytest.raises(CommandError) as refusal:
        run(*command, full_name="Ai đó")
    assert str(refusal.value) == said
    assert Tenant.objects.count() == 2
    with scope(reads_all=True):
        assert User.objects.count() == 2


def test_province_needs_the_nation_first() -> None:
    with pytest.raises(CommandError, match="Found the nation first"):
        run("found_province", "22", "qn", full_name="Quản trị viên")
    assert not Tenant.objects.exists()


def test_missing_file_is_named(tmp_path: Any) -> None:
    run("found_nation", "bo", full_name="Chuyên viên")
    with pytest.raises(CommandError, match=r"none\.csv"):
        run("found_province", "22", "qn", full_name="Ai đó", units=tmp_path / "none.csv")


def test_months_are_laid_out_once_and_for_a_province_that_is_there() -> None:
    found_both()
    run("lay_out_months", "22", "2024")
    with pytest.raises(CommandError, match="2024"):
        run("lay_out_months", "22", "2024")
    with pytest.raises(CommandError, match="no province 99"):
        run("lay_out_months", "99", "2024")
