"""Finding the account of somebody whose province is not known yet."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from units.tenancy import scope


class AccountBackend(ModelBackend):
    """Opens the wall by the width of one account, by name on sign-in and by id afterwards."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        name = User.normalize_username(username)
        with scope(sign_in=name):
            user = User.objects.select_related("tenant").filter(username=name).first()
        if user is None:
            # As slow as a wrong password, so that names cannot be told apart by the clock.
            User().set_password(password)
            return None
        # Checking may renew an outdated hash, which writes the row.
        with scope(tenant=user.tenant_id):
            right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: int) -> User | None:
        with scope(account=user_id):
            user = User.objects.select_related("tenant").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
