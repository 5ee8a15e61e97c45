"""What happened to a report: who changed which figure or file, and who took which step, and why."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import behalf, extensions, moves, remarks
from reports.checks import EXPLAIN
from reports.figures import Values
from reports.models import Check, Evidence, Indicator, Report, ReportStep, Status
from reports.moves import Move
from reports.periods import days_late
from reports.steps import STEPS, Step

Unset = object()
WORDS = ("difficulties", "proposals")
# Whoever goes on after so long has begun anew.
A_PAUSE = timedelta(hours=1)


@dataclass
class Change:
    """One figure before and after; a missing key was not reported, None is not applicable."""

    indicator: Indicator
    old: int | None
    new: int | None
    was_reported: bool
    is_reported: bool


@dataclass
class Entry:
    """One version of a report, or `files` beside it that somebody changed in one go. `step` None
    means that figures were saved, or files changed, or what `along` says."""

    at: datetime
    by: User | None
    # Whose right it was, where `by` stood in for somebody.
    on_behalf_of: User | None
    step: Step | None = None
    # By how many days the report was first sent after the deadline; 0 for every other entry.
    days_late: int = 0
    reason: str = ""
    remarks: list[tuple[Indicator, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # What the difficulties and proposals say since, where they changed.
    words: list[str] = field(default_factory=list)
    # What was handed in with a word on it: the check, the figure then, and the word.
    explained: list[tuple[Check, int | None, str]] = field(default_factory=list)
    # What was done, and with which file.
    files: list[tuple[str, str]] = field(default_factory=list)
    # With which decree it came along to another unit, or went back; "" for every other entry.
    along: str = ""


@dataclass(frozen=True)
class FileChange:
    """One thing done with one file; `by` is a user's id, None where it is not on record."""

    at: datetime
    by: int | None
    what: str
    name: str


def history(report: Report) -> list[Entry]:
    """Every version and every change of a file, the newest first: from the database's own trail, so
    that nothing is missed."""
    indicators = list(report.form.indicators.all())
    checks = list(report.form.checks.select_related("indicator"))
    steps = {
        step.version: step for step in ReportStep.objects.filter(report=report).select_related("by")
    }
    events, files = _sittings(report, steps), _files(report)
    people = User.objects.in_bulk(
        {event["updated_by"] for event in events} | {each.by for each in files if each.by}
    )
    doers = {*people, *(step.by_id for step in steps.values())}
    substitutes = behalf.of_report(report, doers)
    along = moves.of(events)
    versions = []
    before: dict[str, Any] = {"values": {}, **dict.fromkeys(WORDS, "")}
    late = _lateness(report, steps.values())
    for event in events:
        if told := along.get(event["pgh_id"]):
            versions.append(Entry(told.at, told.by, None, along=told.said))
            continue
        step = steps.get(event["version"])
        taken = STEPS[step.name] if step else None
        at = step.at if step else event["updated_at"]
        by = step.by if step else people.get(event["updated_by"])
        versions.append(
            Entry(
                at=at,
                by=by,
                on_behalf_of=substitutes.giver(by, taken.right if taken else Right.FILL, at),
                step=taken,
                days_late=late.get(event["version"], 0),
                reason=step.reason if step else "",
                remarks=remarks.in_order(step, indicators) if step else [],
                changes=changes_between(indicators, before["values"], event["values"]),
                words=[event[name] for name in WORDS if event[name] != before[name]],
                explained=_explained(checks, event, step),
            )
        )
        before = event
    beside = []
    for each in files:
        by = people.get(each.by) if each.by else None
        giver = substitutes.giver(by, Right.FILL, each.at)
        beside.append(Entry(each.at, by, giver, files=[(each.what, each.name)]))
    entries: list[Entry] = []
    for entry in heapq.merge(versions, beside, key=lambda each: each.at):
        if entries and entry.files and entries[-1].files and entries[-1].by == entry.by:
            entries[-1].files += entry.files
        else:
            entries.append(entry)
    return entries[::-1]


def _sittings(report: Report, steps: Mapping[int, ReportStep]) -> list[dict[str, Any]]:
    """The versions, the oldest first; of what somebody saved field by field in one go, the last."""
    columns = ("version", "values", "updated_at", "updated_by", "explanations", *WORDS)
    told: list[dict[str, Any]] = []
    for event in report.events.order_by("pgh_id").values(*columns, *moves.COLUMNS):  # type: ignore[attr-defined]
        if told and _goes_on(told[-1], event, steps):
            told.pop()
        told.append(event)
    return told


def _goes_on(last: dict[str, Any], event: dict[str, Any], steps: Mapping[int, ReportStep]) -> bool:
    if moves.decree_of(last) or moves.decree_of(event):
        # What undoes a decree touches a row more than once.
        return bool(last["pgh_context"] == event["pgh_context"])
    return (
        last["version"] not in steps
        and event["version"] not in steps
        and last["updated_by"] == event["updated_by"]
        and event["updated_at"] - last["updated_at"] < A_PAUSE
    )


def _files(report: Report) -> list[FileChange]:
    """What was done with the files beside a report, the oldest first."""
    events: Any = Evidence._meta.get_field("events").related_model
    return [_done(event) for event in events.objects.filter(report=report).order_by("pgh_id")]


def _done(event: Any) -> FileChange:
    if event.pgh_label == "insert":
        return FileChange(event.at, event.by_id, _("attached"), event.name)
    if event.removed_at:
        return FileChange(event.removed_at, event.removed_by_id, _("removed"), event.name)
    # Nothing else is ever changed of a file, see `reports.evidence.restore`.
    said = event.pgh_context or {}
    at = datetime.fromisoformat(said["at"]) if "at" in said else event.pgh_created_at
    return FileChange(at, said.get("user"), _("put back"), event.name)


