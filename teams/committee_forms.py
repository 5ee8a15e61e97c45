"""What people ask of steering committees, and say of them and of who sits in them."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams import oversight
from teams.fields import EditForm, choice_field, column_field
from teams.forms import Filter
from teams.models import SteeringPost
from teams.querysets import SeatQuerySet
from teams.seating import STEERED, Official
from teams.workbooks import COMMITTEES
from units.fields import EntryForm, day_field
from units.querysets import UnitQuerySet


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


class CommitteeForm(EntryForm):
    name = column_field(COMMITTEES, "name")
    decision_number = column_field(COMMITTEES, "decision_number")
    decided_on = column_field(COMMITTEES, "decided_on")


class NewCommitteeForm(CommitteeForm):
    since = day_field(_("Stands since"), _("The day from which the decision holds."))


class ChangedCommitteeForm(EditForm, CommitteeForm):
    """Its name and its decision, put right."""


class SeatForm(EntryForm):
    full_name = column_field(COMMITTEES, "full_name")
    post = choice_field(
        COMMITTEES, "post", SteeringPost.choices, coerce=SteeringPost, required=True
    )
    office = column_field(COMMITTEES, "office")
    phone = column_field(COMMITTEES, "phone")

    @property
    def official(self) -> Official:
        told = self.cleaned_data
        return Official(told["full_name"], told["post"], told["office"], told["phone"])


class NewSeatForm(SeatForm):
    since = day_field(_("Sits in it since"))


class ChangedSeatForm(EditForm, SeatForm):
    effective_on = day_field(
        _("In effect from"), _("The day from which a new post or office holds.")
    )


class EndingForm(EntryForm):
    until = day_field(_("Ends on"), _("The first day without."))
