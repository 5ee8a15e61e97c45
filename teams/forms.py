"""What people ask of lists, and say of files that they bring."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from teams.models import Kind, Post, Sex
from teams.querysets import MembershipQuerySet, TeamQuerySet
from teams.registry import CORE_MEMBERS, FEWEST_MEMBERS
from teams.roster import MEMBERS
from teams.subjects import Subject
from units.models import Unit
from units.sheets.columns import NotThis
from units.sheets.values import day
from units.text import normalise


class UploadForm(forms.Form):
    subject = forms.ChoiceField(
        label=_("What the file holds"), widget=forms.Select(attrs={"class": "form-select"})
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) or text (.csv), up to 64 MB"),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "class": "form-control"},
        ),
        error_messages={"empty": _("The file is empty.")},
    )
    # Typed as everywhere else: a field for dates says 06/10/2024 where the browser is English.
    effective_on = forms.CharField(
        label=_("In effect from"),
        help_text=_("The day from which posts, joining and leaving hold: day/month/year."),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    is_complete = forms.BooleanField(
        label=_("The list of each team or committee is complete"),
        help_text=_("Whoever is in one of them but not in the file leaves it."),
        required=False,
    )

    def __init__(self, *args: Any, subjects: Mapping[str, Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(key, each.label) for key, each in subjects.items()]

    def clean_effective_on(self) -> date | None:
        try:
            return day(self.cleaned_data["effective_on"])
        except NotThis as refusal:
            raise forms.ValidationError(str(refusal)) from None


class Filter(forms.Form):
    """What is asked of a list, in its address; a value that is none of the choices asks nothing."""

    unit = forms.ModelChoiceField(Unit.objects.none(), required=False)

    def __init__(self, asked: QueryDict, user: Any) -> None:
        super().__init__(asked)
        self.fields["unit"].queryset = Unit.objects.visible_to(user)
        self.is_valid()

    @property
    def words(self) -> str:
        """What was typed to be found, of any length and with any marks."""
        return normalise(self.data.get("q", ""))

    def asked(self, name: str) -> Any:
        return self.cleaned_data.get(name) or None

    @property
    def kept(self) -> dict[str, Any]:
        """What was asked, without what was not."""
        kept = {name: self.asked(name) for name in self.fields}
        kept["unit"] = kept["unit"].pk if kept["unit"] else None
        kept["q"] = self.words or None
        return {name: value for name, value in kept.items() if value is not None}

    @property
    def query(self) -> str:
        """The same as it stands in the addresses of the other pages."""
        return urlencode(self.kept)


class TeamFilter(Filter):
    class Lack(TextChoices):
        LEADER = "leader", _("no leader")
        CORE = "core", _("under two core members")
        MEMBERS = "members", _("fewer than four members")

    class State(TextChoices):
        ACTIVE = "active", _("active")
        ENDED = "ended", _("merged or dissolved")

    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    state = forms.ChoiceField(choices=State.choices, required=False)
    lack = forms.ChoiceField(choices=Lack.choices, required=False)

    def of(self, rows: TeamQuerySet, *, on: date) -> TeamQuerySet:
        """The teams that were asked for; the active ones, if nobody said."""
        ended = self.asked("state") == self.State.ENDED
        rows = rows.ended_by(on) if ended else rows.active_on(on)
        rows = rows.with_counts(on=on)
        if unit := self.asked("unit"):
            rows = rows.within(unit, on=on)
        if self.words:
            rows = rows.found(self.words)
        if kind := self.asked("kind"):
            rows = rows.filter(kind=kind)
        lacking = {
            self.Lack.LEADER: {"leader_count": 0},
            self.Lack.CORE: {"core_count__lt": CORE_MEMBERS},
            self.Lack.MEMBERS: {"member_count__lt": FEWEST_MEMBERS},
        }
        return rows.filter(**lacking.get(self.asked("lack"), {}))


class MemberFilter(Filter):
    post = forms.ChoiceField(choices=Post.choices, required=False)
    organisation = forms.CharField(required=False, max_length=100)
    core = forms.BooleanField(required=False)

    def of(self, rows: MembershipQuerySet, *, on: date) -> MembershipQuerySet:
        """The members on a day that were asked for, as a Vietnamese roster sorts them."""
        rows = rows.current_on(on).filter(team__active__on=on)
        if unit := self.asked("unit"):
            rows = rows.within(unit, on=on)
        if self.words:
            rows = rows.found(self.words)
        if post := self.asked("post"):
            rows = rows.filter(post=post)
        if organisation := self.asked("organisation"):
            rows = rows.filter(organisation=organisation)
        if self.asked("core"):
            rows = rows.filter(is_core=True)
        return rows.order_by("person__sort_key", "person", "pk")


class MemberForm(forms.Form):
    """One member, by the columns of the roster: what they refuse is refused beside the field."""

    KEYS = ("full_name", "post", "is_core", "sex", "birth_year", "phone", "id_number",
            "organisation", "consented_on", "consent_purpose")  # fmt: skip
    CHOICES = {"post": Post.choices, "sex": [("", "–"), *Sex.choices]}

    def __init__(self, *args: Any, teams: QuerySet, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ("left_on",) if is_known else ("joined_on",)
        for key in (*self.KEYS, *last):
            self.fields[key] = self._field(key)
        self.fields["effective_on"] = forms.CharField(
            label=_("In effect from"), help_text=_("The day from which this holds.")
        )
        if is_known:
            self.fields["team"] = forms.ModelChoiceField(teams, label=_("Team"), empty_label=None)

    def _field(self, key: str) -> forms.Field:
        column = MEMBERS.by_key[key]
        said = {"label": column.label, "help_text": column.help, "required": False}
        if key == "is_core":
            return forms.BooleanField(**said)
        if key in self.CHOICES:
            return forms.ChoiceField(choices=self.CHOICES[key], **said)
        return forms.CharField(**said | {"required": column.required})

    def clean(self) -> dict[str, Any]:
        """The values as the roster's columns read them."""
        columns = MEMBERS.by_key
        for key, field in self.fields.items():
            if key in columns and isinstance(field, forms.CharField) and key in self.cleaned_data:
                self._read(key, columns[key].parse)
        self._read("effective_on", columns["joined_on"].parse)
        return self.cleaned_data

    def _read(self, key: str, parse: Any) -> None:
        try:
            self.cleaned_data[key] = parse(self.cleaned_data.get(key))
        except NotThis as refusal:
            self.add_error(key, str(refusal))

    def refuse(self, errors: dict[str, list[str]]) -> None:
        for key, reasons in errors.items():
            for reason in reasons:
                self.add_error(key if key in self.fields else None, reason)
