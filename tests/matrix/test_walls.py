"""Row-level security on every table of a province, tried with data that could leak."""

import json
from collections import Counter
from datetime import date
from typing import Any
from uuid import uuid4

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from reports import extensions, reminders, rollup, schedule
from reports.catalogue import Catalogue
from reports.models import (
    Correction,
    Declaration,
    DeclaredReason,
    DeclaredRow,
    Evidence,
    KeptCensus,
    Period,
    PublicService,
    RollupRun,
    ServiceFigure,
)
from reports.periods import STATISTICS
from reports.workflow import Draft, submit_draft
from teams.models import Batch, Committee, Export, Seat, Team
from tests.accounts import lending
from tests.cast import Cast, Enter
from tests.teams import bringing
from units import clock
from units.models import Arrival, Decree, Merger, Succession, Tenant, Unit
from units.tenancy import scope

FENCED = sorted(
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if any(field.name == "tenant" for field in model._meta.fields)
)

# Of these no row is changed; an import of declared tables that is undone deletes its own.
DELETABLE = ["reports_declaration", "reports_declaredrow"]
APPEND_ONLY = [
    *(table for table in FENCED if table.endswith("event")), "reports_reportstep", *DELETABLE,
]  # fmt: skip

PUBLIC = "the same for every province, and written by no page"
DJANGO = "Django's own, and empty of a province's data"
# Why a table stands without a wall.
OPEN = {
    "units_tenant": "a list of provinces is no secret",
    "pghistory_context": "shut to everybody, see below: each event carries its own context",
    "reports_form": PUBLIC,
    "reports_section": PUBLIC,
    "reports_indicator": PUBLIC,
    "reports_ratio": PUBLIC,
    "reports_check": PUBLIC,
    "reports_publicservice": PUBLIC,
    "reports_serviceagency": PUBLIC,
    "reports_holiday": PUBLIC,
    "targets_target": PUBLIC,
    "training_skill": PUBLIC,
    "training_material": PUBLIC,
    "accounts_user_groups": "rights come from grants, so nothing is ever in it",
    "accounts_user_user_permissions": "rights come from grants, so nothing is ever in it",
    "auth_group": DJANGO,
    "auth_group_permissions": DJANGO,
    "auth_permission": DJANGO,
    "django_content_type": DJANGO,
    "django_migrations": DJANGO,
    "django_session": "looked up by an unguessable key, before the province is known",
    "axes_accessattempt": "counted before the province is known, and shown on no page",
    "axes_accessattemptexpiration": "counted before the province is known, and shown on no page",
    "axes_accessfailurelog": "counted before the province is known, and shown on no page",
    "axes_accesslog": "counted before the province is known, and shown on no page",
}

OWN_TENANT = (
    "(tenant_id = ( SELECT (NULLIF(current_setting('cnscd.tenant'::text, true), ''::text))"
    '::bigint AS "nullif"))'
)
MOVES_TO = OWN_TENANT.replace("cnscd.tenant", "cnscd.moves_to")
READS_ALL = "( SELECT (current_setting('cnscd.reads_all'::text, true) = 'on'::text))"

COUNT = "select tenant_id, count(*) from {table} group by tenant_id"
COUNT_ONE = "select count(*) from {table} where tenant_id = %s"
LOCK = "select 1 from {table} for update"
TOUCH = "update {table} set tenant_id = tenant_id where tenant_id = %s"
DELETE = "delete from {table} where tenant_id = %s"
# What the database works out by itself takes no value.
WRITTEN = (
    "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = %s::regclass "
    "and attnum > 0 and not attisdropped and attgenerated = ''"
)
INSERT = (
    "insert into {table} ({columns}) "
    "select {columns} from jsonb_populate_record(null::{table}, %s::jsonb)"
)
HAND_OVER = "update {table} set tenant_id = %s"


