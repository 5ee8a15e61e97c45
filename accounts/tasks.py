"""What is kept of people's signing in no longer than it is of use."""

from celery import shared_task
from django.core.management import call_command

DAYS_KEPT = 90


@shared_task
def forget_old_sign_ins() -> None:
    """Drop sessions that have ended, and the record of who signed in from where."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=DAYS_KEPT)
