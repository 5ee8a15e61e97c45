"""What beat asks for and when, and which queue a job waits in."""

from celery.schedules import crontab  # type: ignore[import-untyped]

ROUTES = {
    # Names before patterns: letters wait for servers elsewhere, and sums must not wait for them.
    "reports.tasks.mail_tenant": {"queue": "mail"},
    "reports.tasks.clear_evidence*": {"queue": "exchange"},
    "reports.tasks.*": {"queue": "rollup"},
    "teams.tasks.*": {"queue": "exchange"},
}

SCHEDULE = {
    "sweep what no approval announced": {
        "task": "reports.tasks.sweep_everything",
        "schedule": 60.0,
    },
    "take up imports that a worker left": {
        "task": "teams.tasks.resume",
        "schedule": 60.0,
    },
    "open and lock months that are due": {
        "task": "reports.tasks.open_and_lock_everything",
        "schedule": crontab(minute=5),
    },
    "rebuild and compare": {
        "task": "reports.tasks.rebuild_everything",
        "schedule": crontab(hour=2, minute=30),
    },
    "remind people of what they hold up": {
        "task": "reports.tasks.remind_everything",
        "schedule": crontab(hour=7, minute=0),
    },
    "mail what waits": {
        "task": "reports.tasks.mail_everything",
        "schedule": 60.0,
    },
    "forget old notices": {
        "task": "reports.tasks.forget_old_notices",
        "schedule": crontab(hour=3, minute=45),
    },
    "clear out evidence that nobody keeps": {
        "task": "reports.tasks.clear_evidence_everywhere",
        "schedule": crontab(hour=3, minute=15),
    },
    "forget old sign-ins": {
        "task": "accounts.tasks.forget_old_sign_ins",
        "schedule": crontab(hour=3, minute=30),
    },
}