# -- The walls stand ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_table_is_fenced_or_says_why_not() -> None:
    tables = {row[0] for row in ask("select tablename from pg_tables where schemaname = 'public'")}
    assert tables == {*FENCED, *OPEN}


@pytest.mark.django_db
@pytest.mark.parametrize("table", FENCED)
def test_wall_stands_before(table: str) -> None:
    [wall] = ask(
        "select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass", table
    )
    assert wall == (True, True)
    policies = ask(
        "select policyname, permissive, roles::text, cmd, qual, with_check from pg_policies "
        "where tablename = %s and policyname <> 'own_account' order by policyname",
        table,
    )
    assert policies == [
        ("moves_away", "PERMISSIVE", "{public}", "UPDATE", OWN_TENANT, MOVES_TO),
        ("own_tenant", "PERMISSIVE", "{public}", "ALL", OWN_TENANT, OWN_TENANT),
        ("reads_all", "PERMISSIVE", "{public}", "SELECT", READS_ALL, None),
        ("seen_where_it_moves", "PERMISSIVE", "{public}", "SELECT", MOVES_TO, None),
    ]


@pytest.mark.django_db
def test_only_accounts_can_be_read_before_the_province_is_known() -> None:
    policies = ask("select tablename, cmd from pg_policies where policyname = 'own_account'")
    assert policies == [("accounts_user", "SELECT")]


