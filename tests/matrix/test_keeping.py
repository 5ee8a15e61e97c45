"""What the database keeps, whatever the portal's own role asks of it."""

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.cast import Cast, Undone
from tests.matrix.test_walls import APPEND_ONLY, DELETABLE, FENCED, HAND_OVER, ask, change
from units.tenancy import scope
from units.walls import SameTenant

# What hangs on a report, on a month, or on a unit, by its column.
HANGING = [
    ("reports_report", "period_id"),
    ("reports_extension", "period_id"),
    ("reports_notice", "period_id"),
    ("reports_reportstep", "report_id"),
    ("reports_correction", "report_id"),
    ("reports_evidence", "report_id"),
    ("reports_notice", "report_id"),
    ("reports_total", "unit_id"),
]
CHANGE, DELETE = "update {table} set tenant_id = tenant_id", "delete from {table}"
OF_A_REPORT = (
    "update {table} set report_id = (select id from reports_report where tenant_id = %s limit 1)"
)


@pytest.mark.parametrize("table", FENCED)
def test_no_table_is_emptied(table: str, db: None) -> None:
    """No wall stands before it."""
    change("select set_config('cnscd.may_truncate', '', true)", table=table)
    with pytest.raises(DatabaseError, match="is not emptied"), transaction.atomic():
        change("truncate {table} cascade", table=table)


def test_nothing_on_record_is_changed_or_deleted(peopled: Cast) -> None:
    with scope(tenant=peopled.province.pk):
        for table in APPEND_ONLY:
            for statement in (CHANGE, *([] if table in DELETABLE else [DELETE])):
                with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
                    change(statement, table=table)


@pytest.mark.parametrize(("table", "column"), HANGING)
def test_nothing_hangs_on_a_row_of_another_tenant(table: str, column: str, peopled: Cast) -> None:
    """Not even by the gate, where one table moved and the other did not."""
    rule = f"{table}_{column}_same_tenant"
    with scope(tenant=peopled.province.pk, moves_to=peopled.other.pk), pgtrigger.ignore():
        if (table, column) == ("reports_notice", "report_id"):  # Reminders are of no report.
            change(OF_A_REPORT, peopled.province.pk, table=table)
        change(f"set constraints {rule} immediate", table=table)
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            change(HAND_OVER, peopled.other.pk, table=table)


def test_row_that_hung_elsewhere_before_the_rule_is_found(peopled: Cast, undone: Undone) -> None:
    """By a migration, for which no wall is open."""
    operation = SameTenant("reports_period", {"reports_extension": "period_id"})
    _index, drop, add, validate = operation.sql
    with undone():
        change("set constraints all immediate", table="")
        change(drop, table="")
        with scope(tenant=peopled.province.pk, moves_to=peopled.other.pk), pgtrigger.ignore():
            change(HAND_OVER, peopled.other.pk, table="reports_extension")
        change(add, table="")
        with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
            change(validate, table="")


def test_rules_of_tenants_have_looked_at_every_row(db: None) -> None:
    rules = ask("select convalidated from pg_constraint where conname like '%%same_tenant'")
    assert rules == [(True,)] * len(HANGING)
