"""What people ask of lists, and say of files that they bring."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.forms import UnitOfRoleField
from teams.fields import EditForm, choice_field, column_field, tick_field
from teams.models import Ending, Kind, Post, Sex, Team
from teams.querysets import MembershipQuerySet, TeamQuerySet
from teams.registry import CORE_MEMBERS, FEWEST_MEMBERS
from teams.subjects import Subject
from teams.workbooks import MEMBERS, TEAMS
from units import clock
from units.errors import InvalidEntry
from units.fields import EntryForm, ReadField, day_field
from units.models import Unit
from units.sheets import values
from units.sheets.columns import NotThis
from units.text import normalise


class FileForm(EntryForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) or text (.csv), up to 64 MB"),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "class": "form-control"},
        ),
        error_messages={"empty": _("The file is empty.")},
    )


class UploadForm(FileForm):
    subject = forms.ChoiceField(
        label=_("What the file holds"), widget=forms.Select(attrs={"class": "form-select"})
    )
    effective_on = day_field(
        _("In effect from"),
        _("The day from which posts, joining and leaving hold: day/month/year."),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    is_complete = forms.BooleanField(
        label=_("The list of each team or committee is complete"),
        help_text=_("Whoever is in one of them but not in the file leaves it."),
        required=False,
    )
    field_order = ("subject", "file")

    def __init__(self, *args: Any, subjects: Mapping[str, Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(key, each.label) for key, each in subjects.items()]


class DayForm(forms.Form):
    """The day of which a page tells, today if nobody says; a day that is none is refused."""

    on = ReadField(values.day, required=False)

    def __init__(self, asked: QueryDict, *, otherwise: date | None = None) -> None:
        super().__init__(asked)
        self.otherwise = otherwise or clock.today()
        self.is_valid()

    def clean_on(self) -> date | None:
        day = self.cleaned_data["on"]
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
        self.user = user
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
    def folded(self) -> int:
        """How many of the filters are set that a phone folds away: all but the words."""
        return len(self.kept.keys() - {"q"})

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
        if number := _phone_in(self.words):
            # Whoever sees numbers with dots in them could ask for one after the other.
            rows = rows.of_phone(number, asked_by=self.user)
        elif self.words:
            rows = rows.found(self.words)
        if post := self.asked("post"):
            rows = rows.filter(post=post)
        if organisation := self.asked("organisation"):
            rows = rows.filter(organisation=organisation)
        if self.asked("core"):
            rows = rows.filter(is_core=True)
        return rows.order_by("person__sort_key", "person", "pk")


def _phone_in(words: str) -> str:
    """The number, typed in whatever way; "" where the words are none."""
    try:
        return values.phone(words)
    except NotThis:
        return ""


class MemberForm(EditForm):
    """One member, by the columns of the roster; `teams` are those to which a known one may move.

    `namesakes` finds who may be meant by what is typed of a newcomer, to choose among.
    """

    full_name = column_field(MEMBERS, "full_name")
    post = choice_field(MEMBERS, "post", Post.choices)
    is_core = tick_field(MEMBERS, "is_core")
    sex = choice_field(MEMBERS, "sex", [("", "–"), *Sex.choices])
    birth_year = column_field(MEMBERS, "birth_year")
    phone = column_field(MEMBERS, "phone")
    id_number = column_field(MEMBERS, "id_number")
    organisation = column_field(MEMBERS, "organisation")
    consented_on = column_field(MEMBERS, "consented_on")
    consent_purpose = column_field(MEMBERS, "consent_purpose")
    joined_on = column_field(MEMBERS, "joined_on")
    left_on = column_field(MEMBERS, "left_on")
    effective_on = day_field(_("In effect from"), _("The day from which this holds."))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)

    def __init__(
        self, *args: Any, teams: QuerySet, is_known: bool, namesakes: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.namesakes = namesakes
        self.fields["team"].queryset = teams
        self.fields["joined_on"].required = True
        # Of a newcomer the day of joining is the one from which all of it holds.
        for name in ("joined_on",) if is_known else ("left_on", "effective_on", "team"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if self.namesakes and (choices := self.namesakes(typed)):
            self.fields["who"] = forms.ChoiceField(
                label=_("Who this is"), choices=choices, widget=forms.RadioSelect, required=False
            )
            self.order_fields(["who"])
            typed["who"] = self.data.get("who", "")
        return typed


class JoiningForm(EditForm):
    """The day of joining, where another one was entered by mistake."""

    joined_on = column_field(MEMBERS, "joined_on", required=True)


class LeavingForm(EntryForm):
    """The day of leaving, where another one was entered by mistake."""

    left_on = column_field(MEMBERS, "left_on", required=True)


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


class NewTeamForm(EntryForm):
    """A team to be established: in one of these hamlets, or of an enterprise without them."""

    name = column_field(TEAMS, "name")
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Hamlet where it sits"), empty_label=_("Choose a hamlet")
    )
    hamlets = HamletsField(
        Unit.objects.none(), label=_("Other hamlets that it serves"), required=False
    )
    decision_number = column_field(TEAMS, "decision_number")
    decided_on = column_field(TEAMS, "decided_on")
    active_since = column_field(TEAMS, "active_since", required=True)

    def __init__(self, *args: Any, hamlets: QuerySet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "hamlets"):
            if hamlets is None:
                del self.fields[name]
            else:
                self.fields[name].queryset = hamlets


class TeamForm(EditForm):
    """What is said of a team; `hamlets` are those that it may serve, None for an enterprise's."""

    offered = ("since",)

    name = column_field(TEAMS, "name")
    decision_number = column_field(TEAMS, "decision_number")
    decided_on = column_field(TEAMS, "decided_on")
    hamlets = HamletsField(
        Unit.objects.none(),
        label=_("Hamlets served"),
        error_messages={"required": _("A local team serves at least one hamlet.")},
    )
    since = day_field(_("Serves them from"), _("The day from which a change of the hamlets holds."))
    zalo_link = column_field(TEAMS, "zalo_link")
    zalo_followers = column_field(TEAMS, "zalo_followers")
    phones_given = column_field(TEAMS, "phones_given")
    members_with_free_data = column_field(TEAMS, "members_with_free_data")
    has_wifi = choice_field(
        TEAMS,
        "has_wifi",
        [("", _("not said")), (True, _("yes")), (False, _("no"))],
        coerce=lambda typed: typed == "True",
        empty_value=None,
    )
    funds_in_dong = column_field(TEAMS, "funds_in_dong")

    def __init__(self, *args: Any, hamlets: QuerySet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hamlets is None:
            del self.fields["hamlets"], self.fields["since"]
        else:
            self.fields["hamlets"].queryset = hamlets


class EndForm(EntryForm):
    """How a team ends, and when."""

    ending = forms.ChoiceField(
        label=_("What happens to the team"), choices=Ending.choices, widget=forms.RadioSelect
    )
    into = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Into which team"),
        empty_label=_("Choose a team"),
        required=False,
    )
    on = day_field(_("As of"), _("The first day on which the team is no longer active."))

    def __init__(self, *args: Any, teams: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = teams

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("ending") == Ending.DISSOLVED:
            cleaned["into"] = None
        elif "into" in cleaned and not cleaned["into"]:
            self.add_error("into", _("Say into which team it is merged."))
        return cleaned
