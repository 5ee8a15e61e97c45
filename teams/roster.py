"""The columns of a sheet of team members: template, reader, preview and export all use them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Post, Sex
from teams.places import COMMUNE_HEADINGS
from units.sheets.columns import Column, as_day, label_in
from units.sheets.entries import Entry
from units.sheets.values import (
    birth_year,
    choice,
    day,
    id_number,
    person_name,
    phone,
    text,
    whole_number,
    yes_no,
)
from units.text import dialled

POSTS = {
    Post.LEADER: ("tổ trưởng", "TT", "trưởng", "leader"),
    Post.DEPUTY: ("tổ phó", "TP", "phó", "phó tổ trưởng", "deputy"),
    Post.MEMBER: ("thành viên", "tổ viên", "TV", "ủy viên", "member"),
}
SEXES = {Sex.FEMALE: ("nữ", "female", "f"), Sex.MALE: ("nam", "male", "m")}

COLUMNS = [
    Column(
        "member_code", gettext_lazy("Member code"), whole_number,
        aliases=("Mã thành viên", "Member code"),
        help=gettext_lazy("As exported; leave blank for somebody new."),
        takes_formulas=True,
    ),
    Column(
        "team_code", gettext_lazy("Team code"), whole_number,
        aliases=("Mã tổ", "Team code"),
        help=gettext_lazy("As exported; with it, commune and team need not be given."),
        takes_formulas=True,
    ),
    Column(
        "commune", gettext_lazy("Commune"), text(150),
        aliases=COMMUNE_HEADINGS,
        help=gettext_lazy("Name or code of the commune."), width=24,
    ),
    Column(
        "hamlet", gettext_lazy("Hamlet"), text(150),
        aliases=("Thôn/khu phố", "Thôn", "Khu phố", "Bản", "Khu", "Thôn, bản, khu phố", "Hamlet"),
        vague=("Địa bàn", "Địa bàn phụ trách"),
        help=gettext_lazy("Name within the commune, or code, of the hamlet."), width=20,
    ),
    Column(
        "team", gettext_lazy("Team"), text(200),
        aliases=("Tên tổ", "Tổ", "Tổ CNSCĐ", "Tổ công nghệ số cộng đồng", "Team"),
        help=gettext_lazy("Needed where a hamlet has several teams, or none."), width=36,
    ),
    Column(
        "full_name", gettext_lazy("Full name"), person_name,
        aliases=("Họ và tên", "Họ tên", "Tên thành viên", "Full name"),
        required=True, width=28, example="Nguyễn Thị Minh Anh",
    ),
    Column(
        "sex", gettext_lazy("Sex"), choice(SEXES),
        aliases=("Giới tính", "Nam/nữ", "Sex"), choices=lambda: ["Nữ", "Nam"], width=10,
        show=label_in(Sex),
    ),
    Column(
        "birth_year", gettext_lazy("Year of birth"), birth_year,
        aliases=("Năm sinh", "Ngày sinh", "Ngày tháng năm sinh", "Year of birth", "Born"),
        help=gettext_lazy("A year is enough; of a date, the year is kept."), width=10,
        takes_formulas=True,
    ),
    Column(
        "phone", gettext_lazy("Phone"), phone,
        aliases=("Số điện thoại", "Điện thoại", "SĐT", "Số ĐT", "ĐT", "Di động", "Phone"),
        show=dialled,
    ),
    Column(
        "id_number", gettext_lazy("ID number"), id_number,
        aliases=("Số định danh", "Số CCCD", "CCCD", "Số CMND", "CMND", "ID number"),
        help=gettext_lazy("Only where it is needed; 12 digits, or 9 of an old card."),
    ),
    Column(
        "post", gettext_lazy("Post"), choice(POSTS),
        aliases=("Chức danh", "Chức vụ", "Vai trò", "Chức vụ trong tổ", "Post"),
        choices=lambda: ["Tổ trưởng", "Tổ phó", "Thành viên"], show=label_in(Post),
    ),
    Column(
        "is_core", gettext_lazy("Core member"), yes_no,
        aliases=("Nòng cốt", "Thành viên nòng cốt", "Core member"), choices=lambda: ["x"], width=10,
        takes_formulas=True,
    ),
    Column(
        "organisation", gettext_lazy("Organisation"), text(100),
        aliases=("Tổ chức", "Đoàn thể", "Cơ quan, tổ chức", "Thành phần", "Đơn vị công tác",
                 "Nơi công tác", "Organisation"),
        help=gettext_lazy("Such as village head, area police, Youth Union, an enterprise."),
        width=24,
    ),
    Column(
        "joined_on", gettext_lazy("Joined on"), day,
        aliases=("Ngày tham gia", "Tham gia từ", "Ngày vào tổ", "Joined on"),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "left_on", gettext_lazy("Left on"), day,
        aliases=("Ngày rời tổ", "Ngày thôi tham gia", "Nghỉ từ ngày", "Left on"),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "consented_on", gettext_lazy("Consent given on"), day,
        aliases=("Ngày đồng ý", "Ngày đồng ý xử lý dữ liệu", "Consent given on"),
        help=gettext_lazy("When the person agreed that these data are kept."),
        takes_formulas=True, show=as_day,
    ),
    Column(
        "consent_purpose", gettext_lazy("Purpose of the consent"), text(200),
        aliases=("Mục đích đồng ý", "Mục đích xử lý dữ liệu", "Purpose of the consent"), width=28,
    ),
]  # fmt: skip
# Where a roster has one column for men and one for women. They are read, and never written.
OF_ONE_SEX = [
    Column(
        "birth_year_of_men", gettext_lazy("Year of birth, men"), birth_year,
        aliases=("Năm sinh Nam", "Ngày sinh Nam", "Ngày tháng năm sinh Nam"), takes_formulas=True,
    ),
    Column(
        "birth_year_of_women", gettext_lazy("Year of birth, women"), birth_year,
        aliases=("Năm sinh Nữ", "Ngày sinh Nữ", "Ngày tháng năm sinh Nữ"), takes_formulas=True,
    ),
    Column("is_man", gettext_lazy("Sex, men"), yes_no, aliases=("Giới tính Nam",)),
    Column("is_woman", gettext_lazy("Sex, women"), yes_no, aliases=("Giới tính Nữ",)),
]  # fmt: skip
MEANT: Mapping[str, tuple[str, Sex]] = {
    "birth_year_of_men": ("birth_year", Sex.MALE),
    "birth_year_of_women": ("birth_year", Sex.FEMALE),
    "is_man": ("sex", Sex.MALE),
    "is_woman": ("sex", Sex.FEMALE),
}


def settle_sexes(entry: Entry) -> Entry:
    """Have `birth_year` and `sex` say what the columns of one sex do; what another cell of the row
    contradicts is refused where it stands."""
    for key, (of, sex) in MEANT.items():
        if not (value := entry.values.pop(key, None)):
            continue
        told = {of: value, "sex": sex}
        if any(entry.values.get(each) not in (None, "", told[each]) for each in told):
            entry.problems[key] = _("Another cell of this row says otherwise: only one can be.")
        else:
            entry.values |= told
    return entry
