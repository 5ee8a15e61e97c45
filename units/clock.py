"""The one place that knows what day it is for the portal's business."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _


def today() -> date:
    """The business date in Asia/Ho_Chi_Minh; `BUSINESS_DATE` pins it, for the demo."""
    return settings.BUSINESS_DATE or timezone.localdate()


def now() -> datetime:
    """This moment of the business date: deadlines are judged by it, so a pinned date counts."""
    moment = timezone.localtime()
    return (
        moment.replace(year=today().year, month=today().month, day=today().day)
        if settings.BUSINESS_DATE
        else moment
    )


def written(day: date) -> str:
    """14/06/2024, as people write a day in either language."""
    return f"{day:%d/%m/%Y}"


def why_to_come(day: date | None) -> str:
    """What speaks against a day that has to have come; "" where it has, or where there is none."""
    return _("This day is still to come.") if day and day > today() else ""
