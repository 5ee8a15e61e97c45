"""What was ever locked has been sent on, and two people answer for what changes in it: nobody
approves or confirms their own, nor by an account that may be theirs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.known_passwords import KnownPasswords
from accounts.models import User
from reports.models import Report, ReportStep
from units import clock

# Whoever gave somebody a password so long before what they did, or later, is no second person.
PASSWORDS_REMEMBERED = timedelta(days=30)

# Who did something, and when.
Deed = tuple[User, datetime]


def why_not_approve(reports: Iterable[Report], actor: User) -> dict[int, str]:
    """Of which reports, by id, somebody else has to approve what they say, and why: of those ever
    locked that the actor saved last, or submitted since, or may have by another account.

    The reports are those of `with_was_locked`, of one province. Nothing is asked where none of them
    was ever locked, and three statements at most otherwise.
    """
    locked = [report for report in reports if report.was_ever_locked]
    if not locked:
        return {}
    deeds = {report.pk: [(report.updated_by, report.updated_at)] for report in locked}
    for step in _submissions(locked):
        if step.by:
            deeds[step.report_id].append((step.by, step.at))
    known = known_passwords(
        locked[0].tenant_id, (at for each in deeds.values() for _by, at in each)
    )
    found = {pk: _why_not(each, actor, known) for pk, each in deeds.items()}
    return {pk: why for pk, why in found.items() if why}


def known_passwords(tenant_id: int, moments: Iterable[datetime]) -> KnownPasswords:
    """Who gave whom a password, as far back as `why_one_person` asks for one of the moments."""
    return KnownPasswords(tenant_id, since=min(moments) - PASSWORDS_REMEMBERED)


def why_one_person(deed: Deed, actor: User, known: KnownPasswords) -> str:
    """Why the actor may be the person who did it, by another account; "" where they are two."""
    by, at = deed
    since = at - PASSWORDS_REMEMBERED
    if not known.may_be_one(by.pk, actor.pk, since=since):
        return ""
    return _(
        "Since %(day)s one of you and %(name)s has opened the other's account or renewed its "
        "password, or one administrator has done so for both. It takes somebody of whom that is "
        "not so."
    ) % {"name": by, "day": clock.written(localdate(since))}


def _submissions(reports: list[Report]) -> Iterable[ReportStep]:
    """Those since each was locked last."""
    locked_later = ReportStep.objects.filter(
        report=OuterRef("report"), name="lock", version__gt=OuterRef("version")
    )
    steps = ReportStep.objects.filter(~Exists(locked_later), report__in=reports, name="submit")
    return steps.select_related("by").order_by("pk")


def _why_not(deeds: list[Deed], actor: User, known: KnownPasswords) -> str:
    if any(by == actor for by, _at in deeds):
        return _(
            "This report was locked before, and you saved or submitted its figures: somebody else "
            "has to approve it."
        )
    return next(filter(None, (why_one_person(each, actor, known) for each in deeds)), "")
