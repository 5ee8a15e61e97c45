"""The tables of a decree: zeros that a workbook lost, and everything that is wrong at once."""

from pathlib import Path

import pytest

from units import decree_tables
from units.decree_tables import read_successions, read_units
from units.decrees import OFFICIAL
from units.models import Level

HEADS = "level,code,parent_code,name\n"
HA_NOI = "province,01,,Thành phố Hà Nội\n"


def table(folder: Path, content: str) -> Path:
    path = folder / "t.csv"
    path.write_text(content, "utf-8")
    return path


def faults_of(folder: Path, rows: str) -> list[str]:
    return read_units(table(folder, HEADS + rows), "u.csv", "01")[1].told()


def test_parent_is_the_unit_that_was_matched_when_zeros_are_lost(tmp_path: Path) -> None:
    rows = "province,1,,Hà Nội\ndistrict,1,1,Quận Ba Đình\ncommune,4,1,Phường Trúc Bạch\n"
    found, reading = read_units(table(tmp_path, HEADS + rows), "u.csv", "01")
    assert reading.faults == []
    assert {key: entry.above for key, entry in found.items()} == {
        (Level.PROVINCE, "01"): None,
        (Level.DISTRICT, "001"): (Level.PROVINCE, "01"),
        (Level.COMMUNE, "00004"): (Level.DISTRICT, "001"),
    }
    links, other = read_successions(
        table(tmp_path, "old_commune_code,new_commune_code\n1,4\n"), "s.csv", found
    )
    assert (links, other.faults) == ([("00001", "00004")], [])


@pytest.mark.parametrize("key", OFFICIAL)
def test_tables_that_come_with_the_portal_are_sound(key: str) -> None:
    official = OFFICIAL[key]
    found, reading = read_units(official.units, "u.csv", "22")
    links, other = read_successions(official.successions, "s.csv", found)
    assert (reading.faults, other.faults) == ([], [])
    assert links


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("commune,00004,01,\u200b", "D3"),
        ("commune,00004,01," + "a" * 301, "D3"),
        ("commune,99999999999999999999,01,Xã A", "B3"),
        ('commune,7"7; x=../y,01,Xã A', "B3"),
        ("commune,00004,999,Xã A", "C3"),
        ("commune,00004,,Xã A", "C3"),
        ("district,00022,01,Quận A", "B3"),
        ("district,022,022,Quận A", "C3"),
        ("thôn,00004,01,Xã A", "A3"),
        ("commune,00004,01,Xã A\ncommune,4,01,Xã B", "B4"),
        ("district,001,01,Q\ncommune,00004,01,Xã A\ncommune,00004,001,Xã A", "B5"),
    ],
)
def test_row_is_refused_by_its_cell(row: str, cell: str, tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, f"{HA_NOI}{row}\n")
    assert fault.startswith(f"u.csv, {cell}: ")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = "".join(f"commune,{n:05},999,Xã {n}\n" for n in range(30))
    told = faults_of(tmp_path, f"{HA_NOI}thôn,x,y,\u200b\n{rows}")
    assert [fault.split(":")[0] for fault in told[:5]] == [
        "u.csv, A3", "u.csv, B3", "u.csv, C3", "u.csv, D3", "u.csv, C4",
    ]  # fmt: skip
    assert len(told) == decree_tables.TOLD + 1
    assert "14" in told[-1]


def test_same_row_twice_is_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, HA_NOI + "commune,00004,01,Xã A\n" * 2) == []


def test_successor_has_to_be_a_commune(tmp_path: Path) -> None:
    found, _reading = read_units(
        table(tmp_path, f"{HEADS}{HA_NOI}district,022,01,Quận A\n"), "u.csv", "01"
    )
    path = table(tmp_path, "old_commune_code,new_commune_code\n00001,00022\n00001,00023\n")
    links, reading = read_successions(path, "s.csv", found)
    assert links == []
    assert [fault.split(":")[0] for fault in reading.told()] == ["s.csv, B2", "s.csv, B3"]


def test_more_rows_than_a_country_has_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decree_tables, "MOST_ROWS", 3)
    rows = "".join(f"commune,{n:05},01,Xã {n}\n" for n in range(9))
    found, reading = read_units(table(tmp_path, HEADS + rows), "u.csv", "01")
    assert len(found) == 3
    assert len(reading.faults) == 1
