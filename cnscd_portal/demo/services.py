"""What Quảng Ninh reported of the public services of Đề án 06 in 2022, as printed."""

import csv
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from reports.models import PublicService, ServiceFigure
from units.models import Tenant, Unit

Measure = ServiceFigure.Measure

# The number in the catalogue of each service as the report names it.
NUMBERS = {
    "Đăng ký thường trú": 3,
    "Đăng ký tạm trú": 4,
    "Thông báo lưu trú": 6,
    "Cấp, đổi, cấp lại CCCD": 2,
    "Cấp xác nhận số CMND": 1,
    "Làm con dấu mới và cấp GCN đã đăng ký mẫu dấu": 10,
    "Đăng ký khai sinh": 12,
    "Đăng ký kết hôn": 14,
    "Đăng ký khai sinh (in lần hai; có lẽ là khai tử)": 13,
    "Cấp phiếu lý lịch tư pháp": 15,
    "Đăng ký thuế lần đầu và thay đổi thông tin (51 + 625)": 19,
    "Cấp điện mới từ lưới điện hạ áp (220/380V)": 24,
    "Thay đổi chủ thể hợp đồng mua bán điện": 25,
    "Giải quyết hưởng trợ cấp thất nghiệp": 23,
    "Đăng ký dự thi tốt nghiệp THPT và xét tuyển": 22,
}
MEASURES = {
    "trực tuyến/tiếp nhận": Measure.ONLINE,
    "đúng hạn/tiếp nhận": Measure.ON_TIME,
    "đã giải quyết/tiếp nhận": Measure.RESOLVED,
    "đạt/đối tượng": Measure.ACHIEVED,
    "số hồ sơ": Measure.DOSSIERS,
    "số hồ sơ (mức 3: 18; mức 4: 1)": Measure.DOSSIERS,
}
NOTES = {
    10: (
        "Trong đó mức độ 3: 18 hồ sơ, mức độ 4: 01 hồ sơ; báo cáo không nêu 100 hồ sơ còn lại.",
        "Of them 18 at level 3 and 1 at level 4; the report does not say what the other 100 were.",
    ),
    13: (
        "Báo cáo in hai lần nhãn “Đăng ký khai sinh”; dòng thứ hai được hiểu là khai tử.",
        "The report prints the label “Registering births” twice; the second is read as deaths.",
    ),
    19: (
        "51 hồ sơ đăng ký lần đầu và 625 hồ sơ thay đổi thông tin.",
        "51 first registrations and 625 changes of details.",
    ),
}


def record(tenant: Tenant, province: Unit) -> list[ServiceFigure]:
    return ServiceFigure.objects.bulk_create(_figures(tenant, province))


def _figures(tenant: Tenant, province: Unit) -> Iterator[ServiceFigure]:
    services = {service.number: service for service in PublicService.objects.all()}
    path = settings.FIXTURE_ROOT / "reports" / "quang-ninh-2022-services.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = NUMBERS[row["service"]]
            note_vi, note_en = NOTES.get(number, ("", ""))
            yield ServiceFigure(
                tenant=tenant,
                unit=province,
                service=services[number],
                measure=MEASURES[row["measure"]],
                # Both days are meant; PostgreSQL turns the range into its own half-open form.
                period=DateRange(
                    date.fromisoformat(row["period_start"]),
                    date.fromisoformat(row["period_end"]),
                    "[]",
                ),
                numerator=int(row["numerator"]),
                denominator=int(row["denominator"]) if row["denominator"] else None,
                note_vi=note_vi,
                note_en=note_en,
            )
