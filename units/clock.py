"""The one place that knows what day it is for the portal's business."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


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
