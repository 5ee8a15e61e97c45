"""A consolidated table as it is brought: the file, and the period that it is of."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teams.forms import FileForm
from units import clock

# How far back whole years are offered.
YEARS = 5


class TableForm(FileForm):
    period = forms.ChoiceField(
        label=_("Period of the table"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("period", "file")

    def __init__(self, *args: Any, months: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = clock.today().year
        self.fields["period"].choices = [
            *(
                (str(year), gettext("Year %(year)s") % {"year": year})
                for year in range(newest, newest - YEARS, -1)
            ),
            *((key, gettext("Month %(month)s") % {"month": f"{key[5:]}/{key[:4]}"})
              for key in months),
        ]  # fmt: skip
        self.fields["period"].initial = str(newest - 1)
