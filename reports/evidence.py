"""Photos and files beside a team's month: attached, removed, put back, and cleared out.

A file is written before the row that names it is committed, so that no row ever lacks its file; a
file that lost its row is cleared out at night.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast
from uuid import uuid4

import pghistory
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from reports import entry, filling
from reports.catalogue import of_period
from reports.evidence_content import examine
from reports.models import Evidence, Period, Report
from reports.models.evidence import folder_of
from reports.periods import demand_open, demand_writable
from reports.workflow import demand_unsent
from teams.models import Team
from units import clock, tenancy
from units.errors import FileRefused, NotAllowed, NotPossibleNow
from units.models import Tenant

# What was removed can be put back for so long.
KEPT_REMOVED = timedelta(days=30)
# A file without a row may be one whose row is just being written.
YOUNG = timedelta(days=1)
LONGEST_NAME = 100


@transaction.atomic
def attach(
    *, team: Team, period: Period, path: Path, name: str, actor: User, at: datetime | None = None
) -> Evidence:
    """Keep a file beside the team's month, which may have no report yet.

    The same content again, as after an answer that was lost, is the file that is there. Raises
    NotAllowed, NotPossibleNow where the month or the report is closed, and FileRefused.
    """
    team = filling.hold(team, period, actor)
    demand_writable(period, team)
    demand_size(path.stat().st_size)
    content = examine(path)
    moment = at or clock.now()
    report = _held(team, period, actor, moment)
    digest = hashlib.sha256(content.whole).hexdigest()
    if known := report.evidence.attached().filter(sha256=digest).first():
        return known
    _demand_room(report)
    evidence = Evidence(
        tenant_id=report.tenant_id,
        report=report,
        name=shown_name(name, content.kind),
        key=uuid4(),
        kind=content.kind,
        size=len(content.whole),
        sha256=digest,
        at=moment,
        by=actor,
    )
    default_storage.save(evidence.path, ContentFile(content.whole))
    if content.small:
        default_storage.save(evidence.small_path, ContentFile(content.small))
    evidence.save(force_insert=True)
    return evidence


@transaction.atomic
def remove(*, evidence: Evidence, actor: User) -> None:
    """Take a file away; `restore` puts it back. As many are kept as a report takes: the one that
    was removed before those goes for good. Raises NotAllowed and NotPossibleNow."""
    report = _writable(evidence, actor)
    rows = Evidence.objects.attached().filter(pk=evidence.pk)
    rows.update(removed_at=clock.now(), removed_by=actor)
    for gone in report.evidence.removed()[settings.MOST_EVIDENCE :]:
        # The history keeps that it was there.
        gone.delete()
        transaction.on_commit(partial(_delete_files, gone))


@transaction.atomic
def restore(*, evidence: Evidence, actor: User) -> None:
    """Put a file back that was removed. Raises NotAllowed, NotPossibleNow where it is kept no
    longer or stands there again, and FileRefused where there is no room."""
    report = _writable(evidence, actor)
    removed = Evidence.objects.filter(pk=evidence.pk).exclude(removed_at=None)
    if not removed.exists():
        return
    if not removed.filter(removed_at__gt=clock.now() - KEPT_REMOVED).exists():
        raise NotPossibleNow(_("The file was removed too long ago: attach it again."))
    if report.evidence.attached().filter(sha256=evidence.sha256).exists():
        raise NotPossibleNow(_("The same file is attached already."))
    _demand_room(report)
    # The row forgets who did it; the history is told.
    with pghistory.context(user=actor.pk, at=clock.now().isoformat()):
        removed.update(removed_at=None, removed_by=None)


@dataclass
class Files:
    """Those beside a report, in the order in which they came: `attached`, and for whoever writes
    `removed`, which can be put back."""

    attached: list[Evidence]
    removed: list[Evidence]

    @property
    def goes_next(self) -> Evidence | None:
        """Which one the next removal deletes for good; None while there is room."""
        if len(self.removed) < settings.MOST_EVIDENCE:
            return None
        return min(self.removed, key=lambda each: (each.removed_at, each.pk))


def beside(report: Report | None, *, with_removed: bool) -> Files:
    """The files beside a report; those that can be put back only if asked for."""
    if report is None:
        return Files([], [])
    rows = report.evidence.select_related("by", "removed_by")
    recent = rows.filter(removed_at__gt=clock.now() - KEPT_REMOVED)
    found = list(rows.attached() | recent if with_removed else rows.attached())
    return Files(
        [each for each in found if not each.removed_at], [each for each in found if each.removed_at]
    )


def clear_out(tenant_id: int) -> int:
    """Delete the files of a province that no row keeps; how many there were.

    Such are those whose row was never committed, and those removed long ago. Raises ValueError
    where the connection is not open for this province: its files would all look lost.
    """
    if tenancy.present()["tenant"] != str(tenant_id):
        raise ValueError(f"The connection is not open for tenant {tenant_id}.")
    rows = Evidence.objects.filter(tenant_id=tenant_id)
    kept = rows.attached() | rows.filter(removed_at__gt=clock.now() - KEPT_REMOVED)
    known = {path for each in kept.iterator() for path in (each.path, each.small_path)}
    # Asked last: whatever merges meanwhile brings rows that are not known here.
    paths = [path for folder in _folders(tenant_id) for path in _stored(folder)]
    lost = [path for path in paths if path not in known and not _is_young(path)]
    for path in lost:
        default_storage.delete(path)
    return len(lost)


def _folders(tenant_id: int) -> list[str]:
    """Those that a province looks after: its own, and of the provinces that became part of it. One
    that has become part of another looks after none."""
    if not Tenant.objects.provinces().filter(pk=tenant_id).exists():
        return []
    found = [tenant_id]
    for each in found:
        found += Tenant.objects.filter(merged_into=each).values_list("pk", flat=True)
    return [folder_of(each) for each in found]


def _stored(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]


def demand_size(size: int) -> None:
    """Raises FileRefused for a file of more bytes than one may have."""
    if size > settings.LARGEST_EVIDENCE:
        raise too_large()


def too_large() -> FileRefused:
    """The sentence for a file that is too large."""
    most = {"most": largest_in_megabytes()}
    return FileRefused(_("The file is larger than %(most)s MB.") % most)


def largest_in_megabytes() -> int:
    """How large one file may be."""
    return settings.LARGEST_EVIDENCE // (1024 * 1024)


def too_many() -> FileRefused:
    """The sentence for more files than a report takes."""
    said = _("A report takes %(most)s files: remove one first.")
    return FileRefused(said % {"most": settings.MOST_EVIDENCE})


def shown_name(name: str, kind: Evidence.Kind) -> str:
    """What its owner calls it, without folders, signs that steer, and the ending it came with."""
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    letters = "".join(
        each for each in plain if each == " " or unicodedata.category(each)[0] not in "CZ"
    )
    stem = " ".join(re.sub(r'[<>:"|?*]', " ", Path(letters).stem).split()).strip(". ")
    name = stem[:LONGEST_NAME] or _("File")
    return f"{name}.{kind.value}"


def _held(team: Team, period: Period, actor: User, moment: datetime) -> Report:
    """The report, which nobody else changes meanwhile and which can be written. One that begins
    with a file says nothing yet: its version is that of no report, as whoever types has seen it."""
    report = entry.held(team, period) or cast(
        Report,
        entry.begin(team, period, of_period(period), {}, actor, moment, version=0),
    )
    demand_unsent(report)
    return report


def _writable(evidence: Evidence, actor: User) -> Report:
    """The report of a file, held. Raises NotAllowed, and NotPossibleNow where it is closed."""
    report = Report.objects.select_for_update(of=("self",)).select_related("period", "team")
    held = report.get(pk=evidence.report_id)
    if not Report.objects.editable_by(actor).filter(pk=held.pk).exists():
        raise NotAllowed(_("You do not enter the figures of this team."))
    demand_open(held.period, held.team)
    demand_unsent(held)
    return held


def _demand_room(report: Report) -> None:
    if report.evidence.attached().count() >= settings.MOST_EVIDENCE:
        raise too_many()


def _delete_files(evidence: Evidence) -> None:
    """What is not deleted here, as where the storage is away, is cleared out at night."""
    for path in (evidence.path, evidence.small_path):
        default_storage.delete(path)


def _is_young(path: str) -> bool:
    return default_storage.get_modified_time(path) > timezone.now() - YOUNG
