from django.urls import include, path

from cnscd_portal import api, views

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("", include("teams.urls")),
    path("", include("targets.urls")),
    path("", include("training.urls")),
    path("api/v1/", include(api.router.urls)),
    path("api/schema/", api.SchemaView.as_view(), name="api-schema"),
    path("language/", views.set_language, name="set_language"),
    path("health/", views.health, name="health"),
]

handler400 = "cnscd_portal.views.bad_request"
handler403 = "cnscd_portal.views.forbidden"
handler404 = "cnscd_portal.views.not_found"
handler500 = "cnscd_portal.views.broken_down"
