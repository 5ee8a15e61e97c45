"""Bringing the files of a decree on boundaries."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.forms import FileForm
from units.decrees import offered_to
from units.fields import ReadField
from units.models import Unit
from units.sheets import values

TABLES = forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv", "class": "form-control"})
OWN = ("name", "effective_on", "file", "units")


class DecreeForm(FileForm):
    """A decree whose files come with the portal, or one's own two files."""

    official = forms.ChoiceField(
        label=_("Decree"),
        help_text=_("One that comes with the portal needs nothing else; another one, two files."),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    name = forms.CharField(
        label=_("Name of the decree"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    effective_on = ReadField(
        values.day,
        label=_("In effect from"),
        help_text=_("The first day of the new units: day/month/year."),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    units = forms.FileField(
        label=_("File of the new units"),
        help_text=_("Columns: level, code, code of the unit above, name"),
        required=False,
        widget=TABLES,
    )
    field_order = ("official", *OWN)

    def __init__(self, *args: Any, province: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered_to(province)
        official = self.fields["official"]
        own = ("", _("another one, from my own files"))
        official.choices = [*((key, each.name) for key, each in self.offered.items()), own]
        official.initial = next(iter(self.offered), "")
        file = self.fields["file"]
        file.label, file.required = _("File of the successions"), False
        file.help_text = _("Columns: code before, code from the day on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("official"):
            if any(cleaned.get(name) for name in OWN):
                both = _("Choose either a decree that comes with the portal or your own files.")
                self.add_error("official", both)
        else:
            for name in OWN:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned
