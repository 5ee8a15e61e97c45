"""Does a month look right? The checks of the catalogue, on numbers alone.

What is hard forbids to submit. What is soft wants a word of explanation, which the reviewer reads
beside the figure. What a page, the API, a file or a submission of many asks is asked here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports import figures
from reports.catalogue import Catalogue
from reports.figures import Values
from reports.models import Check
from units.errors import InvalidFigures

# The field in which a finding is explained is named for its check.
EXPLAIN = "explain."
LONGEST = 300
# A word explains; a letter or a dot does not.
SHORTEST = 8
# How many months the usual is taken from, and how many of them have to be known.
USUAL_MONTHS = 12
KNOWN_MONTHS = 3
FAR_ABOVE = 10
# A month is almost empty where the team gives less than the usual number of figures by this.
FAR_FEWER = 4

Explanations = dict[str, str]
# What a figure was that was sent back without having been given: neither null nor a number.
UNREPORTED = object()


@dataclass(frozen=True)
class Yardstick:
    """What a team's month is held against: what the team handed in for the month before, and for
    the last months together, and how many people are in the team; None where none is registered,
    which says nothing. `returned` are the figures that a reviewer remarked on when the month was
    last sent back, as they stood then; a key that is missing there was not reported."""

    last: Values = field(default_factory=dict)
    months: Sequence[Values] = ()
    size: int | None = None
    returned: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What speaks against handing a month in: the field in which it is mended, what that is called,
    and what is said of it. It `wants_word` where an explanation is enough."""

    name: str
    label: str
    said: str
    wants_word: bool = False


@dataclass(frozen=True)
class Finding:
    """What a soft check found: in which figures, of which the first shows it, and what was said."""

    check: Check
    figures: list[str]
    said: str
    explanation: str = ""

    @property
    def name(self) -> str:
        """That of the field in which it is explained."""
        return EXPLAIN + self.check.code


def problems(values: Values, catalogue: Catalogue, yardstick: Yardstick) -> dict[str, list[str]]:
    """The hard checks: by code, why the month cannot be handed in as it stands.

    Raises InvalidFigures for a code that the form does not have.
    """
    errors = figures.check(values, catalogue)
    for check in catalogue.checks:
        if check.is_hard and (said := _judge(check, values, yardstick)):
            errors.setdefault(_about(check, values, catalogue)[0], []).append(said)
    return errors


def find(
    values: Values,
    catalogue: Catalogue,
    yardstick: Yardstick,
    explanations: Mapping[str, str] | None = None,
) -> list[Finding]:
    """The soft checks: what looks wrong, each with what was said of it, by the check's code."""
    explained = explanations or {}
    return [
        Finding(check, _about(check, values, catalogue), said, explained.get(check.code, ""))
        for check in catalogue.checks
        if not check.is_hard and (said := _judge(check, values, yardstick))
    ]


def demand_possible(values: Values, catalogue: Catalogue, yardstick: Yardstick) -> None:
    """Raises InvalidFigures where any hard check fails."""
    if errors := problems(values, catalogue, yardstick):
        raise InvalidFigures(
            _("Some figures cannot be accepted. Each is explained beside its field."),
            errors=errors,
        )


def demand_explained(
    values: Values, explanations: Explanations, catalogue: Catalogue, yardstick: Yardstick
) -> Explanations:
    """The explanations that apply to the figures as they stand.

    Raises InvalidFigures where a hard check fails, where an explanation does not fit, and where
    something is found and not explained, by the names of the fields in which to do so.
    """
    demand_fitting(explanations, catalogue)
    impossible = problems(values, catalogue, yardstick)
    findings = find(values, catalogue, yardstick, explanations)
    silent = unexplained(findings, refused=impossible)
    errors = impossible | wanted(silent)
    if impossible:
        raise InvalidFigures(
            _("Some figures cannot be accepted. Each is explained beside its field."),
            errors=errors,
        )
    if silent:
        raise InvalidFigures(
            _("This wants a word of explanation: %(findings)s.")
            % {"findings": "; ".join(each.check.title for each in silent)},
            errors=errors,
        )
    return {each.check.code: each.explanation for each in findings}


def unexplained(findings: list[Finding], *, refused: Collection[str]) -> list[Finding]:
    """What still wants a word. What is found in a figure that cannot stand wants none, and nor does
    the month as a whole while one of its figures cannot."""
    return [
        each
        for each in findings
        if not says_something(each.explanation)
        and not (refused and each.check.indicator is None)
        and not set(each.figures) & set(refused)
    ]


