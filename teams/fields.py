"""Fields of forms that say what the column of a sheet says; forms of what stands already."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teams import chronicle, plans
from teams.subjects import Subject
from units.fields import EntryForm, ReadField
from units.sheets.columns import Column


def column_field(subject: Subject, key: str, **more: Any) -> ReadField:
    """A column as a field, with its label and help; `more` is said otherwise than it says."""
    column = subject.by_key[key]
    return ReadField(column.parse, **_said_of(column) | more)


def choice_field(subject: Subject, key: str, choices: Any, **more: Any) -> forms.TypedChoiceField:
    """A column of few values as a list to choose from."""
    return forms.TypedChoiceField(choices=choices, **_said_of(subject.by_key[key]) | more)


def tick_field(subject: Subject, key: str) -> forms.BooleanField:
    """A column of yes or no as a box to tick."""
    return forms.BooleanField(**_said_of(subject.by_key[key]))


def _said_of(column: Column) -> dict[str, Any]:
    return {"label": column.label, "help_text": column.help, "required": column.required}


class EditForm(EntryForm):
    """What stands in the register, said anew. It carries what its page showed: whoever saves second
    is told of it, and overwrites nothing unseen.

    `rows` are those of the register that `initial` tells of; none where something begins.
    """

    # Days that are offered, and stand nowhere.
    offered: tuple[str, ...] = ("effective_on",)
    is_stale = False

    def __init__(
        self, *args: Any, initial: Mapping[str, Any], rows: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=initial, **kwargs)
        self.rows = rows

    @property
    def seen(self) -> str:
        """The same as long as the same stands in the register."""
        if not self.rows:
            return ""
        told = [(name, self.initial.get(name)) for name in self.fields if name not in self.offered]
        return hashlib.sha256(plans.encode(told).encode()).hexdigest()

    @property
    def status(self) -> int:
        return 409 if self.is_stale else super().status

    def taken_by(self, act: Callable[..., Any]) -> bool:
        self.is_stale = self.is_bound and self.data.get("seen", "") != self.seen
        if self.is_stale:
            self.refuse({"": self._why_stale()})
            return False
        return super().taken_by(act)

    def _why_stale(self) -> list[str]:
        by, at = chronicle.last_change(self.rows)
        said = _("%(name)s saved this at %(at)s, while your page was open: yours is not saved.")
        moment = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
        reasons = [said % {"name": by or _("The portal"), "at": moment}]
        if fields := [name for name in self.changed_data if name not in self.offered]:
            said = _("What you typed stands below and differs in: %(fields)s. Save to keep it.")
            labels = ", ".join(str(self.fields[name].label) for name in fields)
            reasons.append(said % {"fields": labels})
        return reasons
