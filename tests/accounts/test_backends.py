"""Finding an account while the province is not known yet."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from pytest_django import Settings

from accounts.backends import AccountBackend
from accounts.models import User
from tests.cast import PASSWORD, Cast, Enter
from units.tenancy import present

backend = AccountBackend()


@pytest.fixture(autouse=True)
def _closed_before_and_after(cast: Cast) -> Iterator[None]:
    assert not any(present().values())
    yield
    assert not any(present().values())


def change(user: User, enter: Enter, **fields: object) -> None:
    with enter(user):
        User.objects.filter(pk=user.pk).update(**fields)


def test_authenticate_finds_the_account(cast: Cast) -> None:
    user = backend.authenticate(None, username="qn.officer", password=PASSWORD)
    assert user == cast.officer
    assert user.tenant == cast.province


@pytest.mark.parametrize("typed", ["QN.OFFICER", "Qn.Officer", "qn.oﬃcer"])
def test_authenticate_finds_the_account_however_its_name_is_typed(typed: str, cast: Cast) -> None:
    assert backend.authenticate(None, username=typed, password=PASSWORD) == cast.officer


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("qn.officer", "wrong"),
        ("qn.officer", ""),
        ("qn.officer", None),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        (None, PASSWORD),
    ],
)
def test_authenticate_refuses(username: str | None, password: str | None) -> None:
    assert backend.authenticate(None, username=username, password=password) is None


def test_authenticate_refuses_a_closed_account(cast: Cast, enter: Enter) -> None:
    change(cast.officer, enter, is_active=False)
    assert backend.authenticate(None, username="qn.officer", password=PASSWORD) is None
    assert backend.get_user(cast.officer.pk) is None


@pytest.mark.parametrize("demo", [True, False])
def test_demo_account_exists_only_in_the_demo(
    demo: bool, cast: Cast, enter: Enter, settings: Settings
) -> None:
    settings.DEMO = demo
    change(cast.officer, enter, is_demo=True)
    found = cast.officer if demo else None
    assert backend.authenticate(None, username="qn.officer", password=PASSWORD) == found
    assert backend.get_user(cast.officer.pk) == found


def test_unknown_name_takes_as_long_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    backend.authenticate(None, username="qn.officer", password="one")
    backend.authenticate(None, username="nobody", password="two")
    assert hashed == ["one", "two"]


def test_authenticate_renews_an_outdated_hash(cast: Cast, enter: Enter, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [
        *settings.PASSWORD_HASHERS,
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    outdated = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)
    change(cast.officer, enter, password=outdated)
    assert backend.authenticate(None, username="qn.officer", password="wrong") is None
    assert backend.authenticate(None, username="qn.officer", password=PASSWORD) == cast.officer
    with enter(cast.officer):
        cast.officer.refresh_from_db()
    assert cast.officer.password.startswith("md5$")
    assert backend.authenticate(None, username="qn.officer", password=PASSWORD) == cast.officer


def test_get_user_finds_the_account_of_a_session(cast: Cast) -> None:
    user = backend.get_user(cast.stranger.pk)
    assert user == cast.stranger
    assert user.tenant == cast.other
    assert backend.get_user(0) is None