def wanted(silent: list[Finding]) -> dict[str, list[str]]:
    """What is asked for each finding that wants a word, by the field in which to give it."""
    return {each.name: [each.said, *_too_short(each.explanation)] for each in silent}


def says_something(explanation: str) -> bool:
    return len(explanation) >= SHORTEST and any(map(str.isalpha, explanation))


def _too_short(explanation: str) -> list[str]:
    said = _("Please explain in a few words: at least %(limit)s characters.") % {"limit": SHORTEST}
    return [said] if explanation else []


def demand_fitting(explanations: Mapping[str, str], catalogue: Catalogue) -> None:
    """Raises InvalidFigures for an explanation of what is not checked, or a letter."""
    known = {check.code for check in catalogue.checks if not check.is_hard}
    errors = {
        EXPLAIN + code: [_("Not a check of this form.") if code not in known else too_long()]
        for code, text in explanations.items()
        if code not in known or len(text) > LONGEST
    }
    if errors:
        raise InvalidFigures(
            _("Some explanations cannot be accepted. Each is explained beside its field."),
            errors=errors,
        )


def too_long() -> str:
    return _("Please keep the explanation under %(limit)s characters.") % {"limit": LONGEST}


# -- Each kind of check ---------------------------------------------------------------------------

# The value that looks wrong and the one it is held against; None where all is well, or where one of
# the two is not known.
Pair = tuple[int, int] | None


def _above_team(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    value, size = _value(check, values), yardstick.size
    return (value, size) if value is not None and size is not None and value > size else None


def _fallen(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    value, last = _value(check, values), _value(check, yardstick.last)
    return (value, last) if value is not None and last is not None and value < last else None


def _far_above_usual(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    value = _value(check, values)
    known = [each for month in yardstick.months if (each := _value(check, month)) is not None]
    if value is None or value < check.at_least or len(known) < KNOWN_MONTHS:
        return None
    usual = median_low(known)
    return (value, usual) if value >= FAR_ABOVE * usual else None


def _above_other(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    value = _value(check, values)
    other = values.get(check.other.code) if check.other else None
    return (value, other) if value is not None and other is not None and value > other else None


def _all_same(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    given = [value for value in values.values() if value is not None]
    alike = len(given) >= check.at_least and len(set(given)) == 1
    return (given[0], len(given)) if alike else None


def _almost_empty(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    known = [len(month) for month in yardstick.months]
    # A month without a single figure is no report yet, see `workflow.demand_complete`.
    if not values or not known or (usual := median_low(known)) < check.at_least:
        return None
    return (len(values), usual) if len(values) * FAR_FEWER < usual else None


def _untouched(check: Check, values: Values, yardstick: Yardstick) -> Pair:
    code = check.indicator.code if check.indicator else ""
    if code not in yardstick.returned:
        return None
    is_as_it_was = values.get(code, UNREPORTED) == yardstick.returned[code]
    # It may have been no number at all, so that its sentence names none.
    return (0, 0) if is_as_it_was else None


KINDS: dict[str, Callable[[Check, Values, Yardstick], Pair]] = {
    Check.Kind.WITHIN_TEAM: _above_team,
    Check.Kind.FALLEN: _fallen,
    Check.Kind.TENFOLD: _far_above_usual,
    Check.Kind.MORE_THAN: _above_other,
    Check.Kind.ALL_SAME: _all_same,
    Check.Kind.ALMOST_EMPTY: _almost_empty,
    Check.Kind.UNTOUCHED: _untouched,
}


def _judge(check: Check, values: Values, yardstick: Yardstick) -> str:
    """The check's sentence with its two numbers; "" where all is well."""
    if not (pair := KINDS[check.kind](check, values, yardstick)):
        return ""
    value, other = (number_format(each, use_l10n=True, force_grouping=True) for each in pair)
    return check.sentence % {"value": value, "other": other}


def _value(check: Check, values: Values) -> int | None:
    return values.get(check.indicator.code) if check.indicator else None


def _about(check: Check, values: Values, catalogue: Catalogue) -> list[str]:
    """The codes of the figures that a finding is about, in the order of the form."""
    if check.indicator:
        return [check.indicator.code]
    given = [code for code in catalogue.codes if values.get(code) is not None]
    return given or catalogue.codes[:1]
