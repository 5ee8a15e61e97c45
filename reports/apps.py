from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # The domain does not know Celery, nor teams what hangs on them: each asks whoever said so.
        from accounts import delegation
        from reports import (
            notices,
            resettling,
            restating,
            rollup,
            runs,
            tasks,
            unfinished,
            workbooks,
        )
        from reports.mergers import Part
        from teams import endings, standing, subjects
        from units import mergers, outlook

        rollup.subscribe(tasks.sweep_soon)
        restating.subscribe(tasks.restate_soon)
        runs.on_work(tasks.rebuild_soon)
        notices.subscribe(tasks.mail_soon)
        delegation.subscribe(notices.tell_delegation)
        endings.also_ask(unfinished.of_team)
        for subject in workbooks.SUBJECTS:
            subjects.declare(subject)
        for named in workbooks.MAY_STAND:
            standing.also_say(*named)
        outlook.also_move(resettling.ReportMover())
        mergers.declare(Part())
