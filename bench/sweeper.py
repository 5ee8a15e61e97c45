"""`python -m bench.sweeper`: a process that sweeps every province once, as soon as it is told to.

Provinces that another one is at have their marks locked, and are passed by.
"""

import os
import random
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cnscd_portal.settings")
    django.setup()
    from django.db import connection

    from reports import rollup
    from units.models import Tenant
    from units.tenancy import scope

    tenants = list(Tenant.objects.filter(is_nation=False).values_list("pk", flat=True))
    # As jobs come: each has another order, and two may well ask for the same province.
    random.shuffle(tenants)
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    for tenant_id in tenants:
        with scope(tenant=tenant_id):
            rollup.sweep(tenant_id)


if __name__ == "__main__":
    main()
