"""What a sheet of teams says: its columns, which the forms of one team read by, too."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Ending, Kind
from teams.places import COMMUNE_HEADINGS
from units.sheets.columns import Cell, Column, NotThis, as_day, as_figure, label_in
from units.sheets.values import choice, day, text, whole_number, written

KINDS = {
    Kind.LOCAL: ("Tổ địa phương", "địa phương", "tổ thôn, khu phố", "local team", "local"),
    Kind.ENTERPRISE: ("Tổ doanh nghiệp", "doanh nghiệp", "enterprise team", "enterprise"),
}
ENDINGS = {
    Ending.MERGED: ("sáp nhập", "đã sáp nhập", "merged"),
    Ending.DISSOLVED: ("giải thể", "đã giải thể", "dissolved"),
}
# A blank cell says neither: nobody knows.
WIFI = {True: ("có", "x", "yes"), False: ("không", "k", "no")}
SEPARATOR = ";"
LONGEST_LINK = 200
# What the database holds.
SMALL, LARGE, HUGE = 32_767, 2_147_483_647, 10**17

# Of Zalo itself, with no name of a person before it and no other door than the usual one.
ZALO = re.compile(r"(?:[a-z0-9-]+\.)*zalo\.me", re.ASCII | re.IGNORECASE)

is_address = URLValidator(schemes=["https"])


def names(cell: Cell) -> list[str] | None:
    """Several names, separated by semicolons."""
    found = [name.strip() for name in written(cell).split(SEPARATOR)]
    return [name for name in found if name] or None


def link_of_zalo(cell: Cell) -> str:
    """An address at Zalo, because whoever sees the team follows it in good faith; people leave out
    what stands before its name."""
    typed = written(cell)
    if not typed:
        return ""
    address = typed if re.match(r"[a-z]+:", typed, re.ASCII | re.IGNORECASE) else f"https://{typed}"
    try:
        is_address(address)
    except ValidationError as error:
        raise NotThis(_("This is no address, such as https://zalo.me/g/abcdef123.")) from error
    if not ZALO.fullmatch(urlsplit(address).netloc):
        raise NotThis(_("Only a link of Zalo is taken, such as https://zalo.me/g/abcdef123."))
    if len(address) > LONGEST_LINK:
        raise NotThis(_("The address is too long."))
    return address


def up_to(most: int) -> Callable[[Cell], int | None]:
    """Reads a whole number that is not beyond belief."""

    def read(cell: Cell) -> int | None:
        number = whole_number(cell)
        if number is not None and number > most:
            raise NotThis(_("This number is too large."))
        return number

    return read


COLUMNS = [
    Column(
        "team_code", gettext_lazy("Team code"), whole_number,
        aliases=("Mã tổ", "Team code"),
        help=gettext_lazy("As exported; leave blank for a new team."), width=10,
        takes_formulas=True,
    ),
    Column(
        "name", gettext_lazy("Name of the team"), text(200),
        aliases=("Tên Tổ", "Tổ", "Tổ CNSCĐ", "Name of the team", "Team"),
        required=True, width=44, example="Tổ CNSCĐ Khu phố 3, phường Hồng Gai",
    ),
    Column(
        "kind", gettext_lazy("Kind"), choice(KINDS),
        aliases=("Loại Tổ", "Loại hình", "Kind"),
        choices=lambda: ["Tổ địa phương", "Tổ doanh nghiệp"], width=18, show=label_in(Kind),
    ),
    Column(
        "commune", gettext_lazy("Commune"), text(150),
        aliases=COMMUNE_HEADINGS,
        help=gettext_lazy("Name or code; of an enterprise's team, the unit where it sits."),
        width=24,
    ),
    Column(
        "hamlets", gettext_lazy("Hamlets served"), names,
        aliases=("Thôn/khu phố phụ trách", "Thôn/khu phố", "Thôn", "Khu phố", "Địa bàn phụ trách",
                 "Hamlets served", "Hamlets"),
        vague=("Địa bàn",),
        help=gettext_lazy("Several are separated by semicolons; it sits in the first."), width=30,
    ),
    Column(
        "decision_number", gettext_lazy("Decision number"), text(50),
        aliases=("Số quyết định", "Quyết định thành lập", "Số văn bản", "Decision number"),
        width=18, example="45/QĐ-UBND",
    ),
    Column(
        "decided_on", gettext_lazy("Decided on"), day,
        aliases=("Ngày quyết định", "Ngày ký", "Ngày văn bản", "Decided on"),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "active_since", gettext_lazy("Active since"), day,
        aliases=("Hoạt động từ", "Ngày thành lập", "Active since"),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "ended_on", gettext_lazy("Ended on"), day,
        aliases=("Ngày kết thúc", "Kết thúc từ ngày", "Ended on"),
        help=gettext_lazy("The first day on which it was no longer active."),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "ending", gettext_lazy("How it ended"), choice(ENDINGS),
        aliases=("Lý do kết thúc", "Hình thức kết thúc", "How it ended"),
        choices=lambda: ["sáp nhập", "giải thể"], show=label_in(Ending),
    ),
    Column(
        "zalo_link", gettext_lazy("Link of the Zalo group"), link_of_zalo,
        aliases=("Đường dẫn nhóm Zalo", "Nhóm Zalo", "Zalo", "Link of the Zalo group"),
        width=30, example="https://zalo.me/g/abcdef123",
    ),
    Column(
        "zalo_followers", gettext_lazy("Followers on Zalo"), up_to(LARGE),
        aliases=("Số người quan tâm Zalo", "Số thành viên nhóm Zalo", "Followers on Zalo"),
        width=12, takes_formulas=True, show=as_figure,
    ),
    Column(
        "phones_given", gettext_lazy("Phones given"), up_to(SMALL),
        aliases=("Số máy điện thoại được cấp", "Số máy được cấp", "Phones given"),
        width=12, takes_formulas=True, show=as_figure,
    ),
    Column(
        "members_with_free_data", gettext_lazy("Members with free data"), up_to(SMALL),
        aliases=("Số thành viên được miễn phí data", "Miễn phí data", "Members with free data"),
        help=gettext_lazy("Asked for is: the leader and one more core member."),
        width=12, takes_formulas=True, show=as_figure,
    ),
    Column(
        "has_wifi", gettext_lazy("Wifi"), choice(WIFI),
        aliases=("Wifi", "Có wifi"), choices=lambda: ["có", "không"], width=10,
    ),
    Column(
        "funds_in_dong", gettext_lazy("Funds, in đồng"), up_to(HUGE),
        aliases=("Kinh phí hỗ trợ (đồng)", "Kinh phí", "Funds, in đồng", "Funds"),
        takes_formulas=True, show=as_figure,
    ),
]  # fmt: skip
# What is said of a team without a day from which it holds: its present row is changed.
PARTICULARS = (
    "name", "decision_number", "decided_on", "zalo_link", "zalo_followers", "phones_given",
    "members_with_free_data", "has_wifi", "funds_in_dong",
)  # fmt: skip
