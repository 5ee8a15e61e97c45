"""The address of the server of mail: what it says, and what is refused at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cnscd_portal.outgoing import MailServer, mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        ("smtp://mail.example.vn", MailServer("mail.example.vn", 25)),
        ("smtp://127.0.0.1:2525", MailServer("127.0.0.1", 2525)),
        (
            "smtp+tls://cong%40tinh.vn:m%2Fk@mail.example.vn",
            MailServer("mail.example.vn", 587, "cong@tinh.vn", "m/k", tls=True),
        ),
        ("smtp+ssl://a:b@mail.example.vn", MailServer("mail.example.vn", 465, "a", "b", ssl=True)),
    ],
)
def test_address_is_read(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example.vn", "http://mail.example.vn", "smtp://", "smtps://a"]
)
def test_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        mail_server(url)
