"""What stands between tenants in the database, as operations of a migration."""

from collections.abc import Mapping

from django.db.migrations.operations import RunSQL

TENANT = "(select nullif(current_setting('cnscd.tenant', true), '')::bigint)"
MOVES_TO = "(select nullif(current_setting('cnscd.moves_to', true), '')::bigint)"
READS_ALL = "(select current_setting('cnscd.reads_all', true) = 'on')"

# Row-level security is not asked when a table is emptied, nor are triggers that keep each row.
REFUSE_TRUNCATE = """
create or replace function units_refuse_truncate() returns trigger language plpgsql as $$
begin
    if current_setting('cnscd.may_truncate', true) = 'on' then
        return null;
    end if;
    raise exception '% is not emptied: it has rows of every tenant', tg_table_name;
end $$
"""


def gate(table: str) -> list[str]:
    """The statements that let rows move from the open tenant to the one of `cnscd.moves_to`.

    PostgreSQL demands that whoever updates by a condition may also read what comes of it.
    """
    return [
        f"create policy moves_away on {table} for update "
        f"using (tenant_id = {TENANT}) with check (tenant_id = {MOVES_TO})",
        f"create policy seen_where_it_moves on {table} for select using (tenant_id = {MOVES_TO})",
    ]


def keep(table: str) -> str:
    """The statement that has a table never emptied at once, not even by its owner.

    Tests set `cnscd.may_truncate`, for between them every table is emptied.
    """
    return (
        f"create trigger never_truncated before truncate on {table} "
        "for each statement execute function units_refuse_truncate()"
    )


class Wall(RunSQL):
    """Fence a table with a `tenant_id` so that a connection sees its own tenant's rows only.

    The settings are read in a sub-select, so that PostgreSQL evaluates them once a statement.
    Rows leave for another tenant only by the gate that `units.mergers` opens.
    FORCE makes the wall stand before the table's owner, which is the role the portal runs as.
    """

    def __init__(self, table: str):
        self.table = table
        super().__init__(
            sql=[
                f"alter table {table} enable row level security",
                f"alter table {table} force row level security",
                f"create policy own_tenant on {table} "
                f"using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})",
                f"create policy reads_all on {table} for select using ({READS_ALL})",
                *gate(table),
                REFUSE_TRUNCATE,
                keep(table),
            ],
            reverse_sql=[
                f"drop trigger if exists never_truncated on {table}",
                f"drop policy if exists seen_where_it_moves on {table}",
                f"drop policy if exists moves_away on {table}",
                f"drop policy reads_all on {table}",
                f"drop policy own_tenant on {table}",
                f"alter table {table} no force row level security",
                f"alter table {table} disable row level security",
            ],
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return (self.__class__.__qualname__, [self.table], {})

    def describe(self) -> str:
        return f"Fence {self.table} by tenant"


class SameTenant(RunSQL):
    """Let rows refer to rows of their own tenant alone: foreign keys are checked past the walls.

    `holders` are the tables that refer to `table`, each with its column. They are checked when the
    transaction ends, for a merger moves one table after the other. No table is locked for long, for
    which the migration may not be atomic; what failed half-way can be run again.
    """

    def __init__(self, table: str, holders: Mapping[str, str]):
        self.table, self.holders = table, holders
        key = f"{table}_in_its_tenant"
        super().__init__(
            sql=[
                f"create unique index concurrently if not exists {key} on {table} (id, tenant_id)",
                *(each for holder in holders.items() for each in self._add(*holder)),
            ],
            reverse_sql=[
                *(self._drop(*holder) for holder in holders.items()),
                f"drop index if exists {key}",
            ],
        )

    def _add(self, holder: str, column: str) -> list[str]:
        return [
            self._drop(holder, column),
            f"alter table {holder} add constraint {holder}_{column}_same_tenant "
            f"foreign key ({column}, tenant_id) references {self.table} (id, tenant_id) "
            "deferrable initially deferred not valid",
            # The wall holds back this check, too: it would find nothing wrong in no rows.
            "select set_config('cnscd.reads_all', 'on', true); "
            f"alter table {holder} validate constraint {holder}_{column}_same_tenant",
        ]

    def _drop(self, holder: str, column: str) -> str:
        return f"alter table {holder} drop constraint if exists {holder}_{column}_same_tenant"

    def deconstruct(self) -> tuple[str, list[object], dict[str, str]]:
        return (self.__class__.__qualname__, [self.table, self.holders], {})

    def describe(self) -> str:
        return f"Let rows refer to {self.table} of their own tenant alone"
