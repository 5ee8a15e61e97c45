"""The catalogue of figures: read from its files into the database, and handed out by year."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from reports.models import (
    Check,
    Form,
    Holiday,
    Indicator,
    Period,
    PublicService,
    Ratio,
    Section,
    ServiceAgency,
)
from targets.models import Target
from training.models import Material, Skill

TEAM_MONTH = "team-month"


@dataclass(frozen=True)
class Catalogue:
    """One form with everything declared of it, in the order of the page."""

    form: Form
    sections: list[Section]
    indicators: list[Indicator]
    ratios: list[Ratio]
    checks: list[Check]

    @property
    def codes(self) -> list[str]:
        return [indicator.code for indicator in self.indicators]

    @property
    def headlines(self) -> list[Indicator]:
        """The figures by which teams are compared at a glance; the first one if none is named."""
        return [each for each in self.indicators if each.is_headline] or self.indicators[:1]

    @property
    def parts_of_a_whole(self) -> set[str]:
        """The codes of figures that count some of another figure, such as “of which guided”."""
        return {ratio.numerator.code for ratio in self.ratios}

    def indicators_of(self, section: Section) -> list[Indicator]:
        return [each for each in self.indicators if each.section_id == section.pk]


def of_year(year: int, *, form: str = TEAM_MONTH) -> Catalogue:
    """The form for months that open in a year: the newest version that is not younger than the
    year; the oldest, if all are.

    Raises Form.DoesNotExist where no catalogue was loaded.
    """
    versions = Form.objects.filter(code=form)
    chosen = (
        versions.filter(year__lte=year).order_by("-year").first()
        or versions.order_by("year").first()
    )
    if chosen is None:
        raise Form.DoesNotExist(f"No form {form}: run load_catalogue.")
    return of_form(chosen)


def of_period(period: Period) -> Catalogue:
    """The form of a month; of one that was never opened, the form that it would get today."""
    return _of_form(period.form_id) if period.form_id else of_year(period.year)


def of_form(form: Form) -> Catalogue:
    """Read once in the life of a process: only `load` changes it, and each update restarts all."""
    return _of_form(form.pk)


@cache
def _of_form(pk: int) -> Catalogue:
    form = Form.objects.get(pk=pk)
    return Catalogue(
        form=form,
        sections=list(form.sections.all()),
        indicators=list(form.indicators.all()),
        ratios=list(form.ratios.select_related("numerator", "denominator")),
        checks=list(form.checks.select_related("indicator", "other")),
    )


def read_anew() -> None:
    """Forget what this process has read of the catalogue."""
    _of_form.cache_clear()


# -- Loading ------------------------------------------------------------------------------------


@transaction.atomic
def load() -> dict[str, int]:
    """Bring the database in line with `fixtures/catalogue`; safe to repeat. Counts by kind."""
    folder = settings.FIXTURE_ROOT / "catalogue"
    read_anew()
    return {
        "forms": len(
            [_load_form(_read(path)) for path in sorted(folder.glob("team-month-*.toml"))]
        ),
        "targets": sum(
            _load_targets(_read(path)) for path in sorted(folder.glob("targets-*.toml"))
        ),
        "skills": _load_skills(_read(folder / "training.toml")),
        "services": _load_services(_read(folder / "services.toml")),
        "days": _load_days(_read(folder / "holidays.toml")),
    }


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _labels(declared: dict[str, Any]) -> dict[str, str]:
    return {"label_vi": declared["label_vi"], "label_en": declared["label_en"]}


def _load_form(declared: dict[str, Any]) -> Form:
    form, _ = Form.objects.update_or_create(
        code=declared["code"], year=declared["year"], defaults=_labels(declared)
    )
    indicators: dict[str, Indicator] = {}
    for place, section in enumerate(declared["sections"]):
        row, _ = Section.objects.update_or_create(
            form=form,
            code=section["code"],
            defaults={
                **_labels(section),
                "order": place,
                "shows_targets": section.get("shows_targets", False),
            },
        )
        for each in section["indicators"]:
            indicators[each["code"]] = _load_indicator(form, row, len(indicators), each)
    for place, ratio in enumerate(declared["ratios"]):
        Ratio.objects.update_or_create(
            form=form,
            code=ratio["code"],
            defaults={
                **_labels(ratio),
                "order": place,
                "numerator": indicators[ratio["numerator"]],
                "denominator": indicators[ratio["denominator"]],
            },
        )
    _load_checks(form, indicators, declared["checks"])
    return form


def _load_indicator(
    form: Form, section: Section, order: int, declared: dict[str, Any]
) -> Indicator:
    indicator, _ = Indicator.objects.update_or_create(
        form=form,
        code=declared["code"],
        defaults={
            **_labels(declared),
            "section": section,
            "order": order,
            "kind": Indicator.Kind(declared["kind"]),
            "unit_vi": declared["unit_vi"],
            "unit_en": declared["unit_en"],
            "help_vi": declared.get("help_vi", ""),
            "help_en": declared.get("help_en", ""),
            "maximum": declared["maximum"],
            "headings": declared.get("headings", []),
            "is_headline": declared.get("is_headline", False),
        },
    )
    return indicator


def _load_checks(
    form: Form, indicators: dict[str, Indicator], declared: list[dict[str, Any]]
) -> None:
    """One row for each figure that a check is declared for; what is declared no more is gone."""
    rows = [(check, code) for check in declared for code in check.get("figures", [None])]
    kept = [
        _load_check(form, place, check, indicators, code)
        for place, (check, code) in enumerate(rows)
    ]
    form.checks.exclude(code__in=kept).delete()


def _load_check(
    form: Form,
    order: int,
    declared: dict[str, Any],
    indicators: dict[str, Indicator],
    of: str | None,
) -> str:
    code = f"{declared['code']}.{of}" if of else declared["code"]
    Check.objects.update_or_create(
        form=form,
        code=code,
        defaults={
            **_labels(declared),
            "order": order,
            "kind": Check.Kind(declared["kind"]),
            "indicator": indicators[of] if of else None,
            "other": indicators[declared["other"]] if "other" in declared else None,
            "at_least": declared.get("at_least", 0),
            "sentence_vi": declared["sentence_vi"],
            "sentence_en": declared["sentence_en"],
        },
    )
    return code


def _load_targets(declared: dict[str, Any]) -> int:
    for target in declared["targets"]:
        Target.objects.update_or_create(
            year=declared["year"],
            number=target["number"],
            defaults={
                **_labels(target),
                "text_vi": target["text_vi"],
                "text_en": target["text_en"],
                "ratio_code": target["ratio"],
                "at_least_percent": target["at_least_percent"],
                "measures": Target.Measures(target["measures"]),
                "due_on": target["due_on"],
            },
        )
    return len(declared["targets"])


def _load_skills(declared: dict[str, Any]) -> int:
    for skill in declared["skills"]:
        row, _ = Skill.objects.update_or_create(
            number=skill["number"], defaults={**_labels(skill), "code": skill["code"]}
        )
        for material in skill["materials"]:
            Material.objects.update_or_create(
                number=material["number"], defaults={**_labels(material), "skill": row}
            )
    return len(declared["skills"])


def _load_services(declared: dict[str, Any]) -> int:
    for service in declared["services"]:
        family_vi, family_en = declared["families"][service["family"]]
        row, _ = PublicService.objects.update_or_create(
            number=service["number"],
            defaults={**_labels(service), "family_vi": family_vi, "family_en": family_en},
        )
        row.agencies.all().delete()
        moved = service.get("moved")
        stays_until = moved["on"] if moved else None
        _add_agency(row, declared, service["agency"], declared["since"], stays_until)
        if moved:
            _add_agency(row, declared, moved["agency"], moved["on"], None)
    return len(declared["services"])


def _load_days(declared: dict[str, Any]) -> int:
    """The days off of the country, and those worked for them; what is not declared is dropped."""
    days = [
        Holiday(on=on, is_worked=is_worked, **_labels(each))
        for each in declared["holidays"]
        for is_worked, key in ((False, "off"), (True, "worked"))
        for on in each.get(key, [])
    ]
    Holiday.objects.all().delete()
    return len(Holiday.objects.bulk_create(days))


def _add_agency(
    row: PublicService, declared: dict[str, Any], agency: str, since: date, until: date | None
) -> None:
    name_vi, name_en = declared["agencies"][agency]
    ServiceAgency.objects.create(
        service=row, name_vi=name_vi, name_en=name_en, valid=DateRange(since, until)
    )
