"""A team's month as it is typed: texts in, values and reasons out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports import checks, figures
from reports.catalogue import Catalogue
from reports.checks import EXPLAIN, Explanations, Fault, Finding
from reports.figures import NOT_APPLICABLE, Values
from reports.models import Indicator, Report, Section
from reports.trace import WORDS
from reports.workflow import Draft, why_too_long
from units.errors import NotPossibleNow
from units.text import normalise, normalise_lines, whole_number

# What a reviewer writes of a figure, by its code, and of a report, by its id.
REMARK, REASON = "remark-", "reason-"
REASON_LIMIT = 1000


@dataclass
class Field:
    """One figure on the page. `typed` is what the person wrote, kept even where it is refused."""

    indicator: Indicator
    typed: str = ""
    not_applicable: bool = False
    # What was said of the month before, in words; "" where nothing was.
    last_month: str = ""
    theirs: str | None = None
    errors: list[str] = field(default_factory=list)
    # With what the figure was sent back; and what a reviewer is just writing about it.
    remark: str = ""
    typed_remark: str = ""
    # What is stored, as `figures.plain` writes it: whoever types on has seen it.
    stored: str = ""
    findings: list["Doubt"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.indicator.code

    @property
    def is_given(self) -> bool:
        """Whether something is said in the field, right or wrong."""
        return self.not_applicable or bool(self.typed.strip())

    @property
    def is_spoken_of(self) -> bool:
        """Whether something is said beside the field, to which it has to point."""
        return bool(self.errors or self.theirs or self.remark)


@dataclass(frozen=True)
class Doubt:
    """What a check found, as it stands beside a figure with its field: what is stored of the
    explanation, and why it is refused."""

    finding: Finding
    stored: str
    errors: list[str]


@dataclass
class MonthForm:
    """Stands for one request: bound to what was typed, or to what is stored."""

    catalogue: Catalogue
    fields: dict[str, Field]
    difficulties: str
    proposals: str
    version: int
    key: UUID
    errors: dict[str, list[str]] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    stored_words: dict[str, str] = field(default_factory=dict)
    explanations: Explanations = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report | None, catalogue: Catalogue) -> "MonthForm":
        """What is stored of a report; an empty form where there is none."""
        values = report.values if report else {}
        return cls(
            catalogue=catalogue,
            fields={
                each.code: Field(each, *_as_typed(values, each.code))
                for each in catalogue.indicators
            },
            difficulties=report.difficulties if report else "",
            proposals=report.proposals if report else "",
            version=report.version if report else 0,
            key=uuid4(),
            values=values,
            explanations=report.explanations if report else {},
        )

    @classmethod
    def typed(cls, data: QueryDict, catalogue: Catalogue) -> "MonthForm":
        """What came with a request, read and checked; see `errors`."""
        texts = {
            code: NOT_APPLICABLE if data.get(f"{code}.na") else data.get(code, "")
            for code in catalogue.codes
        }
        values, errors = figures.read(texts, catalogue)
        errors = {**figures.check(values, catalogue), **errors}
        form = cls(
            catalogue=catalogue,
            fields={
                each.code: Field(
                    each,
                    data.get(each.code, ""),
                    not_applicable=bool(data.get(f"{each.code}.na")),
                )
                for each in catalogue.indicators
            },
            difficulties=normalise_lines(data.get("difficulties", "")),
            proposals=normalise_lines(data.get("proposals", "")),
            version=whole_number(data.get("version", "")) or 0,
            key=read_key(data),
            values=values,
            explanations=_named(data, EXPLAIN),
        )
        for name in WORDS:
            if why := why_too_long(getattr(form, name)):
                errors[name] = why
        for code, text in form.explanations.items():
            if len(text) > checks.LONGEST:
                errors[EXPLAIN + code] = [checks.too_long()]
        form.refuse(errors)
        return form

    @property
    def draft(self) -> Draft:
        return Draft(self.values, self.difficulties, self.proposals, self.explanations)

    @property
    def sections(self) -> list[tuple[Section, list[Field]]]:
        return [
            (section, [self.fields[each.code] for each in self.catalogue.indicators_of(section)])
            for section in self.catalogue.sections
        ]

    @property
    def given(self) -> int:
        """How many fields say something."""
        return sum(each.is_given for each in self.fields.values())

    @property
    def outline(self) -> list[tuple[Section, int, int]]:
        """Each section, with how many of its fields say something, and how many there are."""
        return [
            (section, sum(each.is_given for each in fields), len(fields))
            for section, fields in self.sections
        ]

    @property
    def labels(self) -> str:
        """What each field is called, as JSON."""
        return json.dumps(
            _words() | {code: each.indicator.label for code, each in self.fields.items()}
        )

    @property
    def remarked(self) -> list[Field]:
        return [each for each in self.fields.values() if each.remark]

    @property
    def first_remarked(self) -> str:
        """The code of the figure to begin with; "" where nothing was sent back."""
        return next((each.name for each in self.remarked), "")

    def show_remarks(self, stored: Mapping[str, str], typed: Mapping[str, str]) -> None:
        """Put the remarks beside their figures; `typed` are not sent yet."""
        for code, each in self.fields.items():
            each.remark = stored.get(code, "")
            each.typed_remark = typed.get(code, "")

    def show_stored(self, report: Report | None) -> None:
        """Keep beside each field what is stored of it, whatever was typed since."""
        for code, each in self.fields.items():
            each.stored = figures.plain(report.values, code) if report else ""
        self.stored_words = {name: getattr(report, name, "") for name in WORDS}

    def show_last_month(self, last: Values) -> None:
        """Put what the team said of the month before beside each field."""
        for code, each in self.fields.items():
            each.last_month = _as_said(last[code]) if code in last else ""

    def show_findings(self, findings: list[Finding], report: Report | None) -> None:
        """Put what the checks found beside the first of its figures."""
        stored = report.explanations if report else {}
        for each in findings:
            self.fields[each.figures[0]].findings.append(
                Doubt(each, stored.get(each.check.code, ""), self.errors.get(each.name, []))
            )

    @property
    def faults(self) -> list[Fault]:
        """What was refused, in the order of the form: figures, the explanations that they want, and
        texts."""
        faults = []
        for each in self.fields.values():
            if each.errors:
                faults.append(Fault(each.name, each.indicator.label, each.errors[0]))
            for doubt in each.findings:
                if doubt.errors:
                    title = doubt.finding.check.title
                    faults.append(Fault(doubt.finding.name, title, doubt.errors[0], True))
        return faults + [
            Fault(name, label, self.errors[name][0])
            for name, label in _words().items()
            if name in self.errors
        ]

    @property
    def blank(self) -> list[Field]:
        """The figures that are not reported as the form stands."""
        return [each for code, each in self.fields.items() if code not in self.values]

    @property
    def asks_of_blanks(self) -> bool:
        """Whether some figures are given and others not. A form without any is refused."""
        return bool(self.values and self.blank and not self.errors)

    def refuse(self, errors: Mapping[str, list[str]]) -> None:
        """Put each reason beside its field; nothing of what was typed is lost."""
        self.errors = dict(errors)
        for code, reasons in errors.items():
            if code in self.fields:
                self.fields[code].errors = reasons

    def show_theirs(self, report: Report) -> None:
        """After somebody else saved: show their value beside each that differs."""
        for code, each in self.fields.items():
            if code not in report.values:
                each.theirs = _("empty") if code in self.values else None
            elif code not in self.values or self.values[code] != report.values[code]:
                each.theirs = _as_said(report.values[code])
        self.version = report.version
        self.key = uuid4()


def _words() -> dict[str, str]:
    """What each text is called."""
    return {"difficulties": _("Difficulties"), "proposals": _("Proposals")}


def _as_said(value: int | None) -> str:
    if value is None:
        return _("not applicable")
    return number_format(value, use_l10n=True, force_grouping=True)


def _as_typed(values: Values, code: str) -> tuple[str, bool]:
    text = figures.plain(values, code)
    return ("", True) if text == NOT_APPLICABLE else (text, False)


def read_key(data: QueryDict, name: str = "key") -> UUID:
    """The key of a form that was sent; a new one where it has none."""
    try:
        return UUID(data.get(name, ""))
    except ValueError:
        return uuid4()


def read_reason(data: QueryDict, *, limit: int) -> str:
    """Raises NotPossibleNow for more than the record has room for."""
    reason = normalise_lines(data.get("reason", ""))
    if len(reason) > limit:
        raise NotPossibleNow(
            _("Please keep the reason under %(limit)s characters.") % {"limit": limit}
        )
    return reason


@dataclass(frozen=True)
class Decided:
    """What a reviewer decided of a list: which version of each report was seen, which are chosen to
    be approved, and what was written of any, by the report's id; and of which that is too long."""

    seen: dict[int, int]
    chosen: set[int]
    reasons: dict[int, str]
    too_long: dict[int, str]


