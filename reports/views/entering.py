"""What pages say while they save: `static/entry.js` has no words of its own."""

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """By the names that the script knows them by; it fills in what stands in braces."""
    return {
        "waiting": _("Not sent yet; kept in this browser."),
        "saving": _("Saving…"),
        "invalid": _("Not accepted: see the reason."),
        "conflict": _("Somebody else has changed this figure: choose."),
        "conflictOf": _("{by} entered {theirs} at {at}, after you had opened this page."),
        "changed": _("Changed by somebody else meanwhile."),
        "keepMine": _("Keep mine"),
        "takeTheirs": _("Take theirs"),
        "empty": _("empty"),
        "notApplicable": _("not applicable"),
        "allSaved": _("All is saved, {at}."),
        "savedBut": _("Saved, {at}; {count} entries are not valid: each says why."),
        "offline": _(
            "No connection: {count} entries are kept in this browser, and sent when it returns."
        ),
        "held": _("{count} entries are not accepted yet: each says why."),
        "signedOut": _(
            "You have been signed out. What you typed is kept in this browser, and sent when you "
            "have signed in again."
        ),
        "explain": _("Why is it so? The reviewer reads your word beside the figure."),
        "signIn": _("Sign in"),
        "refused": _("The portal did not accept this. What you typed is kept in this browser."),
    }
