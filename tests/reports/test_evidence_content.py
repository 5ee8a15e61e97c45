"""What a file is, asked of its content alone."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from reports.evidence_content import MOST_READ_WHOLE, SIDE, SMALL_SIDE, examine
from reports.models import Evidence
from tests.reports import proofs
from units.errors import FileRefused
from units.sheets.archives import MOST_TIMES

Kind = Evidence.Kind
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        examine(proofs.save(folder, content))
    return refused.value.message


# -- Photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_is_drawn_anew_without_where_it_was_taken(kind: str, tmp_path: Path) -> None:
    brought = proofs.photo(kind)
    assert proofs.CAMERA.encode() in brought
    content = examine(proofs.save(tmp_path, brought))
    assert content.kind is Kind.PHOTO
    for stored in (content.whole, content.small):
        picture = opened(stored)
        assert picture.format == "JPEG"
        assert not picture.getexif()
        assert proofs.CAMERA.encode() not in stored
    assert opened(content.whole).size == (640, 480)
    assert max(opened(content.small).size) == SMALL_SIDE


def test_photo_is_bounded_and_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[proofs.ORIENTATION] = proofs.UPSIDE_DOWN
    picture = Image.new("RGB", (4000, 1000), "white")
    picture.paste("black", (0, 0, 4000, 500))
    content = examine(proofs.save(tmp_path, proofs.drawn(picture, "JPEG", exif=exif)))
    shown = opened(content.whole)
    assert shown.size == (SIDE, SIDE // 4)
    assert shown.getpixel((10, 10)) > (200, 200, 200)
    assert shown.getpixel((10, SIDE // 4 - 10)) < (50, 50, 50)


def test_what_is_hidden_in_a_photo_stays_behind(tmp_path: Path) -> None:
    """A picture that is an archive or a page as well comes out as a picture alone."""
    brought = proofs.photo() + HTML + proofs.workbook()
    content = examine(proofs.save(tmp_path, brought))
    assert b"script" not in content.whole
    assert b"PK\x03\x04" not in content.whole


def test_what_shines_through_lies_on_white(tmp_path: Path) -> None:
    glass = proofs.drawn(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")
    assert opened(examine(proofs.save(tmp_path, glass)).whole).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("side", [3_500, 7_100, 12_000, 60_000])
def test_photo_of_too_many_pixels_is_refused_before_it_is_drawn(side: int, tmp_path: Path) -> None:
    """A few bytes may ask for gigabytes: the size that they declare is read first."""
    assert side * side > MOST_READ_WHOLE
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000))]
    )
    assert "triệu điểm ảnh" in refusal(tmp_path, bomb)


MEASURED = """
import sys, django, pathlib
django.setup()
from reports.evidence_content import examine
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin

def kilobytes(what):
    with open("/proc/self/status") as said:
        return next(int(line.split()[1]) for line in said if line.startswith(what))

before = kilobytes("VmRSS")
examine(pathlib.Path(sys.argv[1]))
print((kilobytes("VmHWM") - before) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak of memory")
@pytest.mark.parametrize(
    ("kind", "mode", "size", "options"),
    [
        ("PNG", "RGBA", (4000, 2500), {}),
        ("PNG", "LA", (4000, 2500), {}),
        ("WEBP", "RGBA", (4000, 2500), {}),
        ("JPEG", "CMYK", (4000, 2500), {"progressive": True}),
        ("JPEG", "RGB", (7071, 7070), {}),
        ("JPEG", "CMYK", (5119, 5119), {}),
        ("JPEG", "RGB", (2559, 19530), {}),
    ],
    ids=["png", "png-grey", "webp", "progressive", "square", "print", "tall"],
)  # fmt: skip
def test_largest_photo_takes_no_more_memory_than_is_decided(
    kind: str, mode: str, size: tuple[int, int], options: dict[str, bool], tmp_path: Path
) -> None:
    """Decision 018: 200 MB, upside down as cameras hold it."""
    exif = Image.Exif()
    exif[proofs.ORIENTATION] = proofs.UPSIDE_DOWN
    picture = proofs.drawn(Image.new(mode, size), kind, exif=exif, **options)
    asked = [sys.executable, "-c", MEASURED, str(proofs.save(tmp_path, picture))]
    told = subprocess.run(asked, capture_output=True, check=True)
    assert int(told.stdout) <= 200


def test_photo_that_has_to_be_read_whole_is_bounded_further(tmp_path: Path) -> None:
    """Cameras make JPEGs that are read at a half; all of a progressive one is in memory first."""
    picture = Image.new("L", (4000, 2501))
    assert examine(proofs.save(tmp_path, proofs.drawn(picture, "JPEG")))
    for kind, options in (("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {})):
        said = refusal(tmp_path, proofs.drawn(picture, kind, **options))
        assert said.startswith("Ảnh có hơn 10 triệu điểm ảnh")


def test_photo_of_several_pictures_is_its_first(tmp_path: Path) -> None:
    """As phones make them, with a picture of how bright each place is behind the photo."""
    large, second = Image.new("RGB", (4000, 2501), "teal"), Image.new("RGB", (64, 48))
    brought = proofs.drawn(large, "MPO", save_all=True, append_images=[second])
    assert opened(examine(proofs.save(tmp_path, brought)).whole).width == SIDE


def test_damaged_photo_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, proofs.photo()[:900]) == "Ảnh bị hỏng: hãy chụp hoặc gửi lại."


# -- PDF and office files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (proofs.PDF, Kind.PDF),
        (proofs.workbook(), Kind.WORKBOOK),
        (proofs.document(), Kind.DOCUMENT),
    ],
    ids=["pdf", "xlsx", "docx"],
)
def test_document_is_stored_as_it_came(content: bytes, kind: Kind, tmp_path: Path) -> None:
    found = examine(proofs.save(tmp_path, content, "ten-khac.jpg"))
    assert (found.kind, found.whole, found.small) == (kind, content, b"")


