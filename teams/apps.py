from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from teams import batches, subjects, tasks, workbooks

        for subject in workbooks.SUBJECTS:
            subjects.declare(subject)
        batches.on_work(tasks.work_soon)
