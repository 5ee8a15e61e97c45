"""Photos and files beside a team's month: attached by the form's script, shown, taken away."""

import logging

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import evidence
from reports.models import Evidence, Period, Report
from reports.views.bringing import FIELD, EvidenceUpload, attach_brought
from reports.views.month import Month, period_or_404
from teams.models import Team
from teams.views.files import KINDS, file_response
from teams.views.uploads import takes_files_by
from units.errors import DomainError, FileRefused

logger = logging.getLogger(__name__)

WRITERS = holders_of(Right.FILL)
READERS = holders_of(Right.FILL, Right.REVIEW, Right.OVERVIEW)
# Whatever is in a file, nothing of it runs here: not even where a browser shows it by itself.
SHUT = csp({"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True})


@open_to(WRITERS)
@takes_files_by(EvidenceUpload)
@require_POST
def attach_evidence(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """The list of files by then; or one sentence, which the script puts beside the file."""
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=pk)
    period = period_or_404(request.user, team.tenant_id, month)
    try:
        # The script shows the reason beside the name.
        attach_brought(request, team, period, named=False)
        if not request.FILES.getlist(FIELD):
            raise FileRefused(_("Choose a file first."))
    except DomainError as refusal:
        plain = "text/plain; charset=utf-8"
        return HttpResponse(refusal.message, status=refusal.status, content_type=plain)
    return _listed(request, team, period)


def _listed(request: HttpRequest, team: Team, period: Period) -> HttpResponse:
    report = Report.objects.editable_by(request.user).filter(team=team, period=period).first()
    files = evidence.beside(report, with_removed=True)
    return render(request, "months/_files.html", {"evidence": files, "writable": True})


@open_to(READERS)
@SHUT
@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file to be saved, never to be shown."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user).attached(), pk=pk)
    return file_response(_stored(row.path), row.name)


@open_to(READERS)
@SHUT
@require_safe
def evidence_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A small picture of a photo, which we have drawn ourselves."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user).attached(), pk=pk)
    if not row.is_photo:
        raise Http404
    return HttpResponse(_stored(row.small_path), content_type=KINDS["jpg"])


def _stored(path: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            return file.read()
    except FileNotFoundError:
        logger.error("The file %s is not in the storage.", path)
        raise Http404(_("The file is no longer there: ask the administrator.")) from None


@open_to(WRITERS)
@require_POST
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    evidence.remove(evidence=row, actor=request.user)
    if _asks_for_list(request):
        return _listed(request, row.report.team, row.report.period)
    messages.success(request, _("%(name)s is removed; it can be put back.") % {"name": row.name})
    return _back(row)


@open_to(WRITERS)
@require_POST
def restore_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    evidence.restore(evidence=row, actor=request.user)
    if _asks_for_list(request):
        return _listed(request, row.report.team, row.report.period)
    messages.success(request, _("%(name)s is put back.") % {"name": row.name})
    return _back(row)


def _asks_for_list(request: HttpRequest) -> bool:
    """Whether a script asks, which puts the list in the place of the one it shows."""
    return "HX-Request" in request.headers


def _own(request: HttpRequest, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).select_related(
        "report__period", "report__team"
    )
    return get_object_or_404(rows, pk=pk)


def _back(row: Evidence) -> HttpResponse:
    return redirect("team-month", row.report.period.key, row.report.team_id)
