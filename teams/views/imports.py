"""Rosters that come in from files: brought, looked at, brought in, taken back."""

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import holders_of, open_to
from teams import annotation, batches, progress, subjects
from teams.forms import UploadForm
from teams.models import Batch, BatchRow
from teams.subjects import Subject, kept_by, subject_for, subject_of, subjects_for
from teams.views.files import file_response
from teams.views.uploads import is_sound, takes_file
from units import clock
from units.errors import FileRefused, InvalidEntry, NotPossibleNow
from units.sheets import writing
from units.text import whole_number

# Every app has declared its subjects by the time that addresses are looked up.
KEEPERS = holders_of(*subjects.rights())
PAGE = 50
# Rows in which something looks wrong, whatever their outcome.
DOUBTFUL = "doubtful"


@open_to(KEEPERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The imports of one's area, and a form to bring another."""
    brings = subjects_for(request.user)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, subjects=brings)
        if is_sound(request, form) and (batch := _receive(request, form)):
            return redirect("import", batch.pk)
    else:
        asked = {
            "effective_on": clock.today(),
            "subject": request.GET.get("subject"),
        }
        form = UploadForm(initial=asked, subjects=brings)
    rows = kept_by(request.user, Batch.objects.visible_to(request.user))
    rows = rows.select_related("uploaded_by", "unit")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for batch in page:
        batch.holds = subject_of(batch.subject).label
    status = 422 if form.errors else 200
    context = {"form": form, "subjects": brings.values(), "page": page, "query": ""}
    return render(request, "imports/imports.html", context, status=status)


def _receive(request: HttpRequest, form: UploadForm) -> Batch | None:
    file = form.cleaned_data["file"]
    try:
        return batches.receive(
            path=Path(file.temporary_file_path()),
            name=file.name,
            effective_on=form.cleaned_data["effective_on"],
            is_complete=form.cleaned_data["is_complete"],
            actor=request.user,
            subject=subject_of(form.cleaned_data["subject"]),
        )
    except FileRefused as refusal:
        form.refuse({"file": [refusal.message]})
    except InvalidEntry as refusal:
        form.refuse(refusal.errors)
    return None


@open_to(KEEPERS)
@require_safe
def template(request: HttpRequest, key: str) -> HttpResponse:
    """An empty workbook with the columns that are understood, in Vietnamese."""
    subject = subjects_for(request.user).get(key)
    if subject is None:
        raise Http404
    with translation.override("vi"):
        content = writing.template(subject.columns, str(subject.title))
    return file_response(content, f"mau-{subject.file_name}.xlsx")


@open_to(KEEPERS)
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    return _show(request, row)


def _show(request: HttpRequest, row: Batch, refusal: str = "", status: int = 200) -> HttpResponse:
    wanted = request.GET.get("outcome", "")
    lines = row.rows.all()
    doubtful = lines.exclude(doubts=[])
    if wanted in BatchRow.Outcome.values:
        lines = lines.filter(outcome=wanted)
    elif wanted == DOUBTFUL:
        lines = doubtful
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    subject = subject_for(row)
    for line in page:
        line.told = [_told(subject, *change) for change in line.changes]
        line.refused = [_refused(subject, *problem) for problem in line.problems]
        line.doubted = [_doubted(subject, *doubt) for doubt in line.doubts]
    context = {
        "batch": row,
        "subject": subject,
        # A template would call it.
        "is_dated": subject.fit is None,
        "brought_on": _address(subject.brought_on),
        "page_of_subject": _address(subject.page) if subject.page else "",
        "tallies": [
            (value, label, row.counts.get(value, 0)) for value, label in BatchRow.Outcome.choices
        ],
        "page": page,
        "outcome": wanted,
        "query": f"{urlencode({'outcome': wanted})}&" if wanted else "",
        "is_at_work": row.state in Batch.State.at_work(),
        "progress": progress.known(row.pk),
        "refused": row.counts.get(BatchRow.Outcome.REFUSED, 0),
        "doubtful": doubtful.count(),
        "moves": batches.would_change(row),
        "refusal": refusal,
    }
    return render(request, "imports/batch.html", context, status=status)


def _address(page: tuple[Any, ...]) -> str:
    name, *takes = page
    return reverse(name, args=takes)


def _told(subject: Subject, key: str, old: Any, new: Any) -> tuple[Any, str, str]:
    column = subject.by_key[key]
    return column.label, column.shown(old), column.shown(new)


def _refused(subject: Subject, cell: str, key: str, why: str, near: Any = ()) -> dict[str, Any]:
    return {"cell": cell, "key": key, "label": subject.by_key[key].label, "why": why, "near": near}


def _doubted(subject: Subject, key: str, said: str, page: Any) -> dict[str, Any]:
    return {
        "label": subject.by_key[key].label,
        "said": said,
        # The word stands below the figure; which has a field before anything is found of it.
        "page": f"{_address(page)}#f-{key}",
    }


@open_to(KEEPERS)
@require_safe
def batch_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; once it is done, the page is to be loaded anew."""
    row = _kept(request, pk)
    if row.state not in Batch.State.at_work():
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"batch": row, "progress": progress.known(row.pk)}
    return render(request, "imports/_progress.html", context)


@open_to(KEEPERS)
@require_POST
def match_columns(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    known = subject_for(row).by_key
    chosen = {
        str(each["index"]): request.POST.get(f"column-{each['index']}", "") for each in row.headings
    }
    matched = {index: key if key in known else "" for index, key in chosen.items()}
    return _ask(request, row, lambda: batches.match_columns(
        batch=row, matched=matched, actor=request.user))  # fmt: skip


@open_to(KEEPERS)
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of the values that were offered in place of what a cell says."""
    row = _kept(request, pk)
    number = whole_number(request.POST.get("number", "")) or 0
    key, chosen = request.POST.get("key", ""), request.POST.get("chosen", "")
    return _ask(request, row, lambda: batches.correct(
        batch=row, number=number, key=key, chosen=chosen, actor=request.user))  # fmt: skip


@open_to(KEEPERS)
@require_POST
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out the plan that the page showed, and no other that took its place since."""
    row = _kept(request, pk)
    seen, leaves_out = request.POST.get("digest", ""), bool(request.POST.get("leaves_out_refused"))
    return _ask(request, row, lambda: batches.commit(
        batch=row, digest=seen, leaves_out_refused=leaves_out, actor=request.user))  # fmt: skip


@open_to(KEEPERS)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    return _ask(request, row, lambda: batches.undo(batch=row, actor=request.user))


@open_to(KEEPERS)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    return _ask(request, row, lambda: batches.discard(batch=row, actor=request.user))


def _ask(request: HttpRequest, row: Batch, act: Any) -> HttpResponse:
    try:
        act()
    except NotPossibleNow as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal.message, status=409)
    asked = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('import', args=[row.pk])}{asked}")


@open_to(KEEPERS)
@require_safe
def annotated(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own file, with each problem written into its cell."""
    row = _kept(request, pk)
    if row.state == Batch.State.DISCARDED:
        raise Http404
    content = annotation.annotated(row)
    return file_response(content, f"{Path(row.file_name).stem}-can-sua.xlsx")


def _kept(request: HttpRequest, pk: int) -> Batch:
    """An import that the person may look into: one that is merely of a unit in sight is refused."""
    people = ("uploaded_by", "committed_by", "undone_by", "discarded_by")
    rows = Batch.objects.visible_to(request.user).select_related("unit", *people)
    row = get_object_or_404(rows, pk=pk)
    batches.demand_keeper(row, request.user)
    return row
