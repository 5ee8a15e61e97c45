"""Vietnamese names of people who do not exist, and telephone numbers that nobody has."""

from random import Random

from teams.models import Sex

FAMILY = (
    ("Nguyễn", 30), ("Trần", 11), ("Lê", 9), ("Phạm", 8), ("Hoàng", 6), ("Vũ", 6), ("Đặng", 4),
    ("Bùi", 4), ("Đỗ", 4), ("Ngô", 3), ("Dương", 3), ("Đinh", 2), ("Phùng", 2), ("Đào", 2),
    ("Lương", 2), ("Đoàn", 2), ("Mai", 1), ("Cao", 1), ("Hà", 1), ("Tạ", 1), ("Khổng", 1),
)  # fmt: skip
HIGHLAND_FAMILY = (
    ("Hoàng", 14), ("Trần", 9), ("Lỷ", 8), ("Chíu", 8), ("Tằng", 8), ("Nịnh", 6), ("Phùn", 6),
    ("Dường", 5), ("Lô", 5), ("Vi", 5), ("Nông", 5), ("La", 4), ("Voòng", 4), ("Tô", 4),
    ("Bàn", 4), ("Triệu", 4), ("Nguyễn", 8),
)  # fmt: skip

MALE_MIDDLE = (
    "Văn", "Văn", "Văn", "Đức", "Quang", "Hữu", "Xuân", "Ngọc", "Thế", "Đình", "Bá", "Duy", "Việt",
)  # fmt: skip
FEMALE_MIDDLE = (
    "Thị", "Thị", "Thị", "Thị", "Thu", "Thanh", "Ngọc", "Hồng", "Bích", "Thùy", "Phương", "Diệu",
)  # fmt: skip
MALE_GIVEN = (
    "An", "Ân", "Ba", "Bảo", "Biên", "Bình", "Cảnh", "Chiến", "Chung", "Chuyên", "Công", "Cương",
    "Dũng", "Dương", "Đại", "Đạt", "Điệp", "Định", "Đoàn", "Đông", "Được", "Hà", "Hải", "Hào",
    "Hậu", "Hiến", "Hiệp", "Hiếu", "Hoan", "Hoạt", "Huấn", "Huy", "Huỳnh", "Kết", "Khải", "Khánh",
    "Khoa", "Kiên", "Lập", "Lịch", "Lộc", "Luyện", "Lực", "Mão", "Minh", "Nghị", "Nhật", "Ninh",
    "Phương", "Quân", "Quyền", "Quyết", "Sáng", "Sinh", "Tài", "Tâm", "Thạch", "Thái", "Thi",
    "Thiện", "Thông", "Thuận", "Thực", "Tiến", "Tín", "Toàn", "Trung", "Trường", "Tuấn", "Tùng",
    "Tuyên", "Vinh", "Vịnh", "Ý",
)  # fmt: skip
FEMALE_GIVEN = (
    "An", "Anh", "Ánh", "Bích", "Châm", "Chi", "Chinh", "Cúc", "Diễm", "Dung", "Duyên", "Đào",
    "Gấm", "Giang", "Hà", "Hạnh", "Hảo", "Hằng", "Hiên", "Hiền", "Hoa", "Hòa", "Hoài", "Hồng",
    "Huệ", "Huyền", "Hương", "Hường", "Khuyên", "Lan", "Lành", "Lê", "Liên", "Liễu", "Loan", "Lụa",
    "Lương", "Ly", "Lý", "Mai", "Mến", "Minh", "My", "Mỹ", "Na", "Nga", "Ngà", "Ngân", "Ngoan",
    "Ngọc", "Nguyệt", "Nhâm", "Nhàn", "Nhung", "Oanh", "Phượng", "Quyên", "Quỳnh", "Sen", "Soan",
    "Tâm", "Thảo", "Thắm", "Thêu", "Thoa", "Thơm", "Thu", "Thủy", "Thúy", "Trà", "Trang", "Tuyết",
    "Vân", "Vui", "Xuyến", "Yên", "Yến",
)  # fmt: skip


LOWLAND, HIGHLAND = (tuple(zip(*pool, strict=True)) for pool in (FAMILY, HIGHLAND_FAMILY))


def full_name(draw: Random, sex: Sex, *, highland: bool) -> str:
    families, weights = HIGHLAND if highland else LOWLAND
    (family,) = draw.choices(families, weights)
    male = sex == Sex.MALE
    middle = draw.choice(MALE_MIDDLE if male else FEMALE_MIDDLE)
    given = draw.choice(MALE_GIVEN if male else FEMALE_GIVEN)
    if given in {middle, family}:
        return f"{family} {'Văn' if male else 'Thị'} {given}"
    return f"{family} {middle} {given}"


def phone(number: int) -> str:
    """A mobile number in a form that is valid, out of the very first of a block: 0900 00x xxx."""
    return f"+84900{number:06}"
