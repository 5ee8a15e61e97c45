"""A process that does a worker's nightly round and says how much memory that took at most.

python -m bench.worker
"""

import resource

import django


def main() -> None:
    django.setup()
    from reports.tasks import rebuild_tenant
    from units.models import Tenant

    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        rebuild_tenant(tenant_id)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
