"""What people ask of steering committees, and say of them and of who sits in them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams import oversight
from teams.committee_sheet import BY_KEY
from teams.forms import Filter
from teams.models import SteeringPost
from teams.querysets import SeatQuerySet
from teams.seating import STEERED, Official
from units.querysets import UnitQuerySet
from units.sheets.columns import Column, NotThis


class ColumnField(forms.CharField):
    """A text that is read as the column of a sheet reads its cells."""

    def __init__(self, column: Column, **kwargs: Any) -> None:
        said = {"label": column.label, "help_text": column.help, "required": column.required}
        super().__init__(**said | kwargs)
        self.column = column

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        try:
            return self.column.parse(super().clean(value))
        except NotThis as refusal:
            raise ValidationError(str(refusal)) from refusal


def day_field(label: Any, help_text: Any = "") -> ColumnField:
    """A day that has to be given."""
    return ColumnField(BY_KEY["since"], label=label, help_text=help_text, required=True)


class CommitteeFilter(Filter):
    """`units` are those that were asked for, `seats` the people in their committees."""

    class State(TextChoices):
        STANDING = "standing", _("committee set up")
        MISSING = "missing", _("no committee yet")

    level = forms.TypedChoiceField(
        choices=[(str(level.value), level.label) for level in STEERED], coerce=int, required=False
    )
    state = forms.ChoiceField(choices=State.choices, required=False)

    def area(self, units: UnitQuerySet) -> UnitQuerySet:
        """All that need a committee on the day in the unit that was asked for."""
        if unit := self.asked("unit"):
            units = units.under(unit, on=self.day)
        return oversight.steered(units, on=self.day)

    def units(self, units: UnitQuerySet) -> UnitQuerySet:
        rows = self.area(units)
        if level := self.asked("level"):
            rows = rows.filter(level=level)
        if state := self.asked("state"):
            rows = rows.filter(has_committee=state == self.State.STANDING)
        if self.words:
            rows = oversight.found(rows, self.words, on=self.day)
        return rows

    def seats(self, seats: SeatQuerySet, units: UnitQuerySet) -> SeatQuerySet:
        """Committee by committee, each in the order of posts and names."""
        rows = oversight.people(seats, self.units(units), on=self.day, words=self.words)
        above = ("committee__unit__level", "committee__unit__code", "committee")
        return rows.in_order().order_by(*above, "rank", "sort_key", "pk")


class EntryForm(forms.Form):
    """Some columns of the sheet, as fields; what the domain refuses is said beside its field."""

    def refuse(self, errors: dict[str, list[str]]) -> None:
        for key, reasons in errors.items():
            for reason in reasons:
                self.add_error(key if key in self.fields else None, reason)


class CommitteeForm(EntryForm):
    name = ColumnField(BY_KEY["name"])
    decision_number = ColumnField(BY_KEY["decision_number"])
    decided_on = ColumnField(BY_KEY["decided_on"])


class NewCommitteeForm(CommitteeForm):
    since = day_field(_("Stands since"), _("The day from which the decision holds."))


class SeatForm(EntryForm):
    full_name = ColumnField(BY_KEY["full_name"])
    post = forms.ChoiceField(label=BY_KEY["post"].label, choices=SteeringPost.choices)
    office = ColumnField(BY_KEY["office"])
    phone = ColumnField(BY_KEY["phone"])

    @property
    def official(self) -> Official:
        told = self.cleaned_data
        post = SteeringPost(told["post"])
        return Official(told["full_name"], post, told["office"], told["phone"])


class NewSeatForm(SeatForm):
    since = day_field(_("Sits in it since"))


class ChangedSeatForm(SeatForm):
    effective_on = day_field(
        _("In effect from"), _("The day from which a new post or office holds.")
    )


class EndingForm(EntryForm):
    until = day_field(_("Ends on"), _("The first day without."))
