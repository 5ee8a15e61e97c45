"""Fields that read what is typed as the columns of a sheet do."""

from datetime import date

import pytest
from django.utils import translation

from teams.fields import column_field
from teams.workbooks import MEMBERS
from units.errors import InvalidEntry
from units.fields import EntryForm, day_field


class Form(EntryForm):
    phone = column_field(MEMBERS, "phone")
    on = day_field("On")


def taken(**typed: object) -> dict[str, object]:
    return typed


@pytest.mark.parametrize(
    ("typed", "day"), [("14/06/2024", date(2024, 6, 14)), ("1.6.2024", date(2024, 6, 1))]
)
def test_fields_read_what_a_sheet_reads(typed: str, day: date) -> None:
    form = Form({"phone": "+84 912.345.678", "on": typed})
    assert form.taken_by(taken)
    assert form.made == {"phone": "+84912345678", "on": day}


def test_field_says_why_it_refuses_and_keeps_what_was_typed() -> None:
    with translation.override("en"):
        form = Form({"phone": "12", "on": "31/6/2024"})
        assert not form.taken_by(taken)
    assert set(form.errors) == {"phone", "on"}
    assert "31/6/2024" in form.errors["on"][0]
    assert (form["on"].value(), form.made) == ("31/6/2024", None)


def test_day_has_to_be_given_and_is_shown_as_it_is_typed() -> None:
    assert not Form({"phone": "", "on": ""}).taken_by(taken)
    assert 'value="14/06/2024"' in str(Form(initial={"on": date(2024, 6, 14)})["on"])


def test_form_that_nobody_sent_is_handed_to_nobody() -> None:
    form = Form(initial={"on": date(2024, 6, 14)})
    assert not form.taken_by(taken)
    assert not form.errors


def test_refusal_of_the_domain_stands_beside_its_field_or_above_all() -> None:
    def refuse(**typed: object) -> None:
        raise InvalidEntry("No.", errors={"on": ["Too early."], "team": ["Not that one."]})

    form = Form({"phone": "", "on": "1/6/2024"})
    assert not form.taken_by(refuse)
    assert form.errors == {"on": ["Too early."], "__all__": ["Not that one."]}
