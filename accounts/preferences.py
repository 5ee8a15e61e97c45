"""Where the portal writes to somebody, and whether it does."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from units.errors import InvalidEntry, NotAllowed
from units.text import normalise


def choose(*, user: User, email: str, wants_reminders: bool, wants_mail: bool) -> User:
    """Say of oneself where the portal writes to, "" for nowhere, and whether it reminds.

    Raises InvalidEntry for what is no address.
    """
    user.email = _address(email)
    user.wants_reminders, user.wants_mail = wants_reminders, wants_mail
    user.save(update_fields=["email", "wants_reminders", "wants_mail"])
    return user


def set_address(*, user: User, email: str, actor: User) -> User:
    """Say it for somebody else; whether they want letters stays theirs to say.

    Raises NotAllowed where the actor does not manage the account, and InvalidEntry.
    """
    if not User.objects.editable_by(actor).filter(pk=user.pk).exists():
        raise NotAllowed(_("You do not manage this account."))
    user.email = _address(email)
    user.save(update_fields=["email"])
    return user


def _address(typed: str) -> str:
    email = User.objects.normalize_email(normalise(typed))
    try:
        if email:
            User._meta.get_field("email").run_validators(email)
    except ValidationError:
        said = _("This is no e-mail address. It reads like ten@quangninh.gov.vn.")
        raise InvalidEntry(said, errors={"email": [said]}) from None
    return email