MACROS = "Tệp có macro hoặc chương trình: hãy lưu lại không có chúng."
SCRIPTS = (
    "Tệp PDF có mã lệnh hoặc tệp khác bên trong, hoặc dẫn tới tệp ở máy khác: "
    "hãy in ra PDF mới rồi gửi."
)
NO_KIND = "Đây không phải ảnh (JPEG, PNG, WebP), PDF, Excel (.xlsx) hay Word (.docx)."
TWO_IN_ONE = "Tệp PDF bị hỏng hoặc chứa tệp khác: hãy lưu lại."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp rỗng, không có nội dung."),
        (HTML, NO_KIND),
        (SVG, NO_KIND),
        (b'<?xml version="1.0"?>' + SVG, NO_KIND),
        (b"MZ\x90\0" + b"\0" * 200, NO_KIND),
        (b"\x7fELF" + b"\0" * 200, NO_KIND),
        (b"#!/bin/sh\nrm -rf ~\n", NO_KIND),
        (b"GIF89a" + b"\0" * 20, NO_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, NO_KIND),
        (proofs.archive(readme_txt=b"?"), NO_KIND),
        (proofs.document(xl__workbook_xml=b"<x/>"), NO_KIND),
        (proofs.document(word__vbaProject_bin=b"?"), MACROS),
        (proofs.document(word__activeX__activeX1_xml=b"?"), MACROS),
        (proofs.document(word__embeddings__oleObject1_bin=b"?"), MACROS),
        (proofs.PDF.replace(b"/Type", b"/JavaScript (x) /Type"), SCRIPTS),
        (proofs.PDF.replace(b"/Type", b"/J#61vaScript (x) /Type"), SCRIPTS),
        (proofs.PDF.replace(b"/Type", b"/Launch /Type"), SCRIPTS),
        (proofs.PDF.replace(b"/Type", b"/EmbeddedFiles 2 0 R /Type"), SCRIPTS),
        (proofs.PDF.replace(b"1 0 obj", HTML), NO_KIND),
        (proofs.PDF + HTML, TWO_IN_ONE),
        (proofs.PDF + proofs.workbook(), TWO_IN_ONE),
        (proofs.PDF + proofs.workbook() + b"%%EOF", TWO_IN_ONE),
        (proofs.PDF.replace(b"%%EOF", b""), TWO_IN_ONE),
    ],
    ids=[
        "empty", "html", "svg", "xml", "exe", "elf", "shell", "gif",
        "ole", "zip", "two-documents", "vba", "activex", "embedded", "script", "script-spelt",
        "launch", "files", "pdf-html", "html-after", "zip-after", "zip-inside", "no-end",
    ],
)  # fmt: skip
def test_file_is_refused_when_it_is_something_else(
    content: bytes, said: str, tmp_path: Path
) -> None:
    assert refusal(tmp_path, content) == said


def test_heic_photo_is_told_what_to_do(tmp_path: Path) -> None:
    said = refusal(tmp_path, b"\0\0\0\x18ftypheic" + b"\0" * 50)
    assert said.startswith("Đây là ảnh HEIC")


def test_archive_that_swells_is_refused(tmp_path: Path) -> None:
    bomb = proofs.document(word__media_bin=b"\0" * 30_000_000)
    assert MOST_TIMES * len(bomb) < 30_000_000
    assert refusal(tmp_path, bomb)


def test_macros_are_found_by_the_type_of_a_part_too(tmp_path: Path) -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-word.vbaProject"/></Types>'
    assert refusal(tmp_path, proofs.document(types=types)) == MACROS
