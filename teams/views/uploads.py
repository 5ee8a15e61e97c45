"""Files that people bring."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from teams import batches
from teams.forms import FileForm
from teams.models import Batch
from units.errors import FileRefused


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes a file to the disk as it comes, and stops at the limit."""

    received = 0

    @property
    def is_too_big(self) -> bool:
        return self.received > settings.LARGEST_UPLOAD

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.is_too_big:
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


View = Callable[..., HttpResponse]


def takes_files_by(handler: type[FileUploadHandler]) -> Callable[[View], View]:
    """Let a view take files, which the portal does nowhere else, through a handler that knows how
    many, and how large."""

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def take(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # Before anybody reads the form, as the check of its token does.
            request.upload_handlers = [handler(request)]
            return protected(request, *args, **kwargs)

        return take

    return decorate


takes_file = takes_files_by(LimitedUpload)


def take_in(form: FileForm, **asked: Any) -> Batch | None:
    """The batch of the form's file; None, with why beside the field, where it is refused."""
    file = form.cleaned_data["file"]
    try:
        return batches.receive(
            path=Path(file.temporary_file_path()), name=file.name, is_complete=False, **asked
        )
    except FileRefused as refusal:
        form.add_error("file", refusal.message)
        return None


def is_sound(request: HttpRequest, form: FileForm) -> bool:
    """Whether all of the form came, with a file that is not too big."""
    sound = form.is_valid()
    if request.upload_handlers[0].is_too_big:
        form.errors["file"] = form.error_class([_("The file is larger than 64 MB.")])
    return sound
