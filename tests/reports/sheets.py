"""Workbooks with figures, as officers bring them."""

from pathlib import Path
from typing import Any

from accounts.models import User
from reports.workbooks import FIGURES
from teams.models import Batch
from tests.cast import Cast
from tests.teams import bringing, rosters

HEADS = ["Mã tổ", "Tên tổ", "Người dân trưởng thành", "Trong đó: có tài khoản thanh toán điện tử"]


def save(
    folder: Path, *rows: list[Any], heads: list[Any] = HEADS, name: str = "Số liệu.xlsx"
) -> Path:
    return rosters.save(folder / name, *rows, heads=heads)


def bring(path: Path, actor: User, cast: Cast, unit: str = "06691") -> Batch:
    """The file as it was read for June."""
    return bringing.received(
        path,
        actor,
        subject=FIGURES,
        effective_on=cast.june.ends_on,
        unit=cast.units[unit],
    )


def bring_in(path: Path, actor: User, cast: Cast, unit: str = "06691") -> Batch:
    """The same, carried out."""
    batch = bring(path, actor, cast, unit)
    bringing.commit(batch, actor)
    return bringing.worked(batch)
