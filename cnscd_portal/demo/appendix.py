"""The table that Hải Dương printed for the first half of 2023, as its administrator brings it."""

from datetime import date

from django.conf import settings

from accounts.models import User
from reports import declared_reasons
from reports.models import Declaration
from reports.spans import Length
from reports.workbooks import DECLARED_SPANS
from teams import batches
from units.models import Unit

FILE = settings.FIXTURE_ROOT / "reports" / "hai-duong-2023-appendix.csv"
NAME = "Phụ lục.csv"
TITLE = "Phụ lục kết quả hoạt động 6 tháng đầu năm 2023"
REASON = "Bảng được cộng trước khi Thanh Hà và Kinh Môn gửi số liệu."


def bring(province: Unit, *, actor: User, second: User) -> None:
    """With a reason that is signed off, one that waits, and the others still to be given."""
    batch = batches.receive(
        path=FILE, name=NAME, effective_on=date(2023, 6, 30), is_complete=False, actor=actor,
        subject=DECLARED_SPANS[Length.HALF_YEAR], unit=province, title=TITLE,
    )  # fmt: skip
    batches.work(batch.pk)
    batch.refresh_from_db()
    batches.commit(batch=batch, digest=batch.digest, leaves_out_refused=False, actor=actor)
    batches.work(batch.pk)
    declaration = Declaration.objects.get(batch=batch)
    given = dict.fromkeys(("rows-residents_guided", "rows-service_accounts_created"), 0)
    declared_reasons.explain(declaration=declaration, seen=given, text=REASON, actor=actor)
    reason = declaration.reasons.get(column="residents_guided")
    declared_reasons.sign_off(reason=reason, version=reason.version, held=reason.held, actor=second)
