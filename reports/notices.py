"""Notices to one person each: making them, reading them, and forgetting them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Delegation, User
from reports.catalogue import of_form
from reports.holders import Holders
from reports.models import Notice, Report
from teams.models import Team
from units import clock

KEPT = timedelta(days=365)

_listeners: list[Callable[[int], None]] = []


def subscribe(listener: Callable[[int], None]) -> None:
    """Have `listener(tenant_id)` called after every commit that left something to be mailed."""
    _listeners.append(listener)


def make(notices: Iterable[Notice]) -> None:
    """Store notices of one province, to be mailed where their people want that.

    What is there already, such as a second digest of a day, is left out.
    """
    rows = list(notices)
    addressed = _reached_by_mail({row.to_id for row in rows})
    for row in rows:
        row.mail_from = timezone.now() if row.to_id in addressed else None
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if addressed:
        _announce(rows[0].tenant_id)


def _reached_by_mail(people: set[int]) -> set[int]:
    """Without a server for mail the portal alone tells them."""
    if not settings.EMAIL_HOST:
        return set()
    rows = User.objects.filter(pk__in=people, is_active=True, wants_mail=True).exclude(email="")
    return set(rows.values_list("pk", flat=True))


def _announce(tenant_id: int) -> None:
    for listener in _listeners:
        # Robust: what follows a commit must not make it look like a failure.
        transaction.on_commit(partial(listener, tenant_id), robust=True)


# -- Reports that came back ----------------------------------------------------------------------


def tell_returned(
    reports: Iterable[Report],
    *,
    reasons: Mapping[int, str],
    remarks: Mapping[str, str],
    actor: User | None,
    at: datetime | None = None,
) -> None:
    """Tell of each returned report whoever has to mend it; part of the step's own transaction.

    `reasons` go by the report's id.

    That is who saved it last, where it is still theirs to do, and otherwise whoever enters the
    team's figures. Who returned it themselves is told nothing. `at` dates it; now, if None.
    """
    moment = at or clock.now()
    rows = list(
        Report.objects.filter(pk__in=[report.pk for report in reports], team__isnull=False)
        .select_related("team", "period", "form")
        .defer("values", "explanations")
        # The newest stands first, so that they read in the order of the queue.
        .order_by("-unit__code", "-team__sort_key", "-pk")
    )
    if not rows:
        return
    holders = Holders(rows[0].tenant_id, [row.team for row in rows if row.team])
    made = []
    for row in rows:
        if row.team is None or not holders.knows(row.team):
            continue
        to = holders.filler(row.team, row.updated_by_id)
        if to is not None and (actor is None or to != actor.pk):
            place = holders.place(row.team).name
            made.append(_returned(row, row.team, place, to, reasons[row.pk], remarks, moment))
    make(made)


def _returned(
    report: Report,
    team: Team,
    place: str,
    to: int,
    reason: str,
    remarks: Mapping[str, str],
    at: datetime,
) -> Notice:
    labels = {each.code: each for each in of_form(report.form).indicators}
    fields = [
        {"code": code, "vi": labels[code].label_vi, "en": labels[code].label_en, "said": remark}
        for code, remark in remarks.items()
    ]
    content: dict[str, Any] = {
        "team": [team.pk, team.name],
        "place": place,
        "month": report.period.key,
        "reason": reason,
        "fields": fields,
    }
    return Notice(
        tenant_id=report.tenant_id,
        to_id=to,
        kind=Notice.Kind.RETURNED,
        period=report.period,
        report=report,
        on=timezone.localdate(at),
        content=content,
        made_at=at,
    )


# -- Standing in ---------------------------------------------------------------------------------


def tell_delegation(delegation: Delegation) -> None:
    """Tell the holder of what is handed over to them, and of its end whichever of the two did not
    end it; part of the same transaction."""
    by_holder = delegation.ended_by_id == delegation.holder_id
    to, by = delegation.holder, delegation.giver
    event, reason = "handed_over", delegation.reason
    if delegation.ended_by_id:
        event, reason = "taken_back", delegation.ending_reason
    if by_holder:
        to, by = by, to
        event = "declined" if delegation.was_declined else "given_back"
    content: dict[str, Any] = {
        "delegation": delegation.pk,
        "event": event,
        "by": str(by),
        "role": delegation.role,
        "unit": delegation.unit.name,
        "since": delegation.since.isoformat(),
        "until": delegation.until.isoformat(),
        "reason": reason,
    }
    notice = Notice(
        tenant_id=delegation.tenant_id,
        to=to,
        kind=Notice.Kind.DELEGATION,
        on=clock.today(),
        content=content,
        made_at=clock.now(),
    )
    make([notice])


# -- Reading and forgetting ----------------------------------------------------------------------


def together(told: Iterable[Notice]) -> list[list[Notice]]:
    """The notices as they are read: those of reports returned in one unit and month together, read
    ones apart from the others; each group where its first stood."""
    groups: dict[tuple[Any, ...], list[Notice]] = {}
    for notice in told:
        key: tuple[Any, ...] = (notice.pk,)
        if notice.kind == Notice.Kind.RETURNED:
            place = notice.content.get("place")
            key = (place, notice.period_id, notice.read_at is None)
        groups.setdefault(key, []).append(notice)
    return list(groups.values())


def mark_read(*, user: User, only: Collection[int] | None = None) -> int:
    """Mark one's own notices as read, or `only` some of them; returns how many were not."""
    unread = Notice.objects.visible_to(user).unread()
    if only is not None:
        unread = unread.filter(pk__in=only)
    return unread.update(read_at=clock.now())


def count_unread(user: User) -> int:
    return Notice.objects.visible_to(user).unread().count()


def forget_old(tenant_id: int) -> int:
    """Drop what was told a year ago, read or not; returns how many notices that were."""
    old = Notice.objects.filter(tenant_id=tenant_id, made_at__lt=clock.now() - KEPT)
    count, _by_model = old.delete()
    return count
