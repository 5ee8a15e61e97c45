"""What the addresses of the table name, and what is sent there: things of one commune."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model

from accounts.models import Delegation, User
from accounts.roles import Role
from reports.models import (
    Correction,
    Declaration,
    DeclaredReason,
    DeclaredRow,
    Evidence,
    Extension,
    OwnHoliday,
    Period,
    Report,
)
from teams.models import Batch, Membership, Seat, Team
from tests.cast import PASSWORD
from units import clock
from units.models import Decree, Unit
from units.tenancy import scope

KEY = UUID("6d0f2f4e-6b7e-4a53-8d8e-0d7f3a5c9b11")

# Commune, province, team and month of each.
PLACES = {
    "officer": ("06691", "22", "hg-1a", "june"),
    "neighbour": ("06688", "22", "bd-1", "june"),
    "stranger": ("10507", "30", "pl-1", "june_elsewhere"),
}


@dataclass
class Scene:
    """What the addresses name: things of one commune, and of its province."""

    commune: Unit
    province: Unit
    team: Team
    period: Period
    account: User
    deputy: Membership
    report: Report | None = None
    batch: Batch | None = None
    seat: Seat | None = None
    delegation: Delegation | None = None

    @property
    def pk_of_report(self) -> int:
        assert self.report is not None
        return self.report.pk

    @property
    def pk_of_batch(self) -> int:
        assert self.batch is not None
        return self.batch.pk


def nothing(scene: Scene) -> dict[str, Any]:
    return {}


def of_commune(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.commune.pk}


def of_commune_in_june(scene: Scene) -> dict[str, Any]:
    return {"month": (2024, 6), "pk": scene.commune.pk}


def of_figure_in_june(scene: Scene) -> dict[str, Any]:
    return {**of_commune_in_june(scene), "code": "residents_guided"}


def of_team_in_june(scene: Scene) -> dict[str, Any]:
    return {"month": (2024, 6), "pk": scene.team.pk}


def of_team(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.team.pk}


def of_deputy(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.deputy.pk}


def of_team_and_period(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.team.pk, "period_id": scene.period.pk}


def of_province(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.province.pk}


def of_report(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_report}


def of_step(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_report, "name": "return"}


def of_batch(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_batch}


def plan_seen(scene: Scene) -> dict[str, Any]:
    assert scene.batch is not None
    return {"digest": scene.batch.digest}


def of_members(scene: Scene) -> dict[str, Any]:
    return {"key": "members"}


def offered(scene: Scene) -> dict[str, Any]:
    return {"number": 3, "key": "hamlet", "chosen": "Khu phố 1"}


def of_committee(scene: Scene) -> dict[str, Any]:
    assert scene.seat is not None
    return {"pk": scene.seat.committee_id}


def of_seat(scene: Scene) -> dict[str, Any]:
    assert scene.seat is not None
    return {"pk": scene.seat.pk}


def of_delegation(scene: Scene) -> dict[str, Any]:
    assert scene.delegation is not None
    return {"pk": scene.delegation.pk}


def of_day_off(scene: Scene) -> dict[str, Any]:
    """Made here, as the next two are, in the scene's own province; once for all methods."""
    told = {"label": "Lễ hội", "set_at": clock.now(), "set_by": scene.account}
    return _pk_in(scene, OwnHoliday, told, on=date(2024, 7, 9))


def of_extension(scene: Scene) -> dict[str, Any]:
    told = {"reason": "bão", "at": clock.now(), "by": scene.account}
    until = date(2024, 6, 30)
    return _pk_in(scene, Extension, told, period=scene.period, unit=scene.commune, until=until)


def of_correction(scene: Scene) -> dict[str, Any]:
    assert scene.report is not None
    told = {
        "old_values": scene.report.values, "values": {"residents_guided": 13},
        "reason": "sai số liệu", "proposed_at": clock.now(), "proposed_by": scene.account,
    }  # fmt: skip
    return _pk_in(scene, Correction, told, report=scene.report)


def of_decree(scene: Scene) -> dict[str, Any]:
    """A draft that says nothing of any unit yet."""
    told = {"effective_on": date(2024, 6, 1), "plan": {"units": [], "successions": []}}
    told |= {"loaded_at": clock.now(), "loaded_by": str(scene.account)}
    return _pk_in(scene, Decree, told, name="Nghị quyết 1")


def of_evidence(scene: Scene) -> dict[str, Any]:
    """A photo beside the report, with a file of its own in the storage."""
    told = {
        "name": "Ảnh.jpg", "key": uuid4(), "kind": "jpg", "size": 1, "sha256": "",
        "at": clock.now(), "by": scene.account,
    }  # fmt: skip
    found = _pk_in(scene, Evidence, told, report=scene.report)
    photo = Evidence(tenant_id=scene.province.tenant_id, key=told["key"], kind="jpg")
    for path in (photo.path, photo.small_path):
        default_storage.save(path, ContentFile(b"?"))
    return found


