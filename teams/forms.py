"""What people ask of lists, and say of files that they bring."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.forms import UnitOfRoleField
from teams import directory, roster
from teams.models import Ending, Kind, Post, Sex
from teams.querysets import MembershipQuerySet, TeamQuerySet
from teams.registry import CORE_MEMBERS, FEWEST_MEMBERS
from teams.subjects import Subject
from units import clock
from units.errors import InvalidEntry
from units.models import Unit
from units.sheets import values
from units.sheets.columns import Cell, Column, NotThis
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
            return values.day(self.cleaned_data["effective_on"])
        except NotThis as refusal:
            raise forms.ValidationError(str(refusal)) from None


class DayForm(forms.Form):
    """The day of which a page tells, today if nobody says; a day that is none is refused."""

    on = forms.CharField(required=False)

    def __init__(self, asked: QueryDict, *, otherwise: date | None = None) -> None:
        super().__init__(asked)
        self.otherwise = otherwise or clock.today()
        self.is_valid()

    def clean_on(self) -> date | None:
        try:
            day = values.day(self.cleaned_data["on"])
        except NotThis as refusal:
            raise ValidationError(str(refusal)) from refusal
        if day and day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day

    @property
    def day(self) -> date:
        return self.cleaned_data.get("on") or self.otherwise

    @property
    def is_past(self) -> bool:
        return self.day < clock.today()

    @property
    def day_query(self) -> dict[str, str]:
        """A past day as it stands in addresses."""
        return {"on": f"{self.day:%d/%m/%Y}"} if self.is_past else {}

    def demand_day(self) -> None:
        """Raises InvalidEntry where the day was refused: a file is not of today by mistake."""
        if reasons := self.errors.get("on"):
            raise InvalidEntry(reasons[0], errors={"on": list(reasons)})


class Filter(DayForm):
    """What is asked of a list, in its address; a value that is none of the choices asks nothing."""

    unit = forms.ModelChoiceField(Unit.objects.none(), required=False)

    def __init__(self, asked: QueryDict, user: Any) -> None:
        super().__init__(asked)
        self.fields["unit"].queryset = Unit.objects.visible_to(user)
        self.full_clean()

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
        kept |= {"unit": None, "on": None, "q": self.words or None} | self.place
        return {name: value for name, value in kept.items() if value is not None}

    @property
    def place(self) -> dict[str, Any]:
        """Of which unit and which day the list is."""
        unit = self.asked("unit")
        return self.day_query | ({"unit": unit.pk} if unit else {})

    @property
    def place_query(self) -> str:
        return urlencode(self.place)

    @property
    def query_of_today(self) -> str:
        """The same list as it is today."""
        return f"?{urlencode({name: each for name, each in self.kept.items() if name != 'on'})}"

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

    @property
    def shows_ended(self) -> bool:
        return self.asked("state") == self.State.ENDED

    def of(self, rows: TeamQuerySet, *, on: date) -> TeamQuerySet:
        """The teams that were asked for; the active ones, if nobody said."""
        rows = rows.ended_by(on) if self.shows_ended else rows.active_on(on)
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


class ColumnForm(forms.Form):
    """A form by the columns of a sheet: what they refuse is refused beside the field."""

    COLUMNS: Mapping[str, Column]
    CHOICES: Mapping[str, Any] = {}
    TICKED: tuple[str, ...] = ()
    # Fields that no column declares; each holds a day.
    DAYS: Mapping[str, tuple[Promise, Promise]] = {}

    def add(self, *keys: str) -> None:
        for key in keys:
            self.fields[key] = self._day(key) if key in self.DAYS else self._field(key)

    def _day(self, key: str) -> forms.Field:
        label, said = self.DAYS[key]
        return forms.CharField(label=label, help_text=said)

    def _field(self, key: str) -> forms.Field:
        column = self.COLUMNS[key]
        said = {"label": column.label, "help_text": column.help, "required": False}
        if key in self.TICKED:
            return forms.BooleanField(**said)
        if key in self.CHOICES:
            return forms.ChoiceField(choices=self.CHOICES[key], **said)
        return forms.CharField(**said | {"required": column.required})

    def clean(self) -> dict[str, Any]:
        """The values as the columns read them."""
        for key in list(self.cleaned_data):
            if key in self.DAYS:
                self._read(key, values.day)
            elif key in self.COLUMNS and isinstance(self.fields[key], forms.CharField):
                self._read(key, self.COLUMNS[key].parse)
        return self.cleaned_data

    def _read(self, key: str, parse: Callable[[Cell], Any]) -> None:
        try:
            self.cleaned_data[key] = parse(self.cleaned_data[key])
        except NotThis as refusal:
            self.add_error(key, str(refusal))

    def refuse(self, errors: dict[str, list[str]]) -> None:
        for key, reasons in errors.items():
            for reason in reasons:
                self.add_error(key if key in self.fields else None, reason)


class MemberForm(ColumnForm):
    """One member, by the columns of the roster."""

    COLUMNS = roster.BY_KEY
    KEYS = ("full_name", "post", "is_core", "sex", "birth_year", "phone", "id_number",
            "organisation", "consented_on", "consent_purpose")  # fmt: skip
    CHOICES = {"post": Post.choices, "sex": [("", "–"), *Sex.choices]}
    TICKED = ("is_core",)
    DAYS = {"effective_on": (_("In effect from"), _("The day from which this holds."))}

    def __init__(self, *args: Any, teams: QuerySet, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add(*self.KEYS, "left_on" if is_known else "joined_on", "effective_on")
        if is_known:
            self.fields["team"] = forms.ModelChoiceField(teams, label=_("Team"), empty_label=None)


# -- One team -------------------------------------------------------------------------------------


class HamletsField(forms.ModelMultipleChoiceField):
    """Hamlets to be ticked, by their names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, hamlet: Unit) -> str:
        return hamlet.name


