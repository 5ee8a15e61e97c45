"""What people type about accounts."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import delegation
from accounts.enrolment import LEVEL_OF_ROLE, NAME
from accounts.models import Delegation, Grant, User
from accounts.roles import RIGHTS, Right, Role
from units import clock
from units.fields import EntryForm, day_field
from units.models import Unit
from units.tenancy import scope
from units.text import why_not_called

NAME_LENGTH = User._meta.get_field("username").max_length
TAKEN = _("This user name is taken. Choose another.")


class NameField(UsernameField):
    """The name of an account, in the form in which it is kept."""

    def to_python(self, value: Any) -> str:
        # Django leaves a text that is too long as it is, for composing its letters takes minutes.
        return super().to_python(value).lower()


class SignInForm(AuthenticationForm):
    # Django's field takes any length, and the record of failures does not.
    username = NameField(max_length=NAME_LENGTH)


class OwnPasswordForm(PasswordChangeForm):
    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        super().__init__(request.user, *args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Asked at the door of signing in, where failures are counted and lock the name."""
        old = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=old) != self.user:
            raise ValidationError(self.error_messages["password_incorrect"])
        return old

    def clean_new_password1(self) -> str:
        """Whoever made the first password knows it, so the next one has to be another."""
        chosen = self.cleaned_data["new_password1"]
        if self.user.check_password(chosen):
            raise ValidationError(_("This is the password that you have now. Choose another."))
        return chosen


class UserNameForm(forms.Form):
    """The name of an account to be opened."""

    username = NameField(
        label=_("User name"),
        max_length=NAME_LENGTH,
        validators=[NAME],
        help_text=_("Letters a to z without accents, digits and . - _, for example qn.hong-gai"),
    )

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        # A name is unique in the whole nation, so the wall is opened by the width of that name.
        with scope(sign_in=username):
            taken = User.objects.filter(username=username).exists()
        if taken:
            raise ValidationError(TAKEN)
        return username


class RoleForm(forms.Form):
    """The first step: a role is held at one level, so it says which units to offer."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in LEVEL_OF_ROLE if role != Role.NATION_STAFF],
        widget=forms.RadioSelect,
    )

    @property
    def offers(self) -> list[tuple[Any, str]]:
        """Each choice with what it allows."""
        return [
            (choice, ", ".join(str(right.label) for right in Right if right in RIGHTS[Role(value)]))
            for choice, (value, _label) in zip(
                self["role"], self.fields["role"].choices, strict=True
            )
        ]


class UnitOfRoleField(forms.ModelChoiceField):
    """Each unit with the one above it: the same name is given in several places."""

    def label_from_instance(self, unit: Unit) -> str:
        return f"{unit.name}, {unit.parent_name}" if unit.parent_name else unit.name


class NewAccountForm(UserNameForm):
    """Choices are only the units that the administrator manages, at the level of the role."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    unit = UnitOfRoleField(
        label=_("Unit"), queryset=Unit.objects.none(), empty_label=_("Choose a unit")
    )

    def __init__(self, *args: Any, actor: User, role: Role, **kwargs: Any):
        super().__init__(*args, **kwargs)
        managed = Unit.objects.visible_to(actor).within(actor.unit_ids_with(Right.ACCOUNTS))
        units = managed.filter(level=LEVEL_OF_ROLE[role]).with_parent_name(on=clock.today())
        self.fields["unit"].queryset = units.order_by("parent_code", "code")
        if len(alone := list(units[:2])) == 1:
            self.fields["unit"].initial = alone[0]

    def clean_full_name(self) -> str:
        full_name = self.cleaned_data["full_name"]
        if why_not := why_not_called(full_name):
            raise ValidationError(why_not)
        return full_name


class GrantField(forms.ModelChoiceField):
    def label_from_instance(self, grant: Grant) -> str:
        return f"{grant.get_role_display()}, {grant.unit.name}"


class HandOverForm(EntryForm):
    """Who stands in for the actor, in which role, on which days, and why."""

    grant = GrantField(label=_("Role"), queryset=Grant.objects.none(), empty_label=None)
    username = NameField(
        label=_("User name of the colleague"),
        max_length=NAME_LENGTH,
        help_text=_("The name with which your colleague signs in"),
    )
    since = day_field(_("First day"))
    until = day_field(_("Last day"), _("It ends by itself after this day."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=Delegation._meta.get_field("reason").max_length,
        help_text=_("Such as annual leave; your colleague and the administrator read it."),
    )

    def __init__(self, *args: Any, grants: list[Grant], actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        own = Grant.objects.filter(pk__in=[grant.pk for grant in grants]).select_related("unit")
        self.fields["grant"].queryset = own.order_by("unit__level", "pk")
        self.fields["grant"].initial = grants[0] if grants else None
        self.fields["username"].widget.attrs |= {"list": "colleagues", "autocomplete": "off"}
        # A field for user names asks for the keyboard, as on the page for signing in.
        self.fields["username"].widget.attrs.pop("autofocus", None)

    def clean_username(self) -> str:
        """Judged here, too, so that a wrong day does not hide that the name is wrong."""
        username: str = self.cleaned_data["username"]
        grant = self.cleaned_data.get("grant")
        why = delegation.why_not_to(username, grant=grant, actor=self.actor) if grant else ""
        if why:
            raise ValidationError(why)
        return username


class AddressForm(EntryForm):
    """Where the portal writes to somebody."""

    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=User._meta.get_field("email").max_length,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Leave it empty to get no letters."),
    )


class PreferencesForm(AddressForm):
    """The same of oneself, with what is written there."""

    wants_mail = forms.BooleanField(
        label=_("Write to this address, too: notices and reminders"), required=False
    )
    wants_reminders = forms.BooleanField(
        label=_("Remind me around deadlines of what waits for me"), required=False
    )