def given(report: Report, name: str) -> tuple[User | None, datetime]:
    """Who gave what a figure or a text says now, and when: since then nobody has changed it."""
    columns = ("values", "updated_at", "updated_by", "explanations", *WORDS)
    events = list(report.events.order_by("-pgh_id").values(*columns))  # type: ignore[attr-defined]
    first = events[0]
    for event in events:
        if _said(event, name) != _said(events[0], name):
            break
        first = event
    return User.objects.filter(pk=first["updated_by"]).first(), first["updated_at"]


@dataclass
class Given:
    """What somebody gave as a figure: when, in which version of the report, and why anew."""

    by: User | None
    at: datetime
    version: int
    # None says that it does not apply, where it is reported at all.
    value: int | None
    is_reported: bool
    reason: str


@dataclass
class Trail:
    """One figure of a report: as it was first handed in, how it changed since, what explains it."""

    entered: Given | None = None
    corrections: list[Given] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    # With which decrees the report came along since, or went back.
    along: list[Move] = field(default_factory=list)

    @property
    def latest(self) -> Given | None:
        return self.corrections[-1] if self.corrections else self.entered


def trails(
    reports: Iterable[Report], codes: Sequence[str], checks: Sequence[Check]
) -> dict[int, dict[str, Trail]]:
    """Of figures of many reports, by report and code, in three statements; in five where a decree
    moved any."""
    told = {
        report.pk: {code: Trail(explained=_explaining(report, code, checks)) for code in codes}
        for report in reports
    }
    events = list(
        Report.events.rel.related_model.objects.filter(pgh_obj__in=told)  # type: ignore[attr-defined]
        .order_by("pgh_id")
        .values(
            "pgh_obj_id", "version", "status", "values", "updated_at", "updated_by", *moves.COLUMNS
        )
    )
    people = User.objects.in_bulk({event["updated_by"] for event in events})
    steps: dict[int, list[ReportStep]] = {}
    for step in ReportStep.objects.filter(report__in=told).order_by("version"):
        steps.setdefault(step.report_id, []).append(step)
    handed_in = set()
    for event in events:
        pk = event["pgh_obj_id"]
        by = people.get(event["updated_by"])
        for code, trail in told[pk].items():
            if given := _changed(event, code, trail.latest, by, steps.get(pk, [])):
                if pk in handed_in:
                    trail.corrections.append(given)
                else:
                    trail.entered = given
        if event["status"] != Status.DRAFT:
            handed_in.add(pk)
    _add_moves(told, events)
    return told


def _add_moves(told: dict[int, dict[str, Trail]], events: Sequence[dict[str, Any]]) -> None:
    along = moves.of(events)
    for event in events:
        if move := along.get(event["pgh_id"]):
            for trail in told[event["pgh_obj_id"]].values():
                if trail.entered and move not in trail.along:
                    trail.along.append(move)


def _explaining(report: Report, code: str, checks: Sequence[Check]) -> list[str]:
    """The words that stand on what checks found of a figure."""
    asked = [each.code for each in checks if each.indicator and each.indicator.code == code]
    return [said for each in asked if (said := report.explanations.get(each))]


def _changed(
    event: dict[str, Any], code: str, last: Given | None, by: User | None, steps: list[ReportStep]
) -> Given | None:
    """What a version says of a figure, if it says other than the last that said anything."""
    value, is_reported = event["values"].get(code), code in event["values"]
    if (value, is_reported) == ((last.value, last.is_reported) if last else (None, False)):
        return None
    since = range(last.version + 1 if last else 0, event["version"] + 1)
    reasons = [each.remarks.get(code) or each.reason for each in steps if each.version in since]
    reason = next((each for each in reversed(reasons) if each), "")
    return Given(by, event["updated_at"], event["version"], value, is_reported, reason)


def _said(event: dict[str, Any], name: str) -> Any:
    if name.startswith(EXPLAIN):
        return event["explanations"].get(name.removeprefix(EXPLAIN), "")
    return event[name] if name in WORDS else event["values"].get(name, Unset)


def _lateness(report: Report, steps: Iterable[ReportStep]) -> dict[int, int]:
    """By version, of each first sending since the report was last taken back, how late it was."""
    late, is_sent = {}, False
    team = report.team
    until = extensions.of_teams(report.period, [team]).get(team.pk) if team else None
    for step in sorted(steps, key=lambda each: each.version):
        if step.name == "submit" and not is_sent:
            late[step.version] = days_late(
                step.at, report.period, own_due_on=report.due_on, more_time_until=until
            )
        is_sent = step.name == "submit" or (is_sent and step.name != "withdraw")
    return late


def steps_of(report: Report) -> list[Entry]:
    """The steps alone, and the decrees, for those who may not read what the report says."""
    return [
        replace(entry, changes=[], words=[], explained=[])
        for entry in history(report)
        if entry.step or entry.along
    ]


def _explained(
    checks: list[Check], event: dict[str, Any], step: ReportStep | None
) -> list[tuple[Check, int | None, str]]:
    if step is None or step.name != "submit":
        return []
    said = event["explanations"]
    return [
        (
            each,
            event["values"].get(each.indicator.code) if each.indicator else None,
            said[each.code],
        )
        for each in checks
        if each.code in said
    ]


def changes_between(indicators: list[Indicator], old: Values, new: Values) -> list[Change]:
    """The figures that differ, in the order of the form."""
    return [
        Change(
            indicator=indicator,
            old=old.get(indicator.code),
            new=new.get(indicator.code),
            was_reported=indicator.code in old,
            is_reported=indicator.code in new,
        )
        for indicator in indicators
        if old.get(indicator.code, Unset) != new.get(indicator.code, Unset)
    ]
