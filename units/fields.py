"""Forms whose fields read what is typed as the cells of a sheet are read."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from units.errors import InvalidEntry
from units.sheets import values
from units.sheets.columns import Cell, NotThis


class ReadField(forms.CharField):
    """A text that is read as a cell of a sheet is; what the cell refuses is said beside it."""

    def __init__(self, parse: Callable[[Cell], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parse = parse

    def prepare_value(self, value: Any) -> Any:
        """Typed as everywhere: a field for dates says 06/10/2024 where the browser is English."""
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.prepare_value(initial)
        return super().has_changed("" if shown is None else str(shown), data)

    def clean(self, value: Any) -> Any:
        try:
            return self.parse(super().clean(value))
        except NotThis as refusal:
            raise ValidationError(str(refusal)) from refusal


def day_field(label: Any, help_text: Any = "", **more: Any) -> ReadField:
    """A day that has to be given."""
    return ReadField(values.day, label=label, help_text=help_text, **more)


class EntryForm(forms.Form):
    """What a person enters by hand. `made` is what the domain made of it, once it took it."""

    made: Any = None

    @property
    def status(self) -> int:
        """With which the page answers."""
        return 422 if self.errors else 200

    def taken_by(self, act: Callable[..., Any]) -> bool:
        """Hand what was typed to a function of the domain, if it is whole: whether that took it.

        What is refused is said beside its field.
        """
        if not self.is_valid():
            return False
        try:
            self.made = act(**self.cleaned_data)
        except InvalidEntry as refusal:
            self.refuse(refusal.errors)
            return False
        return True

    def refuse(self, errors: dict[str, list[str]]) -> None:
        for key, reasons in errors.items():
            for reason in reasons:
                self.add_error(key if key in self.fields else None, reason)
