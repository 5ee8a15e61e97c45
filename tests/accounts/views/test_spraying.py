"""The lock of an address from which one password is tried on many names."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.accounts.views.test_sign_in import enter_by, is_inside
from tests.pages import in_english, read

pytestmark = pytest.mark.usefixtures("cast")


def spray(names: int) -> HttpResponse:
    """Try one password on many names, two times each."""
    for number in range(names):
        for _ in range(2):
            response = enter_by(Client(), f"qn.other-{number}", "wrong")
    return response


def test_one_password_for_many_names_locks_the_address() -> None:
    assert spray(15).status_code == 200
    stranger = in_english(Client())
    response = enter_by(stranger, "qn.neighbour")
    assert response.status_code == 429
    assert "From your network there were too many failures" in read(response).text
    assert not is_inside(stranger)
    # From elsewhere everybody signs in, and it is over by itself.
    assert enter_by(Client(), "qn.neighbour", REMOTE_ADDR="203.0.113.1")["Location"] == "/"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter_by(Client(), "qn.neighbour")["Location"] == "/"


def test_locked_address_lets_in_whoever_has_signed_in_there() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        enter_by(Client())
    spray(15)
    assert enter_by(Client(), "qn.neighbour").status_code == 429
    assert enter_by(Client())["Location"] == "/"
    # Their sign-in leaves room for as many failures again.
    assert enter_by(Client(), "qn.neighbour")["Location"] == "/"
    assert spray(45).status_code == 429


def test_account_of_ones_own_gives_few_guesses_more() -> None:
    spray(14)
    for _ in range(3):
        assert enter_by(Client())["Location"] == "/"
    spray(30)
    assert enter_by(Client(), "qn.neighbour").status_code == 429
