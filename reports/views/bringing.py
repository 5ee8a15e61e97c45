"""Photos and files that come with a team's month: how they are taken in, and how they are kept."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from reports import evidence, workflow
from reports.models import Period
from teams.models import Team
from units.errors import FileRefused

FIELD = "evidence"
# Where HEIC is not among them, an iPhone sends its photos as JPEG.
ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.xlsx,.docx"


class EvidenceUpload(TemporaryFileUploadHandler):
    """Writes files to the disk as they come. One that is too large, and those beyond the number
    that a report takes, are left out; what was typed beside them comes whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun = 0
        self.too_large: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.begun += 1
        if self.begun > settings.MOST_EVIDENCE:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.LARGEST_EVIDENCE:
            self.too_large.append(str(self.file_name))
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def store_with_files(request: HttpRequest, asked: dict[str, Any]) -> int:
    """Where no script has sent the files ahead: the version of the draft beside which they are.
    A file that is refused leaves both as they were."""
    with transaction.atomic():
        report = workflow.save_draft(**asked)
        attach_brought(request, asked["team"], asked["period"], named=True)
    return report.version


def attach_brought(request: HttpRequest, team: Team, period: Period, *, named: bool) -> None:
    """Keep what came with the request. Raises FileRefused, which names the file where it is to be
    `named`, and whatever `reports.evidence.attach` does."""
    files = request.FILES.getlist(FIELD)
    upload = request.upload_handlers[0]
    for name in upload.too_large:
        raise _refusal(name if named else "", evidence.too_large())
    if upload.begun > settings.MOST_EVIDENCE:
        raise evidence.too_many()
    for file in files:
        try:
            evidence.attach(
                team=team,
                period=period,
                path=Path(file.temporary_file_path()),
                name=file.name,
                actor=request.user,
            )
        except FileRefused as refusal:
            raise _refusal(file.name if named else "", refusal) from None


def shown() -> dict[str, Any]:
    """What a page with the fields for files needs; `static/evidence.js` has no words of its own."""
    return {
        "accepted": ACCEPTED,
        "most_evidence": settings.MOST_EVIDENCE,
        "largest_evidence": evidence.largest_in_megabytes(),
        "evidence_texts": {
            "waiting": _("Waits to be sent."),
            "sending": _("Being sent…"),
            "attached": _("{name} is attached."),
            "signedOut": _(
                "You have been signed out. Sign in and come back to this page: nothing is lost."
            ),
            "signIn": _("Sign in"),
            "failed": _("It could not be sent. It stays here: try again when you are online."),
            "again": _("Try again"),
            "drop": _("Do not send"),
        },
    }


def why_again(request: HttpRequest) -> str:
    """What is said of files that came with a form that was refused; "" where none came."""
    return _("The files were not stored: choose them again.") if request.FILES else ""


def _refusal(name: str, refusal: FileRefused) -> FileRefused:
    if not name:
        return refusal
    said = {"name": name, "why": refusal.message}
    return FileRefused(_("%(name)s: %(why)s") % said)
