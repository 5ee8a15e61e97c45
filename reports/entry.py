"""Entering a report field by field, as pages do while somebody types.

Two people may fill in one report at once. Each says with a field what it held when they came to it,
so a field that somebody else has changed since is never overwritten unseen, and the others are not
held up by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from accounts.models import User
from reports import checks, figures, filling, trace
from reports.catalogue import Catalogue, of_period
from reports.checks import EXPLAIN
from reports.models import Period, Report
from reports.periods import demand_writable
from reports.workflow import Draft, compose, demand_own_month, demand_unsent, why_too_long
from teams.models import Team
from units import clock
from units.text import normalise, normalise_lines

WORDS = trace.WORDS


class State(StrEnum):
    """What became of a field."""

    SAVED = "saved"
    # Not stored: it is no figure, or out of its bounds.
    INVALID = "invalid"
    # Not stored: somebody else has changed it since the person saw it.
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Typed:
    """One field as it was sent. `seen` is what the page said of it before: "" for not reported, "x"
    for not applicable, and figures as digits."""

    text: str
    seen: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one field; `value` is what is stored by now, written as `Typed.seen` is.

    Of a conflict, who gave that value, and when; of what is invalid, why.
    """

    state: State
    value: str
    why: list[str] = field(default_factory=list)
    by: User | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Entered:
    """The report by now, None where nothing was ever stored, and the answer to each field."""

    report: Report | None
    answers: dict[str, Answer]


@transaction.atomic
def enter(
    *,
    team: Team,
    period: Period,
    typed: Mapping[str, Typed],
    actor: User,
    at: datetime | None = None,
) -> Entered:
    """Store what can be stored of these fields, by code, by the name of a text, or by that of the
    explanation of what a check found.

    A field that is sent again changes nothing. `at` dates the saving; now, if None. Raises
    NotAllowed, NotPossibleNow where the month or the report is closed, and InvalidFigures for a
    field that the form does not have.
    """
    team = filling.hold(team, period, actor)
    demand_writable(period, team)
    catalogue, moment = of_period(period), at or clock.now()
    explanations = {name for name in typed if name.startswith(EXPLAIN)}
    checks.demand_fitting({name.removeprefix(EXPLAIN): "" for name in explanations}, catalogue)
    figures.demand_known(set(typed) - set(WORDS) - explanations, catalogue)
    said, refused = _read(typed, catalogue)
    report = held(team, period)
    if report is None and any(said.values()):
        report = begin(team, period, catalogue, said, actor, moment, version=1)
    stands = {name: _stored(report, name) for name in typed}
    answers = {name: Answer(State.INVALID, stands[name], why) for name, why in refused.items()}
    if report is None:
        return Entered(None, answers | {name: Answer(State.SAVED, "") for name in said})
    demand_unsent(report)
    # What stands already was sent before: the answer to it was lost on its way.
    fitting = {
        name: text for name, text in said.items() if stands[name] in (text, typed[name].seen)
    }
    _store(report, fitting, actor, moment)
    for name, text in said.items():
        if name in fitting:
            answers[name] = Answer(State.SAVED, text)
        else:
            by, when = trace.given(report, name)
            answers[name] = Answer(State.CONFLICT, stands[name], by=by, at=when)
    return Entered(report, answers)


def stored(report: Report | None, catalogue: Catalogue) -> dict[str, str]:
    """What the report says by now, by code and by the name of a text, as `Typed.seen` has it."""
    return {name: _stored(report, name) for name in (*catalogue.codes, *WORDS)}


def _read(
    typed: Mapping[str, Typed], catalogue: Catalogue
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What each field says, written as `Typed.seen` is, and why those refused cannot stand."""
    values, refused = figures.read({name: each.text for name, each in typed.items()}, catalogue)
    refused |= figures.out_of_bounds(values, catalogue)
    said = {}
    for name, each in typed.items():
        if name in WORDS:
            said[name] = normalise_lines(each.text)
            if why := why_too_long(said[name]):
                refused[name] = why
        elif name.startswith(EXPLAIN):
            said[name] = normalise(each.text)
            if len(said[name]) > checks.LONGEST:
                refused[name] = [checks.too_long()]
        else:
            said[name] = figures.plain(values, name)
    return {name: text for name, text in said.items() if name not in refused}, refused


def held(team: Team, period: Period) -> Report | None:
    """The report, which nobody else changes until the transaction ends."""
    return Report.objects.select_for_update().filter(team=team, period=period).first()


def begin(
    team: Team,
    period: Period,
    catalogue: Catalogue,
    said: Mapping[str, str],
    actor: User,
    moment: datetime,
    *,
    version: int,
) -> Report | None:
    """The first version; or the report of somebody else who began at the same moment.

    Raises NotAllowed where team and month are of two provinces.
    """
    demand_own_month(team, period)
    report = compose(team, catalogue.form, period, Draft({}), actor, moment)
    report.version = version
    _say(report, said)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            return report
    except IntegrityError:
        return held(team, period)


def _stored(report: Report | None, name: str) -> str:
    if report is None:
        return ""
    if name.startswith(EXPLAIN):
        return str(report.explanations.get(name.removeprefix(EXPLAIN), ""))
    return str(getattr(report, name)) if name in WORDS else figures.plain(report.values, name)


def _store(report: Report, said: Mapping[str, str], actor: User, moment: datetime) -> None:
    if all(text == _stored(report, name) for name, text in said.items()):
        return
    _say(report, said)
    report.version += 1
    report.updated_at, report.updated_by = moment, actor
    report.save(
        update_fields=["values", "explanations", *WORDS, "version", "updated_at", "updated_by"]
    )


def _say(report: Report, said: Mapping[str, str]) -> None:
    values, explanations = dict(report.values), dict(report.explanations)
    for name, text in said.items():
        if name in WORDS:
            setattr(report, name, text)
        elif name.startswith(EXPLAIN):
            explanations[name.removeprefix(EXPLAIN)] = text
        elif text:
            values[name] = None if text == figures.NOT_APPLICABLE else int(text)
        else:
            values.pop(name, None)
    report.values = values
    report.explanations = {code: text for code, text in explanations.items() if text}
