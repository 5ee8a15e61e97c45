"""What a sheet of steering committees says: its columns, one row a seat.

The columns are declared once, for forms and exports, and for whoever reads such a sheet.
"""

from django.utils.translation import gettext_lazy

from teams.models import SteeringPost
from units.models import Level
from units.sheets.columns import Column, as_day, label_in
from units.sheets.values import choice, day, person_name, phone, text
from units.text import dialled

LEVELS = {
    Level.PROVINCE: ("cấp tỉnh", "tỉnh", "thành phố trực thuộc trung ương", "province"),
    Level.DISTRICT: ("cấp huyện", "huyện", "quận", "thị xã", "thành phố", "district"),
    Level.COMMUNE: ("cấp xã", "xã", "phường", "thị trấn", "đặc khu", "commune"),
}
POSTS = {
    SteeringPost.HEAD: ("tổ trưởng", "trưởng ban", "trưởng", "TT", "head"),
    SteeringPost.STANDING_DEPUTY: (
        "tổ phó thường trực", "phó trưởng ban thường trực", "phó ban thường trực",
        "phó thường trực", "TPTT", "standing deputy head", "standing deputy",
    ),
    SteeringPost.DEPUTY: (
        "tổ phó", "phó trưởng ban", "phó ban", "phó", "TP", "deputy head", "deputy",
    ),
    SteeringPost.MEMBER: ("thành viên", "tổ viên", "ủy viên", "TV", "member"),
}  # fmt: skip

COLUMNS = [
    Column(
        "level", gettext_lazy("Level"), choice(LEVELS),
        aliases=("Cấp", "Cấp đơn vị", "Level"),
        choices=lambda: ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], width=12,
        show=label_in(Level),
    ),
    Column(
        "unit_code", gettext_lazy("Unit code"), text(20),
        aliases=("Mã đơn vị", "Mã đơn vị hành chính", "Mã", "Unit code"), width=12,
    ),
    Column(
        "unit", gettext_lazy("Unit"), text(150),
        aliases=("Đơn vị", "Tên đơn vị", "Địa phương", "Unit"), required=True, width=26,
    ),
    Column(
        "name", gettext_lazy("Name of the committee"), text(200),
        aliases=("Tên tổ chỉ đạo", "Tổ chỉ đạo", "Ban chỉ đạo", "Name of the committee"),
        help=gettext_lazy("Its name as in the decision."), required=True, width=44,
    ),
    Column(
        "decision_number", gettext_lazy("Decision number"), text(50),
        aliases=("Số quyết định", "Quyết định", "Quyết định số", "Decision number"),
        help=gettext_lazy("Such as 689/QĐ-UBND."), width=18,
    ),
    Column(
        "decided_on", gettext_lazy("Decided on"), day,
        aliases=("Ngày quyết định", "Ngày ký", "Ngày ban hành", "Decided on"),
        width=14, takes_formulas=True,
        show=as_day,
    ),
    Column(
        "full_name", gettext_lazy("Full name"), person_name,
        aliases=("Họ và tên", "Họ tên", "Full name"),
        required=True, width=28, example="Nguyễn Thị Minh Anh",
    ),
    Column(
        "post", gettext_lazy("Post in the committee"), choice(POSTS),
        aliases=("Chức danh trong tổ chỉ đạo", "Chức danh", "Vai trò", "Post in the committee"),
        choices=lambda: ["Tổ trưởng", "Tổ phó thường trực", "Tổ phó", "Thành viên"], width=20,
        show=label_in(SteeringPost),
    ),
    Column(
        "office", gettext_lazy("Office"), text(150),
        aliases=("Chức vụ", "Chức vụ, đơn vị công tác", "Chức vụ, cơ quan", "Office"),
        help=gettext_lazy("What the person is outside of the committee, and where."), width=44,
    ),
    Column(
        "phone", gettext_lazy("Phone"), phone,
        aliases=("Số điện thoại", "Điện thoại", "SĐT", "Di động", "Phone"),
        show=dialled,
    ),
    Column(
        "since", gettext_lazy("From"), day,
        aliases=("Từ ngày", "Ngày tham gia", "From"), width=14, takes_formulas=True,
        show=as_day,
    ),
    Column(
        "until", gettext_lazy("Until"), day,
        aliases=("Đến ngày", "Ngày thôi tham gia", "Until"),
        help=gettext_lazy("The first day without."), width=14, takes_formulas=True,
        show=as_day,
    ),
]  # fmt: skip
