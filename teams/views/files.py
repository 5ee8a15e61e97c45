"""Files that people take with them."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
}


def kind_asked(request: HttpRequest) -> str:
    """In which form somebody wants a list: a workbook, unless they say."""
    return "csv" if request.GET.get("format") == "csv" else "xlsx"


def file_response(content: bytes, name: str) -> HttpResponse:
    """A file to be saved under a name, which may hold any letters."""
    response = HttpResponse(content, content_type=KINDS[name.rpartition(".")[2]])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
