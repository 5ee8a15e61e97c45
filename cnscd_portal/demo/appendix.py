"""The table that Hải Dương printed for 2023, brought as its administrator would bring it."""

from datetime import date

from django.conf import settings

from accounts.models import User
from reports import declared
from reports.models import Declaration
from reports.workbooks import DECLARED_YEAR
from teams import batches
from units.models import Unit

FILE = settings.FIXTURE_ROOT / "reports" / "hai-duong-2023-appendix.csv"
NAME = "Phụ lục kết quả hoạt động năm 2023.csv"
REASON = "Bảng được cộng trước khi Thanh Hà và Kinh Môn gửi số liệu."


def bring(province: Unit, *, actor: User, second: User) -> None:
    """With a reason that is signed off, one that waits, and the others still to be given."""
    batch = batches.receive(
        path=FILE, name=NAME, effective_on=date(2023, 12, 31), is_complete=False, actor=actor,
        subject=DECLARED_YEAR, unit=province,
    )  # fmt: skip
    batches.work(batch.pk)
    batch.refresh_from_db()
    batches.commit(batch=batch, digest=batch.digest, leaves_out_refused=False, actor=actor)
    batches.work(batch.pk)
    declaration = Declaration.objects.get(batch=batch)
    signed, _waiting = (
        declared.explain(
            declaration=declaration, column=column, text=REASON, version=0, actor=actor
        )
        for column in ("residents_guided", "service_accounts_created")
    )
    declared.sign_off(reason=signed, version=signed.version, actor=second)
