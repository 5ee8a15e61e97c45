from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # The domain does not know Celery: it tells whoever asked to be told.
        from reports import rollup, tasks

        rollup.subscribe(tasks.sweep_soon)
