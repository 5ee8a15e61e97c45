"""Writing the plan of an import into the register: a handful of statements, whatever its size."""

from datetime import date
from typing import Any

from django.db import connection

from teams.differences import Change, Roster
from teams.models import Person, Post
from units.bulk import next_ids, run
from units.text import fold, name_key, normalise

PERSON = {
    "id": "bigint", "full_name": "text", "search": "text", "sort_key": "text", "sex": "text",
    "birth_year": "smallint", "phone": "text", "id_number": "text", "consented_on": "date",
    "consent_purpose": "text",
}  # fmt: skip
MEMBERSHIP = {
    "id": "bigint", "person": "bigint", "team": "bigint", "post": "text", "is_core": "boolean",
    "organisation": "text", "since": "date",
}  # fmt: skip

INSERT_PEOPLE = """
insert into teams_person (id, tenant_id, full_name, search, sort_key, sex, birth_year, phone,
                          id_number, consented_on, consent_purpose)
select id, %s, full_name, search, sort_key, sex, birth_year, phone,
       id_number, consented_on, consent_purpose
from newcomers
"""
UPDATE_PEOPLE = """
update teams_person person
set full_name = staged.full_name, search = staged.search, sort_key = staged.sort_key,
    sex = staged.sex, birth_year = staged.birth_year, phone = staged.phone,
    id_number = staged.id_number, consented_on = staged.consented_on,
    consent_purpose = staged.consent_purpose
from known_people staged where person.id = staged.id
"""
END_MEMBERSHIPS = """
update teams_membership membership
set valid = daterange(lower(membership.valid), staged.until)
from departures staged where membership.id = staged.id
"""
AMEND_MEMBERSHIPS = """
update teams_membership membership
set post = staged.post, is_core = staged.is_core, organisation = staged.organisation
from amended staged where membership.id = staged.id
"""
INSERT_MEMBERSHIPS = """
insert into teams_membership (tenant_id, person_id, team_id, post, is_core, organisation, valid)
select %s, person, team, post, is_core, organisation, daterange(since, null)
from arrivals
"""


def lock_register(tenant: int) -> None:
    """Have one plan of a province written at a time, so that each sees what the last one did.

    To be called before the plan is made; the lock ends with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('teams_register'), %s)", [tenant])


def write(plan: Roster, *, tenant: int, on: date) -> None:
    """Bring the register to what the plan says, as of `on`; in the caller's transaction."""
    newcomers = [arrival for arrival in plan.arrivals if arrival.person is None]
    for arrival, pk in zip(newcomers, next_ids(Person, len(newcomers)), strict=True):
        arrival.person = pk
    people = [_person(arrival.person, arrival.values) for arrival in newcomers]
    run(INSERT_PEOPLE, "newcomers", PERSON, people, tenant)
    people = [
        _person(change.known.person, change.known.values | change.of_person)
        for change in plan.changes
        if change.of_person
    ]
    run(UPDATE_PEOPLE, "known_people", PERSON, people)
    _write_memberships(plan, tenant, on)


def _write_memberships(plan: Roster, tenant: int, on: date) -> None:
    """Ends come first: a team has one leader at a time."""
    turns = [change for change in plan.changes if change.of_membership]
    # What began on the very day is put right; what began before is ended, and begins anew.
    amended = [change for change in turns if change.known.since >= on]
    renewed = [change for change in turns if change.known.since < on]
    ended = [(each.known.membership, each.until) for each in plan.departures]
    ended += [(change.known.membership, on) for change in renewed]
    run(END_MEMBERSHIPS, "departures", {"id": "bigint", "until": "date"}, ended)
    # Of those who change places on that day, whoever stops leading comes first.
    for leads in (False, True):
        turned = [each for each in amended if (_post_of(each) == Post.LEADER) == leads]
        run(AMEND_MEMBERSHIPS, "amended", MEMBERSHIP, [_goes_on(each, on) for each in turned])
    begun = [
        (None, each.person, each.team, *_terms(each.values), each.since) for each in plan.arrivals
    ]
    begun += [_goes_on(change, on) for change in renewed]
    run(INSERT_MEMBERSHIPS, "arrivals", MEMBERSHIP, begun, tenant)


def _person(pk: int | None, values: dict[str, Any]) -> tuple[Any, ...]:
    name = normalise(values["full_name"])
    return (
        pk,
        name,
        fold(name),
        name_key(name),
        values.get("sex") or "",
        values.get("birth_year"),
        values.get("phone") or "",
        values.get("id_number") or "",
        values.get("consented_on"),
        values.get("consent_purpose") or "",
    )


def _post_of(change: Change) -> str:
    return str(change.of_membership.get("post", change.known.values["post"]))


def _goes_on(change: Change, on: date) -> tuple[Any, ...]:
    known = change.known
    terms = _terms(known.values | change.of_membership)
    return (known.membership, known.person, known.team, *terms, on)


def _terms(values: dict[str, Any]) -> tuple[str, bool, str]:
    return (
        values.get("post") or Post.MEMBER,
        bool(values.get("is_core")),
        values.get("organisation") or "",
    )
