"""A process that does a worker's nightly round, or rebuilds the newest months, so many of them, and
says how many seconds and how many MB at most that took.

python -m bench.worker [months]
"""

import json
import resource
import sys

import django


def main(months: int | None) -> None:
    django.setup()
    from bench.measure import seconds
    from bench.submissions import MONTH
    from reports import rollup
    from reports.models import Period
    from reports.tasks import rebuild_tenant
    from units.models import Tenant
    from units.tenancy import scope

    # The load's month is not one of the two years.
    year, month = MONTH

    def rebuild_months(tenant_id: int) -> None:
        with scope(tenant=tenant_id):
            built = Period.objects.filter(tenant_id=tenant_id).exclude(year=year, month=month)
            for period in built.order_by("-starts_on")[:months]:
                rollup.rebuild(period)

    go_through = rebuild_months if months else rebuild_tenant
    tenants = list(Tenant.objects.filter(is_nation=False).values_list("pk", flat=True))
    taken = seconds(lambda: [go_through(each) for each in tenants])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": taken, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
