"""What a file that somebody brought is, asked of its content alone, and what is stored of it.

A photo is drawn anew: where it was taken, and whatever else a file may hide, stays behind. PDF and
office files are stored as they came, and refused where they carry more than something to read.
"""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from reports.models import Evidence
from units.errors import FileRefused
from units.sheets.archives import Archive
from units.sheets.safety import CONTENT_TYPES, MACRO_NAME, MACRO_TYPE, WORKBOOK, ZIP_MAGIC

Kind = Evidence.Kind

PICTURES = ("JPEG", "PNG", "WEBP")
# The best phones make photos of 50 million; a picture in memory takes four bytes for each.
MOST_PIXELS = 50_000_000
# The longer side of what is stored: a printed A4 page can still be read in it.
SIDE, SMALL_SIDE = 2560, 320
QUALITY, SMALL_QUALITY = 85, 75
HEIC = re.compile(rb"^.{4}ftyp(hei|hev|mif1|msf1)", re.DOTALL)
HEAD = 1024

PDF = b"%PDF-"
# After this mark a reader finds nothing of the document, and another program perhaps its own.
END_OF_PDF = b"%%EOF"
# Names of a PDF may be spelt with numbers, such as /J#61vaScript.
SPELT = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|body|iframe)", re.IGNORECASE)

MAIN_PARTS = {Kind.WORKBOOK: WORKBOOK, Kind.DOCUMENT: "word/document.xml"}
ACTIVE_PART = re.compile(r"(^|/)(activeX/|embeddings/.*\.(bin|exe|ole)$)", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What is stored: of a photo a small picture, too, which pages show."""

    kind: Evidence.Kind
    whole: bytes
    small: bytes = b""


def examine(path: Path) -> Content:
    """Raises FileRefused, with one sentence, where the file is none of the kinds, damaged, a bomb,
    or carries something that runs."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise FileRefused(_("The file is empty."))
    if head.startswith(PDF):
        return _document(path, head)
    if head.startswith(ZIP_MAGIC):
        return Content(_office_kind(path), path.read_bytes())
    if HEIC.match(head):
        raise FileRefused(
            _(
                "This is a HEIC photo, which is not read here: take it by “Take a photo” on the "
                "page, or have the camera make JPEG (iPhone: Settings, Camera, Formats, “Most "
                "Compatible”)."
            )
        )
    return _photo(path)


# -- Photos ---------------------------------------------------------------------------------------


def _photo(path: Path) -> Content:
    """Drawn anew, upright, without a word of what the file said beside the picture."""
    try:
        with Image.open(path, formats=PICTURES) as found:
            if found.width * found.height > MOST_PIXELS:
                raise _too_many_pixels()
            # A JPEG is read at a half or a quarter where that is enough.
            found.draft("RGB", (SIDE, SIDE))
            whole = _on_white(ImageOps.exif_transpose(found))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise _no_kind() from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused(_("The photo is damaged: take or send it again.")) from None
    whole.thumbnail((SIDE, SIDE))
    small = whole.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Content(Kind.PHOTO, _as_jpeg(whole, QUALITY), _as_jpeg(small, SMALL_QUALITY))


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    return paper


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    drawn = BytesIO()
    # Only what is handed over here is written beside the pixels: nothing.
    picture.info = {}
    picture.save(drawn, "JPEG", quality=quality, optimize=True)
    return drawn.getvalue()


# -- PDF and office files -------------------------------------------------------------------------


def _document(path: Path, head: bytes) -> Content:
    whole = path.read_bytes()
    rest = whole.rpartition(END_OF_PDF)[2]
    if END_OF_PDF not in whole or rest.strip(b"\0 \r\n\t") or zipfile.is_zipfile(path):
        raise FileRefused(_("The PDF is damaged, or holds another file: save it again."))
    if MARKUP.search(head):
        raise _no_kind()
    if ACTIVE.search(SPELT.sub(lambda found: bytes([int(found[1], 16)]), whole)):
        raise FileRefused(
            _("The PDF carries scripts or other files: print it into a new PDF and send that.")
        )
    return Content(Kind.PDF, whole)


def _office_kind(path: Path) -> Evidence.Kind:
    """Every part is inflated once, so that a bomb is found before anybody opens it."""
    with Archive(path) as archive:
        names = set(archive.names)
        if any(MACRO_NAME.search(each) or ACTIVE_PART.search(each) for each in names):
            raise _macros()
        kinds = [kind for kind, main in MAIN_PARTS.items() if {CONTENT_TYPES, main} <= names]
        if len(kinds) != 1:
            raise _no_kind()
        for part in archive.parts():
            for piece in part.pieces:
                if part.name == CONTENT_TYPES and MACRO_TYPE.search(piece):
                    raise _macros()
    return kinds[0]


def _no_kind() -> FileRefused:
    return FileRefused(_("This is no photo (JPEG, PNG, WebP), PDF, Excel (.xlsx) or Word (.docx)."))


def _macros() -> FileRefused:
    return FileRefused(_("The file carries macros or programs: save it without them."))


def _too_many_pixels() -> FileRefused:
    return FileRefused(_("The photo has more than 50 million pixels: send a smaller one."))
