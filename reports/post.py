"""Notices as letters: what waits is sent, what could not be is tried again, and none twice.

PostgreSQL is the truth: a notice that is to be mailed says so in its own row, whether or not a
broker or a server for mail is there. Each letter is a transaction of its own, which holds the row
while it is sent, so that two workers never have the same one. A worker that dies after the server
took a letter and before the commit sends it once more: between two servers there is no better
promise than at least once, and a letter of which one is lost would be worse.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Delegation
from reports import wording
from reports.models import Notice, Status
from reports.wording import Line, Target, Wording
from units import clock

logger = logging.getLogger(__name__)

# How long after each failure a letter is tried again; after the last it is given up.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]
# What names the lock of a province's letters among the database's own.
LETTERS = 1001
# So many returned reports to a letter.
IN_A_LETTER = 50
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
    with _alone(tenant_id) as is_alone, _server() as server:
        for _number in range(AT_ONCE if is_alone else 0):
            outcome = _send_next(tenant_id, link, server)
            if outcome is None:
                break
            sent += outcome
    return sent


@contextmanager
def _alone(tenant_id: int) -> Iterator[bool]:
    """Whether no other run is at the province's letters: a slow server must not take up every
    worker, for beat asks again each minute."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LETTERS, tenant_id])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LETTERS, tenant_id])


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    """One connection for all letters of a run, opened by the first."""
    server = get_connection()
    try:
        yield server
    finally:
        server.close()


@transaction.atomic
def _send_next(tenant_id: int, link: Link, server: BaseEmailBackend) -> int | None:
    """Send the next letter; how many went out, or None where none waits or the server is away."""
    together = _next_together(tenant_id)
    if not together:
        return None
    told = _worded([notice for notice in together if _is_wanted(notice)])
    if not told:
        return 0
    notices = list(told)
    message = letter(told, link)
    message.connection = server
    try:
        server.open()
        message.send()
    except SMTPRecipientsRefused as refusal:
        ((code, _words),) = refusal.recipients.values()
        return _take_refusal(notices, code)
    except (OSError, SMTPException) as error:
        logger.warning("The letter of notice %s waits: %s", notices[0].pk, type(error).__name__)
        _put_off(notices)
        return None
    _settle(notices, mailed_at=timezone.now())
    return 1


def _next_together(tenant_id: int) -> list[Notice]:
    """The next notice to be mailed, and what else came back to the same person: a reviewer returns
    many reports at once, and one letter tells of them all. What nobody wants is settled."""
    waiting = (
        Notice.objects.filter(tenant_id=tenant_id)
        .to_mail(timezone.now())
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("to", "report")
    )
    first = waiting.first()
    if first is None:
        return []
    found = [first]
    if first.kind == Notice.Kind.RETURNED:
        others = waiting.filter(to=first.to_id, kind=Notice.Kind.RETURNED).exclude(pk=first.pk)
        found += others[: IN_A_LETTER - 1]
    _settle([notice for notice in found if not _is_wanted(notice)], mailed_at=None)
    return found


def _worded(notices: list[Notice]) -> dict[Notice, Wording]:
    """In the portal's first language, for nobody chooses one for their letters."""
    words = {}
    with translation.override(settings.LANGUAGE_CODE):
        for notice in notices:
            try:
                words[notice] = wording.of(notice)
            except Exception:
                # One of an older release may lack what is asked for: it must not hold up others.
                logger.exception("The letter of notice %s cannot be worded.", notice.pk)
                _put_off([notice])
    return words


def _is_wanted(notice: Notice) -> bool:
    """Whether the letter still says something to somebody who wants it: a report may have been
    mended since, and yesterday's digest is followed by today's."""
    if not (notice.to.is_active and notice.to.wants_mail and notice.to.email):
        return False
    if notice.report is not None:
        return notice.report.status == Status.RETURNED
    if notice.kind == Notice.Kind.DELEGATION:
        return notice.content["event"] != "handed_over" or _is_still_lent(notice)
    return notice.on == clock.today()


def _is_still_lent(notice: Notice) -> bool:
    return Delegation.objects.not_over().filter(pk=notice.content["delegation"]).exists()


def _settle(notices: list[Notice], *, mailed_at: datetime | None) -> int:
    """Nothing is left to be mailed of them; returns 0, for what is settled is not sent."""
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    rows.update(mail_from=None, mailed_at=mailed_at)
    return 0


def _take_refusal(notices: list[Notice], code: int) -> int:
    """An address that is wrong will be so tomorrow; a server may also ask for a little time."""
    logger.warning("The letter of notice %s was refused: %s", notices[0].pk, code)
    if code >= PERMANENT:
        return _settle(notices, mailed_at=None)
    return _put_off(notices)


def _put_off(notices: list[Notice]) -> int:
    """Returns 0, for nothing is sent."""
    for notice in notices:
        tries = notice.mail_tries + 1
        again = timezone.now() + WAITS[tries - 1] if tries <= len(WAITS) else None
        if again is None:
            logger.error("The letter of notice %s is given up after %s tries.", notice.pk, tries)
        Notice.objects.filter(pk=notice.pk).update(mail_from=again, mail_tries=tries)
    return 0


# -- The letter ----------------------------------------------------------------------------------


def letter(told: Mapping[Notice, Wording], link: Link) -> EmailMessage:
    """A plain text to one person of what they are told, in the portal's first language.

    It says which month of which unit waits for whom, with links. What people wrote stays in the
    portal, as do names of people and figures: a letter passes through many hands.
    """
    to = next(iter(told)).to
    with translation.override(settings.LANGUAGE_CODE):
        return EmailMessage(
            # One line by `normalise`; Django refuses a header of two on its own account, too.
            subject=_("[Community digital technology teams] %(title)s") % {"title": _title(told)},
            body=_body(told.values(), link),
            to=[to.email],
            # A program that answers letters leaves these alone.
            headers={"Auto-Submitted": "auto-generated"},
        )


def _title(told: Mapping[Notice, Wording]) -> str:
    if len(told) == 1:
        return next(iter(told.values())).title
    return ngettext(
        "%(count)s report is returned to you", "%(count)s reports are returned to you", len(told)
    ) % {"count": len(told)}


def _body(said: Iterable[Wording], link: Link) -> str:
    parts = []
    for words in said:
        parts += [f"{words.title}.", *(_paragraph(line, link) for line in words.lines)]
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
