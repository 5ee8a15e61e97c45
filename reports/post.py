"""Notices as letters: what waits is sent, what could not be is tried again, and none twice.

PostgreSQL is the truth: a notice that is to be mailed says so in its own row, whether or not a
broker or a server for mail is there. Each letter is a transaction of its own, which holds the row
while it is sent, so that two workers never have the same one. A worker that dies after the server
took a letter and before the commit sends it once more: between two servers there is no better
promise than at least once, and a letter of which one is lost would be worse.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reports import wording
from reports.models import Notice, Status
from reports.wording import Line, Target, Wording
from units import clock

logger = logging.getLogger(__name__)

# How long after each failure a letter is tried again; after the last it is given up.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]
# So many letters to a run: the next run takes the rest.
AT_ONCE = 500
# What a server of mail answers from here on, it means for good.
PERMANENT = 500

Link = Callable[[Target], str]


def send_waiting(tenant_id: int, *, link: Link) -> int:
    """Mail what waits in a province, at most `AT_ONCE`; returns how many letters were sent.

    `link` makes a whole address of where a line leads. Stops at a server that is away, for the
    rest would only wait for it, too.
    """
    sent = 0
    for _number in range(AT_ONCE):
        outcome = _send_next(tenant_id, link)
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _send_next(tenant_id: int, link: Link) -> int | None:
    """Send the next letter; how many went out, or None where none waits or the server is away."""
    waiting = Notice.objects.filter(tenant_id=tenant_id).to_mail(timezone.now())
    notice = (
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("to", "report")
        .first()
    )
    if notice is None:
        return None
    if not _is_wanted(notice):
        return _settle(notice, mailed_at=None)
    try:
        letter(notice, link).send()
    except SMTPRecipientsRefused as refusal:
        return _take_refusal(notice, [code for code, _words in refusal.recipients.values()])
    except (OSError, SMTPException) as error:
        logger.warning("The letter of notice %s waits: %s", notice.pk, type(error).__name__)
        _put_off(notice)
        return None
    _settle(notice, mailed_at=timezone.now())
    return 1


def _is_wanted(notice: Notice) -> bool:
    """Whether the letter still says something to somebody who wants it: a report may have been
    mended since, and yesterday's digest is followed by today's."""
    if not (notice.to.is_active and notice.to.wants_mail and notice.to.email):
        return False
    if notice.report is not None:
        return notice.report.status == Status.RETURNED
    return notice.on == clock.today()


def _settle(notice: Notice, *, mailed_at: datetime | None) -> int:
    """Nothing is left to be mailed of it; returns 0, for what is settled is not sent."""
    Notice.objects.filter(pk=notice.pk).update(mail_from=None, mailed_at=mailed_at)
    return 0


def _take_refusal(notice: Notice, codes: list[int]) -> int:
    """An address that is wrong will be so tomorrow; a server may also ask for a little time."""
    logger.warning("The letter of notice %s was refused: %s", notice.pk, codes)
    if min(codes) >= PERMANENT:
        return _settle(notice, mailed_at=None)
    return _put_off(notice)


def _put_off(notice: Notice) -> int:
    """Returns 0, for nothing is sent."""
    tries = notice.mail_tries + 1
    again = timezone.now() + WAITS[tries - 1] if tries <= len(WAITS) else None
    if again is None:
        logger.error("The letter of notice %s is given up after %s tries.", notice.pk, tries)
    Notice.objects.filter(pk=notice.pk).update(mail_from=again, mail_tries=tries)
    return 0


# -- The letter ----------------------------------------------------------------------------------


def letter(notice: Notice, link: Link) -> EmailMessage:
    """A plain text in the portal's first language, for nobody chooses one for their letters.

    It says which month of which unit waits for whom, with links. What people wrote stays in the
    portal, as do names of people and figures: a letter passes through many hands.
    """
    with translation.override(settings.LANGUAGE_CODE):
        words = wording.of(notice)
        return EmailMessage(
            # One line by `normalise`; Django refuses a header of two on its own account, too.
            subject=_("[Community digital technology teams] %(title)s") % {"title": words.title},
            body=_body(words, link),
            to=[notice.to.email],
            # A program that answers letters leaves these alone.
            headers={"Auto-Submitted": "auto-generated"},
        )


def _body(words: Wording, link: Link) -> str:
    parts = [f"{words.title}.", *(_paragraph(line, link) for line in words.lines)]
    parts.append(
        _(
            "The portal has the details. There you also choose whether it writes to you: open the "
            "menu with your name, then “Notices and mail”."
        )
    )
    return "\n\n".join(parts) + "\n"


def _paragraph(line: Line, link: Link) -> str:
    names = [f"- {name}" for name, _target in line.names]
    return "\n".join([line.text, *names, link(line.target)])
