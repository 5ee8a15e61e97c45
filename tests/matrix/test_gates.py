"""The gate through which rows move to another province, and through which nothing else goes."""

import pgtrigger

from tests.cast import Cast
from tests.matrix.test_walls import FENCED, HAND_OVER, accepting, readable, refuses, writable
from units.tenancy import scope


def test_gate_lets_nothing_in_and_touches_nothing_where_rows_move_to(peopled: Cast) -> None:
    with scope(tenant=peopled.other.pk, moves_to=peopled.province.pk):
        both = {peopled.other.pk, peopled.province.pk}
        assert readable() == dict.fromkeys(FENCED, both)
        assert writable(peopled.province) == []
        assert accepting(peopled.province) == []


def test_gate_leads_to_one_tenant_alone(peopled: Cast) -> None:
    with scope(tenant=peopled.other.pk, moves_to=peopled.province.pk), pgtrigger.ignore():
        assert [table for table in FENCED if not refuses(table, HAND_OVER, peopled.nation.pk)] == []


def test_gate_leads_nowhere_where_no_tenant_is_open(peopled: Cast) -> None:
    with scope(moves_to=peopled.province.pk), pgtrigger.ignore():
        assert writable(peopled.province) == writable(peopled.other) == []


def test_history_moves_by_no_page(peopled: Cast) -> None:
    """Without the gate the wall holds history too, where nothing else protects it."""
    with scope(tenant=peopled.other.pk), pgtrigger.ignore():
        assert [
            table for table in FENCED if not refuses(table, HAND_OVER, peopled.province.pk)
        ] == []
