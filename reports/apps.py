from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # The domain does not know Celery, nor teams what hangs on them: each asks whoever said so.
        from reports import rollup, tasks, unfinished
        from teams import endings

        rollup.subscribe(tasks.sweep_soon)
        endings.also_ask(unfinished.of_team)
