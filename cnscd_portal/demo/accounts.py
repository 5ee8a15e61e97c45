"""The accounts of the demo. Their password is public, so they exist nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import Grant, User
from accounts.roles import Role
from cnscd_portal.demo.provinces import BACH_DANG, HAI_DUONG, HONG_GAI, QUANG_NINH
from units.models import Tenant, Unit

PASSWORD = "cnscd-demo"  # noqa: S105 - meant to be read by everybody who tries the demo
NATION = "VN"


@dataclass(frozen=True)
class Holder:
    """Somebody who signs in: a function, not a person, with one role on one unit."""

    username: str
    full_name: str
    role: Role
    tenant: str
    unit: str


HOLDERS = (
    Holder(
        "quoc-gia", "Chuyên viên Bộ Thông tin và Truyền thông", Role.NATION_STAFF, NATION, NATION
    ),
    Holder(
        "qn.tinh", "Chuyên viên Sở TT&TT Quảng Ninh", Role.PROVINCE_STAFF, QUANG_NINH.code, "22"
    ),
    Holder("qn.admin", "Quản trị viên tỉnh Quảng Ninh", Role.PROVINCE_ADMIN, QUANG_NINH.code, "22"),
    # Whoever proposes a correction of a locked report does not confirm it.
    Holder(
        "qn.admin-2",
        "Quản trị viên thứ hai của tỉnh Quảng Ninh",
        Role.PROVINCE_ADMIN,
        QUANG_NINH.code,
        "22",
    ),
    Holder("qn.ha-long", "Cán bộ thành phố Hạ Long", Role.DISTRICT_OFFICER, QUANG_NINH.code, "193"),
    Holder(
        "qn.hong-gai", "Cán bộ phường Hồng Gai", Role.COMMUNE_OFFICER, QUANG_NINH.code, HONG_GAI
    ),
    Holder(
        "qn.hong-gai.to-1",
        "Tổ trưởng Tổ CNSCĐ Khu 1, phường Hồng Gai",
        Role.TEAM_LEADER,
        QUANG_NINH.code,
        f"{HONG_GAI}-01",
    ),
    Holder(
        "qn.bach-dang", "Cán bộ phường Bạch Đằng", Role.COMMUNE_OFFICER, QUANG_NINH.code, BACH_DANG
    ),
    Holder("hd.tinh", "Chuyên viên Sở TT&TT Hải Dương", Role.PROVINCE_STAFF, HAI_DUONG.code, "30"),
    Holder("hd.admin", "Quản trị viên tỉnh Hải Dương", Role.PROVINCE_ADMIN, HAI_DUONG.code, "30"),
    # Whoever gives the reason of a difference does not sign it off.
    Holder(
        "hd.admin-2",
        "Quản trị viên thứ hai của tỉnh Hải Dương",
        Role.PROVINCE_ADMIN,
        HAI_DUONG.code,
        "30",
    ),
)


def open_for(tenant: Tenant, units: Iterable[Unit]) -> dict[str, User]:
    """Make a tenant's accounts with their roles; keys are the user names.

    Written directly, because there is nobody yet who could open them.
    """
    by_code = {unit.code: unit for unit in units}
    holders = [holder for holder in HOLDERS if holder.tenant == tenant.code]
    users = User.objects.bulk_create(
        User(
            tenant=tenant,
            username=holder.username,
            full_name=holder.full_name,
            password=_hashed_password(),
            # Of a domain that nobody can have; the demo catches what is written there.
            email=f"{holder.username}@tinh.example",
            is_demo=True,
        )
        for holder in holders
    )
    Grant.objects.bulk_create(
        Grant(tenant=tenant, user=user, unit=by_code[holder.unit], role=holder.role)
        for holder, user in zip(holders, users, strict=True)
    )
    return {user.username: user for user in users}


def table() -> str:
    """Name, who, password: one account a line."""
    rows = [("account", "who", "password")]
    rows += [(holder.username, holder.full_name, PASSWORD) for holder in HOLDERS]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}" for row in rows)


@cache
def _hashed_password() -> str:
    """Hashing takes a tenth of a second by design: once is enough."""
    return make_password(PASSWORD)
