"""What teams and officers of the demo write to each other."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cnscd_portal.demo.establishment import Spot
from reports.figures import Values

DIFFICULTIES = (
    "Một số người cao tuổi chưa có điện thoại thông minh, con cháu đi làm xa nên khó cài VNeID.",
    "Người dân còn e ngại lộ thông tin cá nhân và sợ lừa đảo khi liên kết tài khoản ngân hàng.",
    "Nhiều thuê bao chưa chính chủ nên không đăng ký được tài khoản dịch vụ công.",
    "Thành viên Tổ đều kiêm nhiệm, chỉ bố trí hướng dẫn được vào buổi tối và ngày nghỉ.",
    "Máy điện thoại của nhiều hộ đã cũ, không cài được phiên bản mới của VNeID.",
    "Cổng dịch vụ công có lúc truy cập chậm vào giờ cao điểm, người dân phải chờ lâu.",
)
URBAN_DIFFICULTIES = (
    "Nhiều hộ kinh doanh chỉ có mặt vào buổi tối nên Tổ phải hướng dẫn ngoài giờ.",
    "Khu nhà trọ có nhiều công nhân thuê, thường xuyên biến động nên khó theo dõi số liệu.",
)
RURAL_DIFFICULTIES = (
    "Đang vào vụ nên bà con bận việc đồng áng, số buổi hướng dẫn tập trung ít hơn tháng trước.",
    "Nhà văn hóa thôn chưa có Wi-Fi, Tổ phải dùng dữ liệu di động của thành viên.",
)
HIGHLAND_DIFFICULTIES = (
    "Sóng di động ở một số cụm dân cư còn yếu, việc cài đặt phải làm tập trung tại nhà văn hóa.",
    "Một số bà con chưa thạo tiếng phổ thông, phải có người phiên dịch khi hướng dẫn.",
)
PROPOSALS = (
    "Đề nghị lắp Wi-Fi miễn phí tại nhà văn hóa để Tổ hướng dẫn người dân.",
    "Đề nghị doanh nghiệp viễn thông chuẩn hóa thông tin thuê bao lưu động ngay tại khu dân cư.",
    "Đề nghị tổ chức thêm một buổi tập huấn về thanh toán không dùng tiền mặt cho hộ kinh doanh.",
    "Đề nghị cấp tài liệu hướng dẫn khổ lớn, chữ to cho người cao tuổi.",
    "Đề nghị Công an bố trí một buổi kích hoạt VNeID lưu động vào cuối tuần.",
    "Đề nghị có mức hỗ trợ chi phí đi lại, điện thoại cho thành viên Tổ.",
)
TELLING, TELLING_OFTEN, PROPOSING = 0.05, 0.4, 0.6

# What a team says of a count that a check finds far above its usual ones.
FAR_ABOVE = "Trong tháng có ngày hội chuyển đổi số, người dân đến đông hơn thường lệ."

LOCK_REASON = "Hết hạn chỉnh lý số liệu"
CORRECTION_REASON = "Sót một buổi tập huấn ngày 09/3, đã có biên bản của phường."
MORE_TIME_REASON = "Mất điện và mạng nhiều ngày sau mưa dông."
LEAVE_REASON = "Nghỉ phép năm"


def words(spot: Spot, draw: Random, *, often: bool) -> tuple[str, str]:
    """A difficulty and a proposal; most teams leave both empty."""
    if draw.random() >= (TELLING_OFTEN if often else TELLING):
        return "", ""
    own = URBAN_DIFFICULTIES if spot.is_urban else RURAL_DIFFICULTIES
    if spot.is_highland:
        own = HIGHLAND_DIFFICULTIES
    difficulty = draw.choice(own if draw.random() < 0.4 else DIFFICULTIES)
    return difficulty, draw.choice(PROPOSALS) if draw.random() < PROPOSING else ""


# Compared by identity, so that objections can be keys.
@dataclass(frozen=True, eq=False)
class Objection:
    """Why an officer returns a report, and the change to its figures that gave the cause."""

    reason: str
    remarks: dict[str, str]
    cause: Callable[[Values], Values]


def _without(*codes: str) -> Callable[[Values], Values]:
    return lambda values: {code: value for code, value in values.items() if code not in codes}


def _with_everybody_paying(values: Values) -> Values:
    return {**values, "adults_paying": values.get("adults")}


def _with_too_many_guided(values: Values) -> Values:
    return {**values, "residents_guided": 12 * (values.get("residents_guided") or 100)}


EVERYBODY_PAYING = Objection(
    "Đề nghị Tổ kiểm tra lại số người có tài khoản thanh toán điện tử.",
    {"adults_paying": "Bằng đúng số người trưởng thành, trong khi tháng trước còn thấp hơn nhiều."},
    _with_everybody_paying,
)
OBJECTIONS = (
    EVERYBODY_PAYING,
    Objection(
        "Báo cáo còn thiếu một chỉ tiêu, đề nghị Tổ bổ sung.",
        {"households_young_payer": "Chưa nhập số hộ có thành viên trẻ biết thanh toán điện tử."},
        _without("households_young_payer"),
    ),
    Objection(
        "Đề nghị Tổ rà soát lại số người dân được hướng dẫn trong tháng.",
        {"residents_guided": "Cao gấp nhiều lần các tháng trước; có thể đã cộng dồn cả năm."},
        _with_too_many_guided,
    ),
    Objection(
        "Chưa có số liệu về SIM 2G, đề nghị Tổ bổ sung trước khi tổng hợp.",
        {"sim_2g_users": "Chưa nhập.", "sim_2g_users_reached": "Chưa nhập."},
        _without("sim_2g_users", "sim_2g_users_reached"),
    ),
)
