"""The second wall opens exactly as wide as asked, and always closes again."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.cast import Cast
from units.models import Tenant, Unit
from units.tenancy import present, scope

CLOSED = {"tenant": "", "reads_all": "", "account": "", "sign_in": "", "moves_to": ""}


def open_for(tenant: Tenant) -> dict[str, str]:
    return CLOSED | {"tenant": str(tenant.pk)}


def fail_to_save() -> None:
    """Django knows that the transaction around it has failed."""
    Tenant.objects.create(code="00", name="taken")


def fail_in_sql() -> None:
    """Only PostgreSQL knows that the transaction around it has failed."""
    with connection.cursor() as cursor:
        cursor.execute("insert into units_tenant (code, name, is_nation) values ('00', '', false)")


failures = pytest.mark.parametrize("fail", [fail_to_save, fail_in_sql])


@pytest.fixture(autouse=True)
def _closed_before_and_after(db: None) -> Iterator[None]:
    assert present() == CLOSED
    yield
    assert present() == CLOSED


def test_scope_opens_one_province(cast: Cast) -> None:
    assert Unit.objects.count() == 0
    with scope(tenant=cast.other.pk):
        assert present() == open_for(cast.other)
        assert set(Unit.objects.values_list("tenant", flat=True)) == {cast.other.pk}
    assert Unit.objects.count() == 0


def test_scope_opens_exactly_what_it_names_when_nested(cast: Cast) -> None:
    with scope(tenant=cast.province.pk, reads_all=True):
        with scope(tenant=cast.other.pk):
            assert present() == open_for(cast.other)
            with scope(sign_in="qn.admin"):
                assert present() == CLOSED | {"sign_in": "qn.admin"}
            assert present() == open_for(cast.other)
        assert present() == open_for(cast.province) | {"reads_all": "on"}


def test_scope_closes_after_an_exception(cast: Cast) -> None:
    with scope(tenant=cast.province.pk):
        with pytest.raises(ZeroDivisionError), scope(tenant=cast.other.pk):
            raise ZeroDivisionError
        assert present() == open_for(cast.province)


@failures
def test_scope_closes_when_the_transaction_around_it_fails(
    fail: Callable[[], None], cast: Cast
) -> None:
    with scope(tenant=cast.province.pk):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            scope(tenant=cast.other.pk),
        ):
            fail()
        assert present() == open_for(cast.province)


@failures
def test_scope_closes_when_a_transaction_inside_it_fails(
    fail: Callable[[], None], cast: Cast
) -> None:
    with scope(tenant=cast.province.pk):
        with scope(tenant=cast.other.pk):
            with pytest.raises(IntegrityError), transaction.atomic():
                fail()
            assert present() == open_for(cast.other)
        assert present() == open_for(cast.province)


def test_scope_hides_no_error_of_a_transaction_that_must_roll_back(cast: Cast) -> None:
    # Django refuses every statement between a failed save and the end of its transaction.
    with scope(tenant=cast.province.pk):
        with (
            pytest.raises(ZeroDivisionError),
            transaction.atomic(),
            scope(tenant=cast.other.pk),
            transaction.atomic(savepoint=False),
        ):
            raise ZeroDivisionError
        assert present() == open_for(cast.province)


@pytest.mark.django_db(transaction=True)
def test_scope_closes_outside_any_transaction(cast: Cast) -> None:
    for fail in (fail_to_save, fail_in_sql):
        with scope(tenant=cast.province.pk):
            with pytest.raises(IntegrityError), scope(tenant=cast.other.pk):
                fail()
            assert present() == open_for(cast.province)
            with (
                pytest.raises(IntegrityError),
                transaction.atomic(),
                scope(tenant=cast.other.pk),
            ):
                fail()
            assert present() == open_for(cast.province)


@pytest.mark.django_db(transaction=True)
def test_scope_lets_the_error_of_a_lost_connection_through(cast: Cast) -> None:
    with (
        pytest.raises(OperationalError, match="connection"),
        scope(tenant=cast.province.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")
    # The next request comes with a new connection, which is open for nobody.
    connection.close()
    assert Unit.objects.count() == 0
