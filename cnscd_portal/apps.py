from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cnscd_portal"

    def ready(self) -> None:
        # Tasks bind to the application that was made last; the web process needs it as well.
        from cnscd_portal import celery  # noqa: F401
