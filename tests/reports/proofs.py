"""Files that people bring as evidence, and some that they should not."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TYPES = "[Content_Types].xml"
CAMERA = "Camera 12"
GPS, MAKER = 0x8825, 0x010F
ORIENTATION, UPSIDE_DOWN = 0x0112, 3


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (640, 480), colour: str = "teal") -> bytes:
    """With the place where it was taken, where the kind has room for it."""
    exif = Image.Exif()
    exif[MAKER] = CAMERA
    exif.get_ifd(GPS)[2] = (20.95, 107.08, 0.0)
    return drawn(Image.new("RGB", size, colour), kind, exif=exif)


def drawn(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def workbook() -> bytes:
    file = BytesIO()
    book = Workbook()
    book.active.append(["Họ và tên"])
    book.save(file)
    return file.getvalue()


def archive(types: bytes = b"<Types/>", **parts: bytes) -> bytes:
    """Of parts by name; two underscores stand for a stroke, and one for the dot."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr(TYPES, types)
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def document(**more: bytes) -> bytes:
    return archive(word__document_xml=b"<w/>", **more)


def save(folder: Path, content: bytes, name: str = "tep") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
