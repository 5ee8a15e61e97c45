"""Letters as a server of mail took them: what a program for mail would show."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


def caught(folder: Path) -> list[EmailMessage]:
    """Every letter in the folder of a catcher, the oldest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


def subject_of(letter: EmailMessage) -> str:
    """Without the blank that stays where a long one was folded."""
    return str(letter["Subject"]).strip()
