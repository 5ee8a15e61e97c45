"""`python -m bench.importer ADMIN MEMBERS`: one import as a worker does it, alone in a process.

Prints how many seconds reading and writing took, and how many megabytes the process held at most.
"""

import os
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django


def main(admin: int, members: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cnscd_portal.settings")
    django.setup()
    from accounts.models import User
    from bench import roster
    from bench.sheets import write_xlsx
    from units.tenancy import scope

    with scope(account=admin):
        user = User.objects.get(pk=admin)
    with TemporaryDirectory() as folder, scope(tenant=user.tenant_id), roster.emptied():
        path = Path(folder) / "roster.xlsx"
        write_xlsx(path, roster.HEADS, roster.roster(members))
        taken = roster.ours_once(path, user)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(taken, held)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
