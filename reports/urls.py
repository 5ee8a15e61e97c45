from django.urls import path, register_converter

from reports.addresses import MonthConverter
from reports.views import (
    clock,
    corrections,
    evidence,
    figures_file,
    grid,
    home,
    month,
    notices,
    overview,
    periods,
    report,
    review,
)

register_converter(MonthConverter, "month")

urlpatterns = [
    path("", home.home, name="home"),
    path("notices/", notices.list_notices, name="notices"),
    path("notices/read/", notices.read_notices, name="read-notices"),
    path("months/", month.this_month, name="this-month"),
    path("months/<month:month>/units/<int:pk>/", month.unit_month, name="unit-month"),
    path("months/<month:month>/units/<int:pk>/queue/", review.review_queue, name="review-queue"),
    path("months/<month:month>/units/<int:pk>/grid/", grid.unit_grid, name="unit-grid"),
    path("months/<month:month>/units/<int:pk>/file/", figures_file.bring, name="bring-figures"),
    path(
        "months/<month:month>/units/<int:pk>/file/template/",
        figures_file.template,
        name="figures-template",
    ),
    path("months/<month:month>/units/<int:pk>/submit/", grid.submit_teams, name="submit-teams"),
    path("months/<month:month>/teams/<int:pk>/", report.team_month, name="team-month"),
    path(
        "months/<month:month>/teams/<int:pk>/evidence/",
        evidence.attach_evidence,
        name="attach-evidence",
    ),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("evidence/<int:pk>/small/", evidence.evidence_picture, name="evidence-picture"),
    path("evidence/<int:pk>/remove/", evidence.remove_evidence, name="remove-evidence"),
    path("evidence/<int:pk>/restore/", evidence.restore_evidence, name="restore-evidence"),
    path("reports/<int:pk>/steps/<str:name>/", report.take_step, name="take-step"),
    path("reports/<int:pk>/correct/", report.correct, name="correct"),
    path("overview/", overview.top, name="overview-top"),
    path("overview/<month:month>/<int:pk>/", overview.unit_overview, name="overview"),
    path("overview/<month:month>/<int:pk>/progress/", overview.progress, name="progress"),
    path("overview/<month:month>/<int:pk>/download/", overview.download, name="download"),
    path("overview/<month:month>/<int:pk>/punctuality/", overview.punctuality, name="punctuality"),
    path(
        "overview/<month:month>/<int:pk>/punctuality/download/",
        overview.download_punctuality,
        name="download-punctuality",
    ),
    path("overview/<int:pk>/services/", overview.services, name="services"),
    path("administration/periods/", periods.periods, name="periods"),
    path("administration/periods/<int:pk>/open/", periods.open_period, name="open-period"),
    path("administration/periods/<int:pk>/lock/", periods.lock_period, name="lock-period"),
    path("administration/periods/<int:pk>/hold/", periods.hold_period, name="hold-period"),
    path("administration/periods/calendar/", clock.calendar, name="calendar"),
    path("administration/periods/days-off/", clock.days_off, name="days-off"),
    path("administration/periods/days-off/<int:pk>/forget/", clock.forget_day, name="forget-day"),
    path("administration/periods/extensions/new/", clock.new_extension, name="new-extension"),
    path(
        "administration/periods/extensions/<int:pk>/end/",
        clock.end_extension,
        name="end-extension",
    ),
    path(
        "administration/corrections/<int:pk>/confirm/",
        corrections.confirm_correction,
        name="confirm-correction",
    ),
    path(
        "administration/corrections/<int:pk>/reject/",
        corrections.reject_correction,
        name="reject-correction",
    ),
]
