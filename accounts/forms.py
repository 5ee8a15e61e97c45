"""What people type about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enrolment import LEVEL_OF_ROLE
from accounts.models import User
from accounts.roles import Right, Role
from units.models import Unit
from units.tenancy import scope

NAME_LENGTH = User._meta.get_field("username").max_length
TAKEN = _("This user name is taken. Choose another.")


class SignInForm(AuthenticationForm):
    # Django's field takes any length, and the record of failures does not.
    username = UsernameField(max_length=NAME_LENGTH)


class OwnPasswordForm(PasswordChangeForm):
    def clean_new_password1(self) -> str:
        """Whoever made the first password knows it, so the next one has to be another."""
        chosen = self.cleaned_data["new_password1"]
        if self.user.check_password(chosen):
            raise ValidationError(_("This is the password that you have now. Choose another."))
        return chosen


class UserNameForm(forms.Form):
    """The name of an account to be opened."""

    username = UsernameField(
        label=_("User name"),
        max_length=NAME_LENGTH,
        validators=[User.username_validator],
        help_text=_("Letters, digits and . - _ only, for example qn.hong-gai"),
    )

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        # A name is unique in the whole nation, so the wall is opened by the width of that name.
        with scope(sign_in=username):
            taken = User.objects.filter(username=username).exists()
        if taken:
            raise ValidationError(TAKEN)
        return username


class NewAccountForm(UserNameForm):
    """Choices are only the units that the administrator manages."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (role.value, role.label) for role in LEVEL_OF_ROLE if role != Role.NATION_STAFF
        ]
        managed = Unit.objects.visible_to(actor).within(actor.unit_ids_with(Right.ACCOUNTS))
        self.fields["unit"].queryset = managed.order_by("level", "code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        role, unit = cleaned.get("role"), cleaned.get("unit")
        if role and unit and LEVEL_OF_ROLE[Role(role)] != unit.level:
            self.add_error("unit", _("This role is held on a unit of another level."))
        return cleaned