def of_declaration(scene: Scene) -> dict[str, Any]:
    """A table of the province, of one row."""
    told = {"uploaded_at": clock.now(), "uploaded_by": scene.account, "file_format": "xlsx"}
    told |= {"subject": "declared-year", "size": 1, "effective_on": date(2023, 12, 31)}
    batch = _pk_in(scene, Batch, told, unit=scene.province, sha256="-", file_name="Phụ lục.xlsx")
    columns = [{"key": "residents_guided", "heading": "Số người dân được hướng dẫn"}]
    said = {"title": "Phụ lục", "columns": columns, "batch_id": batch["pk"]}
    found = _pk_in(scene, Declaration, said, unit=scene.province, year=2023)
    row = {"name": scene.commune.name, "cells": {"residents_guided": 5}}
    _pk_in(scene, DeclaredRow, row, declaration_id=found["pk"], number=2)
    total = {"name": "Tổng", "cells": {"residents_guided": 6}, "is_total": True}
    _pk_in(scene, DeclaredRow, total, declaration_id=found["pk"], number=3)
    return found


def of_declared_reason(scene: Scene) -> dict[str, Any]:
    """Given by somebody of the commune, so that the administrator may sign it off."""
    table = of_declaration(scene)["pk"]
    told = {"text": "Cộng sót", "given_at": clock.now(), "given_by": scene.account}
    told |= {"printed": 6, "held": 5}
    return _pk_in(scene, DeclaredReason, told, declaration_id=table, column="residents_guided")


def _pk_in(scene: Scene, model: type[Model], told: dict[str, Any], **what: Any) -> dict[str, Any]:
    tenant = scene.province.tenant_id
    with scope(tenant=tenant):
        row, _made = model.objects.get_or_create(tenant_id=tenant, **what, defaults=told)
    return {"pk": row.pk}


def of_june(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.period.pk}


def of_account(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.account.pk}


def figures(scene: Scene) -> dict[str, Any]:
    asked = {"blanks": "29", "action": "submit"}
    return {"residents_guided": "12", "version": "0", "key": str(KEY), **asked}


def step(scene: Scene) -> dict[str, Any]:
    version = scene.report.version if scene.report else 1
    return {"version": version, "key": str(KEY), "reason": "sai số liệu"}


def all_months(scene: Scene) -> dict[str, Any]:
    return {"span": "all"}


def reason(scene: Scene) -> dict[str, Any]:
    """Of a difference of which none was given."""
    return {"of": "rows-residents_guided:0", "reason": "cộng sót"}


def signature(scene: Scene) -> dict[str, Any]:
    """Of the reason that was seen, beside the figure that was."""
    return {"version": 1, "held": 5}


def ticked(scene: Scene) -> dict[str, Any]:
    """In the queue, as the page shows it."""
    pk, told = scene.pk_of_report, step(scene)
    return {"report": [pk], f"seen-{pk}": told["version"], "key": told["key"]}


def correction(scene: Scene) -> dict[str, Any]:
    return {**step(scene), "residents_guided": "13"}


def chosen(scene: Scene) -> dict[str, Any]:
    return {"team": [scene.team.pk]}


def draft(scene: Scene) -> dict[str, Any]:
    """A whole draft, and a field of one."""
    typed = {"adults": {"text": "5"}}
    return {"version": 0, "values": {"residents_guided": 12}, "typed": typed}


def closing(scene: Scene) -> dict[str, Any]:
    return {"active": "0"}


def english(scene: Scene) -> dict[str, Any]:
    return {"language": "en"}


def account(scene: Scene) -> dict[str, Any]:
    return {
        "username": "qn.moi",
        "full_name": "Nguyễn Thị Mới",
        "role": Role.COMMUNE_OFFICER.value,
        "unit": scene.commune.pk,
    }


def name(scene: Scene) -> dict[str, Any]:
    return {"username": "qn.moi"}


def committee(scene: Scene) -> dict[str, Any]:
    return {"name": "Tổ chỉ đạo mới", "since": "01/06/2024"}


def official(scene: Scene) -> dict[str, Any]:
    day = "01/06/2024"
    return {"full_name": "Lê Thị Mới", "post": "member", "since": day, "effective_on": day}


def joining(scene: Scene) -> dict[str, Any]:
    return {"joined_on": "01/06/2024"}


def ending(scene: Scene) -> dict[str, Any]:
    return {"until": "10/06/2024"}


def own_password(scene: Scene) -> dict[str, Any]:
    chosen = "biển bạc rừng vàng 1945"
    return {"old_password": PASSWORD, "new_password1": chosen, "new_password2": chosen}
