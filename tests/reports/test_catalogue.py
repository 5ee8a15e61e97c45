"""The catalogue of figures: what its files declare, and how it is handed out."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import translation

from reports import catalogue
from reports.catalogue import Catalogue
from reports.models import (
    Check,
    Form,
    Holiday,
    Indicator,
    PublicService,
    Ratio,
    Section,
    ServiceAgency,
)
from targets.models import Target
from tests.cast import Cast
from training.models import Material, Skill

DECLARED: list[type[models.Model]] = [
    Check, Form, Section, Indicator, Ratio, Target, Skill, Material, PublicService,
]  # fmt: skip


def rows() -> dict[str, list[Any]]:
    """Everything that `load` writes; agencies and days are made anew: their ids do not count."""
    found = {model.__name__: list(model.objects.order_by("pk").values()) for model in DECLARED}
    days = Holiday.objects.order_by("on")
    found["Holiday"] = list(days.values("on", "is_worked", "label_vi", "label_en"))
    agencies = ServiceAgency.objects.order_by("service", "valid")
    found["ServiceAgency"] = list(agencies.values("service", "name_vi", "name_en", "valid"))
    return found


# -- Loading ------------------------------------------------------------------------------------


def test_load_changes_nothing_the_second_time(forms: Catalogue) -> None:
    before = rows()
    assert catalogue.load() == {"forms": 1, "targets": 9, "skills": 5, "services": 25, "days": 60}
    assert rows() == before
    assert {name: len(found) for name, found in before.items()} == {
        "Form": 1, "Section": 4, "Indicator": 30, "Ratio": 10, "Check": 70, "Target": 9,
        "Skill": 5, "Material": 8, "PublicService": 25, "ServiceAgency": 27, "Holiday": 60,
    }  # fmt: skip


def test_load_mends_what_was_changed(forms: Catalogue) -> None:
    before = rows()
    Indicator.objects.filter(code="adults").update(maximum=1, kind="flow", label_vi="sai")
    Target.objects.filter(number=5).update(at_least_percent=50)
    ServiceAgency.objects.filter(service__number=15).delete()
    Holiday.objects.filter(on=date(2024, 2, 12)).delete()
    catalogue.load()
    assert rows() == before


# -- What is declared ---------------------------------------------------------------------------


def test_form_holds_the_seven_columns_of_the_appendix_of_2023(forms: Catalogue) -> None:
    activities = forms.indicators_of(forms.sections[0])
    assert [(indicator.code, indicator.kind) for indicator in activities] == [
        ("training_sessions", "flow"),
        ("members_trained", "flow"),
        ("residents_guided", "flow"),
        ("service_accounts_created", "flow"),
        ("vneid_accounts_created", "flow"),
        ("ocop_products", "stock"),
        ("ocop_products_listed", "stock"),
    ]


def test_form_is_in_the_order_of_the_page(forms: Catalogue) -> None:
    assert [section.code for section in forms.sections] == [
        "activities", "skills", "targets", "communication",
    ]  # fmt: skip
    by_section = [each for section in forms.sections for each in forms.indicators_of(section)]
    assert by_section == forms.indicators
    assert [each.code for each in by_section] == forms.codes
    assert forms.codes[-2:] == ["zalo_followers", "stories_published"]


def test_every_target_is_measured_by_a_ratio(forms: Catalogue) -> None:
    targets = Target.objects.filter(year=2024)
    assert [target.number for target in targets] == list(range(1, 10))
    assert {target.ratio_code for target in targets} <= {ratio.code for ratio in forms.ratios}
    assert [str(target.at_least_percent) for target in targets] == [
        "100.00", "100.00", "100.00", "100.00", "90.00", "100.00", "100.00", "100.00", "100.00",
    ]  # fmt: skip
    # Three targets measure what was done, and not what came of it.
    activity = targets.filter(measures=Target.Measures.ACTIVITY)
    assert [target.number for target in activity] == [3, 4, 7]
    # "Before 30/6/2024".
    assert targets.get(number=9).due_on == date(2024, 6, 29)


def test_every_guided_figure_counts_one_of_the_five_skills(forms: Catalogue) -> None:
    guided = [code for code in forms.codes if code.startswith("guided_")]
    assert guided == [f"guided_{skill.code}" for skill in Skill.objects.all()]
    materials = Material.objects.values_list("number", flat=True)
    assert list(materials) == list(range(1, 9))


def test_every_ratio_is_a_part_of_a_whole(forms: Catalogue) -> None:
    for ratio in forms.ratios:
        part, whole = ratio.numerator, ratio.denominator
        assert part != whole
        assert part.form == whole.form == forms.form
        assert (part.kind, part.unit_vi, part.maximum) == (whole.kind, whole.unit_vi, whole.maximum)


def test_every_row_names_itself_in_both_languages(forms: Catalogue) -> None:
    for model in DECLARED:
        for row in model.objects.all():
            with translation.override("vi"):
                assert str(row) == row.label_vi != ""
            with translation.override("en"):
                assert str(row) == row.label_en != ""


@pytest.mark.parametrize(
    ("on", "police"),
    [(date(2022, 1, 6), 11), (date(2025, 9, 30), 11), (date(2025, 10, 1), 13)],
)
def test_every_service_has_one_agency_on_a_day(on: date, police: int, forms: Catalogue) -> None:
    agencies = ServiceAgency.objects.filter(valid__contains=on)
    assert Counter(agencies.values_list("service__number", flat=True)) == Counter(range(1, 26))
    assert agencies.filter(name_vi="Bộ Công an").count() == police


# -- Handing out --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "version"), [(2022, 2024), (2024, 2024), (2025, 2024), (2026, 2026), (2030, 2026)]
)
def test_form_of_a_year_is_the_newest_that_is_not_younger(
    year: int, version: int, forms: Catalogue
) -> None:
    Form.objects.create(code="team-month", year=2026, label_vi="mới", label_en="new")
    Form.objects.create(code="commune-month", year=2022, label_vi="xã", label_en="commune")
    assert catalogue.of_year(year).form.year == version


def test_form_that_was_never_loaded_does_not_exist(forms: Catalogue) -> None:
    with pytest.raises(Form.DoesNotExist):
        catalogue.of_year(2024, form="province-year")


def test_catalogue_is_seen_by_everybody_who_signs_in(cast: Cast) -> None:
    for model in [*DECLARED, ServiceAgency]:
        assert model.objects.visible_to(cast.leader).count() == model.objects.count()
        assert not model.objects.visible_to(AnonymousUser()).exists()


def test_every_figure_that_is_returned_wants_an_answer(cast: Cast) -> None:
    forms = catalogue.of_year(2024)
    kind = Check.Kind.UNTOUCHED
    asked = {each.indicator.code for each in forms.checks if each.indicator and each.kind == kind}
    assert asked == {indicator.code for indicator in forms.indicators}
