"""What is kept of people's signing in, and for how long."""

from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import DAYS_KEPT, forget_old_sign_ins


@pytest.mark.django_db
def test_old_sign_ins_are_forgotten_and_young_ones_kept() -> None:
    now = timezone.now()
    for name, days in [("young", DAYS_KEPT - 1), ("old", DAYS_KEPT + 1)]:
        log = AccessLog.objects.create(username=name)
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))
    for name, hours in [("ended", -1), ("running", 1)]:
        ends_at = now + timedelta(hours=hours)
        Session.objects.create(session_key=name, session_data="", expire_date=ends_at)
    forget_old_sign_ins()
    assert list(AccessLog.objects.values_list("username", flat=True)) == ["young"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
