"""Row-level security as a migration operation: one wall, the same on every tenant table."""

from django.db.migrations.operations import RunSQL

TENANT = "(select nullif(current_setting('cnscd.tenant', true), '')::bigint)"
MOVES_TO = "(select nullif(current_setting('cnscd.moves_to', true), '')::bigint)"
READS_ALL = "(select current_setting('cnscd.reads_all', true) = 'on')"


def gate(table: str) -> list[str]:
    """The statements that let rows move from the open tenant to the one of `cnscd.moves_to`.

    PostgreSQL demands that whoever updates by a condition may also read what comes of it.
    """
    return [
        f"create policy moves_away on {table} for update "
        f"using (tenant_id = {TENANT}) with check (tenant_id = {MOVES_TO})",
        f"create policy seen_where_it_moves on {table} for select using (tenant_id = {MOVES_TO})",
    ]


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
            ],
            reverse_sql=[
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