@pytest.mark.django_db
def test_portal_runs_as_a_role_that_walls_hold_back() -> None:
    [role] = ask("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
    assert role == (False, False)


@pytest.mark.django_db
def test_history_writes_its_context_into_the_event_alone(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pghistory.context(user=cast.admin.pk, url="/administration/"):
        cast.officer.full_name = "Trần Thị Ổi"
        cast.officer.save()
        context = cast.officer.events.latest("pgh_id").pgh_context
    assert context == {"user": cast.admin.pk, "url": "/administration/"}


@pytest.mark.parametrize("reads_all", [False, True])
def test_table_of_contexts_is_shut_to_everybody(cast: Cast, reads_all: bool) -> None:
    """It has no tenant, and would tell who did what in which import."""
    write = (
        "insert into {table} (id, metadata, created_at, updated_at) "
        "values (gen_random_uuid(), '{{}}', now(), now())"
    )
    with scope(tenant=cast.province.pk, reads_all=reads_all):
        assert refuses("pghistory_context", write)
    [shut] = ask(
        "select relrowsecurity, relforcerowsecurity from pg_class where relname = %s",
        "pghistory_context",
    )
    policies = ask("select 1 from pg_policies where tablename = %s", "pghistory_context")
    assert (shut, policies) == ((True, True), [])


# -- Nothing gets through them ------------------------------------------------------------------


def fill(
    tenant: Tenant, actor: User, month: Period, team: Team, unit: Unit, forms: Catalogue
) -> None:
    Succession.objects.create(
        tenant=tenant, predecessor=unit, successor=unit, decree="1199/NQ-UBTVQH15",
        effective_on=date(2024, 11, 1),
    )  # fmt: skip
    Decree.objects.create(
        tenant=tenant, name="1199/NQ-UBTVQH15", effective_on=date(2024, 11, 1), plan={},
        state=Decree.State.APPLIED, loaded_at=clock.now(), loaded_by=str(actor),
    )  # fmt: skip
    ServiceFigure.objects.create(
        tenant=tenant, unit=unit, service=PublicService.objects.get(number=3), measure="online",
        period=DateRange(date(2022, 1, 1), date(2022, 7, 16)), numerator=5590, denominator=53457,
    )  # fmt: skip
    merger = Merger.objects.create(
        tenant=tenant, source=tenant, ended=unit, successor=unit, decree="202/2025/QH15",
        effective_on=date(2025, 7, 1), carried=[], context=uuid4(),
        merged_at=clock.now(), undone_at=clock.now(),
    )  # fmt: skip
    Arrival.objects.create(tenant=tenant, merger=merger, table_name="units_unit", ids=[unit.pk])
    committee = Committee.objects.create(
        tenant=tenant, unit=unit, name="Tổ chỉ đạo", valid=DateRange(date(2022, 5, 1), None)
    )
    Seat.objects.create(
        tenant=tenant, committee=committee, full_name="Lê Thị Trưởng", post="head",
        valid=DateRange(date(2022, 5, 1), None),
    )  # fmt: skip
    lending.lend(actor, User.objects.create_user(f"thay-{unit.code}", tenant=tenant))
    bringing.bring(actor, ["", "", team.name, "Lê Thị Mới", "TV", 1990, ""])
    Export.objects.create(
        tenant=tenant,
        unit=unit,
        subject="members",
        rows=1,
        is_masked=True,
        at=clock.now(),
        by=actor,
    )
    declaration = Declaration.objects.create(
        tenant=tenant, unit=unit, year=2023, title="Phụ lục", columns=[], batch=Batch.objects.get()
    )
    DeclaredRow.objects.create(tenant=tenant, declaration=declaration, number=2, name=unit.name)
    DeclaredReason.objects.create(
        tenant=tenant, declaration=declaration, column="households", text="Cộng sót",
        given_at=clock.now(), given_by=actor,
    )  # fmt: skip
    _fill_clock(tenant, actor, month, team)
    # The totals of the month, and a mark that they no longer hold. Of the census the same: what
    # was founded and enlisted above has left marks.
    rollup.rebuild(month)
    RollupRun.objects.create(tenant=tenant, kind="nightly", asked_at=clock.now())
    KeptCensus.objects.create(tenant=tenant, unit=unit, on=month.ends_on, counts={})
    submit_draft(
        team=team, period=month, draft=Draft({"households": 120}), version=0, key=uuid4(),
        actor=actor
    )  # fmt: skip
    reminders.remind(tenant)
    report = month.reports.get()
    Correction.objects.create(
        tenant=tenant, report=report, old_values=report.values, values={"households": 121},
        reason="Nhập nhầm", proposed_at=clock.now(), proposed_by=actor,
    )  # fmt: skip
    Evidence.objects.create(
        tenant=tenant, report=report, name="Ảnh.jpg", key=uuid4(), kind="jpg", size=1, sha256="",
        at=clock.now(), by=actor,
    )  # fmt: skip


def _fill_clock(tenant: Tenant, actor: User, month: Period, team: Team) -> None:
    schedule.choose_calendar(
        tenant=tenant, since=date(2024, 7, 1), calendar=STATISTICS, actor=actor
    )
    schedule.set_day(
        tenant=tenant, on=date(2024, 7, 9), is_worked=False, label="Lễ hội", actor=actor
    )
    extensions.extend(
        period=month, unit=team.unit, team=team, until=date(2024, 6, 30), reason="Bão số 3",
        actor=actor,
    )  # fmt: skip


def ask(sql: str, *parameters: Any, table: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(table=table), parameters)
        return cursor.fetchall()


def change(sql: str, *parameters: Any, table: str) -> int:
    """How many rows a statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql.format(table=table), parameters)
        return cursor.rowcount


def rows_by_tenant() -> dict[str, Counter[int]]:
    """How many rows of each tenant are in each table, as the nation's staff read them."""
    with scope(reads_all=True):
        return {table: Counter(dict(ask(COUNT, table=table))) for table in FENCED}


def readable() -> dict[str, set[int]]:
    """Whose rows a plain select brings, by table; tables that bring none are left out."""
    found = {
        table: {row[0] for row in ask("select distinct tenant_id from {table}", table=table)}
        for table in FENCED
    }
    return {table: tenants for table, tenants in found.items() if tenants}


def writable(tenant: Tenant) -> list[str]:
    """The tables in which an update or a delete of the tenant's rows touches any."""
    return [
        table
        for table in FENCED
        if change(TOUCH, tenant.pk, table=table) or change(DELETE, tenant.pk, table=table)
    ]


def accepting(tenant: Tenant) -> list[str]:
    """The tables that let in a row of the tenant's, made like one that is there."""
    return [table for table in FENCED if not refuses(table, insertion(table), a_row(table, tenant))]


def insertion(table: str) -> str:
    [[columns]] = ask(WRITTEN, table)
    return INSERT.replace("{columns}", columns)


def a_row(table: str, tenant: Tenant) -> str:
    with scope(reads_all=True):
        [[row]] = ask("select to_jsonb({table}) from {table} limit 1", table=table)
    return json.dumps(json.loads(row) | {"tenant_id": tenant.pk})


def refuses(table: str, sql: str, *parameters: Any) -> bool:
    """Whether the wall itself turns a statement down."""
    try:
        with transaction.atomic():
            change(sql, *parameters, table=table)
    except DatabaseError as refusal:
        return f'violates row-level security policy for table "{table}"' in str(refusal)
    return False


def test_nothing_is_read_or_written_where_nothing_is_set(peopled: Cast) -> None:
    assert readable() == {}
    assert writable(peopled.province) == []


def test_only_its_own_rows_are_read_under_a_tenant(peopled: Cast) -> None:
    with scope(tenant=peopled.other.pk):
        assert readable() == {table: {peopled.other.pk} for table in FENCED}
        for table in FENCED:
            assert ask(COUNT_ONE, peopled.province.pk, table=table) == [(0,)]


def test_rows_of_another_tenant_are_not_touched(peopled: Cast) -> None:
    with scope(tenant=peopled.other.pk):
        assert writable(peopled.province) == []


def test_rows_cannot_be_written_for_another_tenant(peopled: Cast) -> None:
    with scope(tenant=peopled.other.pk):
        assert accepting(peopled.province) == []


def test_rows_cannot_be_handed_to_another_tenant(peopled: Cast) -> None:
    accepted = []
    with scope(tenant=peopled.other.pk):
        for table in FENCED:
            if table in APPEND_ONLY:  # It refuses any update, before the wall is asked.
                with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
                    change(HAND_OVER, peopled.province.pk, table=table)
            elif not refuses(table, HAND_OVER, peopled.province.pk):
                accepted.append(table)
    assert accepted == []


def test_everything_is_read_and_nothing_written_under_reads_all(peopled: Cast) -> None:
    everyone = {peopled.province.pk, peopled.other.pk}
    with scope(reads_all=True):
        assert all(everyone <= tenants for tenants in readable().values())
        assert list(readable()) == FENCED
        assert writable(peopled.province) == writable(peopled.nation) == []
        assert accepting(peopled.province) == accepting(peopled.nation) == []


def test_no_province_is_written_by_the_nations_staff(peopled: Cast) -> None:
    with scope(tenant=peopled.nation.pk, reads_all=True):
        assert writable(peopled.province) == writable(peopled.other) == []
        assert accepting(peopled.province) == accepting(peopled.other) == []


@pytest.mark.parametrize("door", ["sign_in", "account"])
def test_one_account_is_read_and_none_written_before_the_province_is_known(
    door: str, peopled: Cast
) -> None:
    officer = peopled.officer
    key: dict[str, Any] = (
        {"sign_in": officer.username} if door == "sign_in" else {"account": officer.pk}
    )
    with scope(**key):
        assert readable() == {"accounts_user": {peopled.province.pk}}
        assert ask("select username from accounts_user") == [(officer.username,)]
        assert writable(peopled.province) == []
        assert accepting(peopled.province) == []


def test_row_locks_of_another_tenants_rows_are_not_taken(peopled: Cast) -> None:
    with scope(reads_all=True):
        assert [table for table in FENCED if ask(LOCK, table=table)] == []
