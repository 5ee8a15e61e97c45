"""A consolidated table as it is brought: its title, the period that it is of, and the file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports import declared_periods
from reports.spans import Span
from teams.forms import FileForm
from units import clock
from units.text import normalise

# How far back spans are offered.
YEARS = 5


class TableForm(FileForm):
    title = forms.CharField(
        label=_("Title of the table"),
        max_length=250,
        help_text=_("As it is printed above the table: by it the table is found in the list."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    period = forms.ChoiceField(
        label=_("Period of the table"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("title", "period", "file")

    def __init__(self, *args: Any, months: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        years = range(today.year, today.year - YEARS, -1)
        groups = declared_periods.begun(years, today)
        self._spans = {_key(span): span for _year, spans in groups for span in spans}
        self.fields["period"].choices = [
            *(
                (gettext("Year %(year)s") % {"year": year}, [
                    (_key(span), span.label[:1].upper() + span.label[1:]) for span in spans
                ])
                for year, spans in groups
            ),
            (gettext("Months"), [
                (key, gettext("Month %(month)s") % {"month": f"{key[5:]}/{key[:4]}"})
                for key in months
            ]),
        ]  # fmt: skip
        self.fields["period"].initial = str(today.year - 1)

    def clean_title(self) -> str:
        return normalise(self.cleaned_data["title"])

    @property
    def span(self) -> Span | None:
        """None where the table is of a month."""
        return self._spans.get(self.cleaned_data["period"])


def _key(span: Span) -> str:
    """2023 is the year, 2023-6-1 its first six months."""
    is_year = span.length == 12
    return f"{span.year}" if is_year else f"{span.year}-{span.length:d}-{span.number}"
