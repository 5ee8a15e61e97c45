"""What a file that somebody brought is, asked of its content alone, and what is stored of it.

A photo is drawn anew: where it was taken, and whatever else a file may hide, stays behind. PDF and
office files are stored as they came, and refused where they carry more than something to read.
"""

import re
import struct
import zipfile
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from reports.models import Evidence
from reports.office_parts import Parts
from units.errors import FileRefused
from units.sheets.archives import Archive, damaged
from units.sheets.safety import CONTENT_TYPES, MACRO_NAME, MACRO_TYPE, WORKBOOK, ZIP_MAGIC

Kind = Evidence.Kind

PICTURES = ("JPEG", "PNG", "WEBP")
# The best phones make photos of 50 million, which are read at a half or a quarter.
MOST_PIXELS = 50_000_000
# What is read whole takes up to twenty bytes for each: two hundred megabytes, see decision 018.
MOST_READ_WHOLE = 10_000_000
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
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|GoToR|GoToE|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b"
)
# How the address of a page or file begins, written in signs or in digits.
TARGET = re.compile(
    rb"/(?:URI|UF|F)\s*(?:\(((?:\\.|[^\\()]){0,40})|<([0-9A-Fa-f\s]{2,80}))", re.DOTALL
)
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(\r?\n)|(.))", re.DOTALL)
# Opening such an address tells another computer who opens it.
SHARE = re.compile(rb"\s*(?:\\|//|file:)", re.IGNORECASE)
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|body|iframe)", re.IGNORECASE)

MAIN_PARTS = {Kind.WORKBOOK: WORKBOOK, Kind.DOCUMENT: "word/document.xml"}
END_OF_ARCHIVE = struct.Struct("<4s8xLLH")
END_OF_ARCHIVE_MAGIC = b"PK\x05\x06"
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
            most = MOST_PIXELS if _is_read_in_part(found) else MOST_READ_WHOLE
            if found.width * found.height > most:
                raise _too_many_pixels(most)
            whole = _on_white(ImageOps.exif_transpose(_bounded(found)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(MOST_PIXELS) from None
    except UnidentifiedImageError:
        raise _no_kind() from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused(_("The photo is damaged: take or send it again.")) from None
    small = whole.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Content(Kind.PHOTO, _as_jpeg(whole, QUALITY), _as_jpeg(small, SMALL_QUALITY))


def _is_read_in_part(found: Image.Image) -> bool:
    """Whether all of it is never in memory. A progressive JPEG is, before it is drawn smaller."""
    return isinstance(found, JpegImageFile) and "progression" not in found.info


def _bounded(found: Image.Image) -> Image.Image:
    """The picture as it lies in the file, at the size that is stored; drawn smaller first, as
    whatever else is done with all of it takes as much memory again."""
    longer = max(found.size)
    if longer > SIDE:
        # In the shape of the picture: for a square, the shorter side says how much is left out.
        found.draft("RGB", (found.width * SIDE // longer, found.height * SIDE // longer))
    found.load()
    mode = "RGBA" if found.has_transparency_data else "RGB"
    # A palette and the like cannot be drawn smaller; what a JPEG has can, before it is converted.
    is_smooth = found.mode == mode or isinstance(found, JpegImageFile)
    picture = found if is_smooth else found.convert(mode)
    picture.thumbnail((SIDE, SIDE))
    return picture if picture.mode == mode else picture.convert(mode)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
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
    plain = SPELT.sub(lambda found: bytes([int(found[1], 16)]), whole)
    if ACTIVE.search(plain) or any(SHARE.match(_target(each)) for each in TARGET.finditer(plain)):
        raise FileRefused(
            _(
                "The PDF carries scripts or other files, or leads to those of other computers: "
                "print it into a new PDF and send that."
            )
        )
    return Content(Kind.PDF, whole)


def _target(found: re.Match[bytes]) -> bytes:
    """The beginning of an address as a reader of PDF takes it."""
    signs, digits = found.groups()
    if digits:
        even = b"".join(digits.split())
        said = bytes.fromhex(even[: len(even) // 2 * 2].decode())
    else:
        said = ESCAPED.sub(_unescaped, signs)
    # Of two bytes a sign, with a mark before them, the other one is 0.
    return said.removeprefix(b"\xfe\xff").replace(b"\0", b"")


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, continued, sign = found.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return b"" if continued else bytes(sign)


def _office_kind(path: Path) -> Evidence.Kind:
    """Every part is inflated once, so that a bomb is found before anybody opens it."""
    with Archive(path) as archive:
        if not _ends_at_its_end(path):
            raise damaged()
        names = set(archive.names)
        if any(MACRO_NAME.search(each) or ACTIVE_PART.search(each) for each in names):
            raise _macros()
        kinds = [kind for kind, main in MAIN_PARTS.items() if {CONTENT_TYPES, main} <= names]
        if len(kinds) != 1:
            raise _no_kind()
        parts = Parts(is_word=kinds == [Kind.DOCUMENT])
        for part in archive.parts():
            for piece in parts.take(part):
                if part.name == CONTENT_TYPES and MACRO_TYPE.search(piece):
                    raise _macros()
    return kinds[0]


def _ends_at_its_end(path: Path) -> bool:
    """Whether nothing follows the archive, or stands before its directory that is not of it."""
    with path.open("rb") as file:
        place = file.seek(-END_OF_ARCHIVE.size, SEEK_END)
        magic, length, offset, remark = END_OF_ARCHIVE.unpack(file.read())
    return bool(magic == END_OF_ARCHIVE_MAGIC and offset + length == place and not remark)


def _no_kind() -> FileRefused:
    return FileRefused(_("This is no photo (JPEG, PNG, WebP), PDF, Excel (.xlsx) or Word (.docx)."))


def _macros() -> FileRefused:
    return FileRefused(_("The file carries macros or programs: save it without them."))


def _too_many_pixels(most: int) -> FileRefused:
    if most == MOST_PIXELS:
        return FileRefused(_("The photo has more than 50 million pixels: send a smaller one."))
    return FileRefused(
        _(
            "The picture has more than 10 million pixels: send a smaller one, or a JPEG as the "
            "camera makes it."
        )
    )
