"""The second pair of eyes that a correction needs."""

from datetime import date

from django.test import override_settings

from accounts.enrolment import open_account
from accounts.models import User
from accounts.roles import Role
from tests.cast import PASSWORD, Cast, Enter


def second_admin(cast: Cast, enter: Enter, *, beside: User | None = None) -> User:
    """Another administrator beside that of Quảng Ninh, or the one of another province, whose
    account the first one opened long ago."""
    first = beside or cast.admin
    with enter(first), override_settings(BUSINESS_DATE=date(2024, 4, 1)):
        user, _password = open_account(
            username=f"{first.username[:2]}.second",
            full_name="Quản trị viên thứ hai",
            role=Role.PROVINCE_ADMIN,
            unit=first.held_grants[0].unit,
            actor=first,
        )
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save()
    return user
