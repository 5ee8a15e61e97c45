"""Row-level security as a migration operation: one wall, the same on every tenant table."""

from django.db.migrations.operations import RunSQL

TENANT = "(select nullif(current_setting('cnscd.tenant', true), '')::bigint)"
READS_ALL = "(select current_setting('cnscd.reads_all', true) = 'on')"


class Wall(RunSQL):
    """Fence a table with a `tenant_id` so that a connection sees its own tenant's rows only.

    The settings are read in a sub-select, so that PostgreSQL evaluates them once a statement.
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
            ],
            reverse_sql=[
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