class HomeForm(forms.Form):
    """The first step: the unit says of which kind a new team is, and which hamlets to offer."""

    unit = UnitOfRoleField(
        Unit.objects.none(),
        label=_("Where the team is"),
        empty_label=_("Choose a unit"),
        help_text=_("A commune has local teams; a province or district has those of enterprises."),
    )

    def __init__(self, *args: Any, homes: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = homes


class NewTeamForm(ColumnForm):
    """A team to be established: in one of these hamlets, or of an enterprise without them."""

    COLUMNS = directory.BY_KEY

    def __init__(self, *args: Any, hamlets: QuerySet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("name")
        if hamlets is not None:
            self.fields["unit"] = forms.ModelChoiceField(
                hamlets, label=_("Hamlet where it sits"), empty_label=_("Choose a hamlet")
            )
            self.fields["hamlets"] = HamletsField(
                hamlets, label=_("Other hamlets that it serves"), required=False
            )
        self.add("decision_number", "decided_on", "active_since")
        self.fields["active_since"].required = True


class TeamForm(ColumnForm):
    """What is said of a team; `hamlets` are those that it may serve, None for an enterprise's."""

    COLUMNS = directory.BY_KEY
    CHOICES = {"has_wifi": [("", _("not said")), ("x", _("yes")), ("k", _("no"))]}
    DAYS = {
        "since": (_("Serves them from"), _("The day from which a change of the hamlets holds."))
    }

    def __init__(self, *args: Any, hamlets: QuerySet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("name", "decision_number", "decided_on")
        if hamlets is not None:
            self.fields["hamlets"] = HamletsField(
                hamlets,
                label=_("Hamlets served"),
                error_messages={"required": _("A local team serves at least one hamlet.")},
            )
            self.add("since")
        self.add("zalo_link", "zalo_followers", "phones_given", "members_with_free_data",
                 "has_wifi", "funds_in_dong")  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "has_wifi" in cleaned:
            self._read("has_wifi", self.COLUMNS["has_wifi"].parse)
        return cleaned


class EndForm(ColumnForm):
    """How a team ends, and when."""

    COLUMNS: Mapping[str, Column] = {}
    DAYS = {"on": (_("As of"), _("The first day on which the team is no longer active."))}

    ending = forms.ChoiceField(
        label=_("What happens to the team"), choices=Ending.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, teams: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = forms.ModelChoiceField(
            teams, label=_("Into which team"), empty_label=_("Choose a team"), required=False
        )
        self.add("on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("ending") == Ending.DISSOLVED:
            cleaned["into"] = None
        elif "into" in cleaned and not cleaned["into"]:
            self.add_error("into", _("Say into which team it is merged."))
        return cleaned
