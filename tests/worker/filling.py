"""Fills the template of the stack: the cast, and a submitted report of June for each team."""

import django

FIGURES = {"residents_guided": 10, "adults": 100, "adults_paying": 60}


def fill() -> None:
    django.setup()

    from reports import catalogue, rollup
    from reports.models import Status
    from tests.cast import assemble, lead_report
    from units.tenancy import scope

    # Nobody is there yet whom an approval could call.
    rollup._listeners.clear()
    catalogue.load()
    cast = assemble()
    for number, team in enumerate(cast.teams.values()):
        # A power of two for each, so that a sum tells which reports stand in it.
        values = {**FIGURES, "residents_guided": 2**number}
        with scope(tenant=team.tenant_id):
            lead_report(cast, Status.SUBMITTED, team, values)
    for tenant in (cast.province, cast.other):
        with scope(tenant=tenant.pk):
            rollup.sweep(tenant.pk)


if __name__ == "__main__":
    fill()
