"""Making accounts, giving them roles, and taking both away."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Grant, User
from accounts.roles import Right, Role
from units import clock
from units.errors import DomainError, NotAllowed, NotPossibleNow
from units.models import Level, Unit
from units.text import normalise, why_not_called

# A role is held at one level of the tree; a team leader's where the team sits, at any.
LEVEL_OF_ROLE: dict[Role, Level] = {
    Role.COMMUNE_OFFICER: Level.COMMUNE,
    Role.DISTRICT_OFFICER: Level.DISTRICT,
    Role.PROVINCE_STAFF: Level.PROVINCE,
    Role.PROVINCE_ADMIN: Level.PROVINCE,
    Role.NATION_STAFF: Level.NATION,
}


@transaction.atomic
def open_account(
    *, username: str, full_name: str, role: Role, unit: Unit, actor: User
) -> tuple[User, str]:
    """Make an account with one role; returns it with a first password, shown once, to be changed.

    Raises NotAllowed where the actor does not manage accounts over `unit`, and DomainError for a
    name with other letters than a to z.
    """
    _must_manage(actor, unit)
    user, password = _make(username, full_name, unit, by=actor)
    grant_role(user=user, role=role, unit=unit, actor=actor)
    return user, password


@transaction.atomic
def open_first_account(
    *, username: str, full_name: str, role: Role, unit: Unit
) -> tuple[User, str]:
    """Make the account from which all others of a tenant are opened; with its first password.

    Raises NotPossibleNow where there is an account already, and DomainError where the role is not
    held on units of that level, or the name has other letters than a to z.
    """
    if User.objects.filter(tenant_id=unit.tenant_id).exists():
        raise NotPossibleNow("There are accounts already; they open the others.")
    user, password = _make(username, full_name, unit, by=None)
    _grant(user, role, unit)
    return user, password


# Letters of other alphabets look like these: аdmin may begin with a Cyrillic one.
NAME = RegexValidator(
    r"\A[a-z0-9._-]+\Z",
    gettext_lazy("Only the letters a to z without accents, digits and . - _ can be used."),
)


def _make(username: str, full_name: str, unit: Unit, *, by: User | None) -> tuple[User, str]:
    user = User(
        username=User.normalize_username(username),
        full_name=normalise(full_name),
        tenant_id=unit.tenant_id,
    )
    try:
        NAME(user.username)
    except ValidationError as refusal:
        raise DomainError(str(refusal.message)) from None
    if why_not := why_not_called(user.full_name):
        raise DomainError(why_not)
    password = _give_password(user, by)
    user.save()
    return user, password


def _give_password(user: User, by: User | None) -> str:
    """A password to be changed; the history of the account keeps who has known it. Not saved."""
    password = get_random_string(16, "abcdefghjkmnpqrstuvwxyz23456789")
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.password_given_at, user.password_given_by = clock.now(), by
    return password


def grant_role(*, user: User, role: Role, unit: Unit, actor: User) -> Grant:
    """Raises NotAllowed where the actor does not manage accounts over `unit`, or the account is
    another province's; DomainError where the role is not held on units of that level."""
    _must_manage(actor, unit)
    if user.tenant_id != unit.tenant_id:
        raise NotAllowed(_("You do not manage this account."))
    return _grant(user, role, unit)


def _grant(user: User, role: Role, unit: Unit) -> Grant:
    if unit.level != LEVEL_OF_ROLE.get(role, unit.level):
        raise DomainError(_("This role is held on a unit of another level."))
    return Grant.objects.create(user=user, unit=unit, role=role, tenant_id=unit.tenant_id)


@transaction.atomic
def renew_password(*, user: User, actor: User) -> str:
    """A new first password for somebody who lost theirs, shown once, to be changed."""
    _must_manage_account(actor, user)
    password = _give_password(user, actor)
    user.save(
        update_fields=[
            "password", "must_change_password", "password_given_at", "password_given_by",
        ]
    )  # fmt: skip
    return password


def set_active(*, user: User, active: bool, actor: User) -> None:
    """Close or reopen an account; what the person did stays on record."""
    _must_manage_account(actor, user)
    user.is_active = active
    user.save(update_fields=["is_active"])


def _must_manage(actor: User, unit: Unit) -> None:
    if not actor.may(Right.ACCOUNTS, unit):
        raise NotAllowed(_("You do not manage accounts of this unit."))


def _must_manage_account(actor: User, user: User) -> None:
    if not User.objects.editable_by(actor).filter(pk=user.pk).exists():
        raise NotAllowed(_("You do not manage this account."))