def read_queue(data: QueryDict) -> Decided:
    """The lines concerned: whatever has a reason, and all of the communes in which something is
    ticked, or of which the button was pressed, which ticks the rest. What has a reason is returned,
    ticked or not."""
    seen, homes = dict(_numbered(data, "seen-")), dict(_numbered(data, "home-"))
    reasons = {int(code): text for code, text in _named(data, REASON).items() if code.isdecimal()}
    chosen = _numbers(data.getlist("report"))
    begun = {homes.get(pk) for pk in chosen}
    if pressed := _numbers([data.get("all", "")]):
        begun |= pressed
        chosen |= {pk for pk, home in homes.items() if home in pressed}
    concerned = {pk for pk, home in homes.items() if home in begun} | chosen | set(reasons)
    too_long = {
        pk: _("Please keep the reason under %(limit)s characters.") % {"limit": REASON_LIMIT}
        for pk, text in reasons.items()
        if len(text) > REASON_LIMIT
    }
    # What is no number is nobody's version.
    return Decided(
        {pk: seen.get(pk, -1) for pk in concerned}, chosen - set(reasons), reasons, too_long
    )


def _numbered(data: QueryDict, prefix: str) -> list[tuple[int, int]]:
    """The fields whose names are the prefix and a number, and that hold a number."""
    found = [
        (whole_number(name.removeprefix(prefix)), whole_number(data[name]))
        for name in data
        if name.startswith(prefix)
    ]
    return [(name, value) for name, value in found if name and value]


def _numbers(texts: list[str]) -> set[int]:
    return {number for text in texts if (number := whole_number(text))}


def read_remarks(data: QueryDict) -> dict[str, str]:
    """The remarks that a reviewer wrote beside single figures, by code."""
    return _named(data, REMARK)


def _named(data: QueryDict, prefix: str) -> dict[str, str]:
    """What was typed into the fields whose names begin so, by the rest of the name."""
    typed = {
        name.removeprefix(prefix): normalise(data[name]) for name in data if name.startswith(prefix)
    }
    return {code: text for code, text in typed.items() if text}
