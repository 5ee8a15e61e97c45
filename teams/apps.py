from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from teams import batches, resettling, subjects, tasks, workbooks
        from teams.mergers import Part
        from units import mergers, outlook

        for subject in workbooks.SUBJECTS:
            subjects.declare(subject)
        batches.on_work(tasks.work_soon)
        outlook.also_move(resettling.TeamMover())
        mergers.declare(Part())
