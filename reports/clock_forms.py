"""What the administrator sets of the legal clock: calendars, days off, and more time."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms import UnitOfRoleField
from reports.models import Period, ReportingCalendar, Shift
from reports.periods import Calendar
from units.fields import EntryForm, day_field
from units.models import Unit


def _day_of_month(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=1, max_value=28)


class CalendarForm(EntryForm):
    """A calendar, and the month from which it holds."""

    since = forms.ChoiceField(
        label=_("From which month on"),
        help_text=_("Months that were never opened are laid out anew; others stay as they are."),
    )
    starts_day = _day_of_month(
        _("First day of the window"),
        _(
            "1: the calendar month, with deadlines in the month after. Otherwise a day of the "
            "month before: by Nghị định 09/2019 the 15th."
        ),
    )
    team_due = _day_of_month(_("Teams by the"))
    commune_due = _day_of_month(_("Communes by the"))
    district_due = _day_of_month(_("Districts by the"))
    province_due = _day_of_month(_("Province by the"))
    shift = forms.ChoiceField(
        label=_("A deadline on a weekend or a holiday"), choices=Shift.choices
    )
    opens_by_itself = forms.BooleanField(
        label=_("Months open by themselves on their first day"), required=False
    )
    has_nine_months = forms.BooleanField(
        label=_("There is a report of nine months"), required=False
    )
    locks_after = forms.IntegerField(
        label=_("Months lock by themselves, days after the province's deadline"),
        help_text=_("Leave it empty if you lock them by hand."),
        required=False,
        min_value=1,
        max_value=365,
    )

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].choices = [(f"{each}", f"{each:%m/%Y}") for each in months]

    def clean_since(self) -> date:
        return date.fromisoformat(self.cleaned_data["since"])

    def clean(self) -> dict[str, Any]:
        """Only what the domain asks for: a month, and the whole calendar."""
        cleaned = super().clean()
        names = {each.name for each in fields(Calendar)}
        if self.errors:
            return cleaned
        calendar = Calendar(**{name: cleaned[name] for name in names})
        return {"since": cleaned["since"], "calendar": calendar}

    @staticmethod
    def initial_of(calendar: Calendar | ReportingCalendar) -> dict[str, Any]:
        return {each.name: getattr(calendar, each.name) for each in fields(Calendar)}


class DayOffForm(EntryForm):
    """A day that is off in the province, or worked."""

    on = day_field(_("Day"), _("Day/month/year."))
    is_worked = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("", _("a day off")), ("1", _("a day that is worked"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    label = forms.CharField(label=_("What for"), max_length=100)


class ExtensionForm(EntryForm):
    """More time for a commune, or for the one team that the address names."""

    period = forms.ModelChoiceField(Period.objects.none(), label=_("Month"), empty_label=None)
    unit = UnitOfRoleField(
        Unit.objects.none(), label=_("Commune"), empty_label=_("Choose a commune")
    )
    until = day_field(_("Until the end of"), _("Day/month/year."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        help_text=_("Everybody who works on these reports reads it."),
    )

    def __init__(
        self, *args: Any, periods: QuerySet, units: QuerySet | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = periods
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units
