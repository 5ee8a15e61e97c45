"""What the portal has told a person: one's own notices, and which of them are read."""

import logging
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import SIGNED_IN, open_to
from reports import notices, wording
from reports.models import Notice
from reports.wording import Wording
from units.text import whole_number

logger = logging.getLogger(__name__)

PAGE = 25


class Shown(NamedTuple):
    """Notices that are told together, the newest first, with their sentences."""

    notices: list[Notice]
    words: Wording
    is_unread: bool


@open_to(SIGNED_IN)
@require_safe
def list_notices(request: HttpRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [
        Shown(told, _words(told), any(notice.read_at is None for notice in told))
        for told in notices.together(page)
    ]
    return render(request, "notices/notices.html", {"page": page, "shown": shown})


def _words(told: list[Notice]) -> Wording:
    try:
        return wording.of_many(told) if len(told) > 1 else wording.of(told[0])
    except (KeyError, TypeError, ValueError):
        # One of an older release: the others are read all the same.
        logger.exception("Notice %s cannot be worded.", told[0].pk)
        return Wording(_("This notice is of an older form and can no longer be shown."), ())


@open_to(SIGNED_IN)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark those that are named as read, or all of them where none is."""
    named = request.POST.getlist("notice")
    # What is no number names nobody's notice.
    only = [whole_number(text) or 0 for text in named]
    count = notices.mark_read(user=request.user, only=only if named else None)
    if count:
        said = ngettext(
            "%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nothing was unread."))
    return redirect("notices")
