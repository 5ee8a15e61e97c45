"""Beat, on a machine whose clock may be set back."""

from typing import Any

from celery.beat import PersistentScheduler  # type: ignore[import-untyped]


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Celery's own would ask for nothing until the clock has caught up, for days if need be."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            # It is ordered by moments of the wrong clock, too.
            self._heap = None
        return float(super().tick(*args, **kwargs))
