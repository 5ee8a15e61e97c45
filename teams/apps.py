from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from teams import batches, roster, subjects, tasks

        subjects.declare(roster.MEMBERS)
        batches.on_work(tasks.work_soon)
