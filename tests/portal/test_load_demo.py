"""The door of the demo: refusals, the table of accounts, and a load that breaks off."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from cnscd_portal.demo import accounts, members, story
from reports import catalogue
from reports.models import Form
from units import tenancy
from units.models import Tenant


@pytest.fixture
def emptied(db: None, settings: Settings) -> None:
    """The demo's settings and a catalogue, with no province yet."""
    settings.DEMO = True
    settings.BUSINESS_DATE = date(2024, 6, 10)
    with connection.cursor() as cursor:
        cursor.execute("truncate units_tenant cascade")
    catalogue.load()


@pytest.mark.parametrize("options", [{}, {"accounts": True}])
def test_is_refused_outside_the_demo(settings: Settings, options: dict[str, bool]) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match=r"only for the demo"):
        call_command("load_demo", **options)


def test_asks_for_the_catalogue_first(emptied: None) -> None:
    Form.objects.all().delete()
    with pytest.raises(CommandError, match="run load_catalogue first"):
        call_command("load_demo")
    assert not Tenant.objects.exists()


def test_accounts_are_printed_without_a_database(settings: Settings) -> None:
    settings.DEMO = True
    out = StringIO()
    call_command("load_demo", accounts=True, stdout=out)
    head, *lines = out.getvalue().splitlines()
    assert head.split() == ["account", "who", "password"]
    assert [line.split()[0] for line in lines] == [holder.username for holder in accounts.HOLDERS]
    assert all(line.endswith("  cnscd-demo") for line in lines)


def test_nothing_of_a_province_stays_where_its_load_breaks_off(
    emptied: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(members, "enrol", break_off)
    with pytest.raises(KeyboardInterrupt):
        story.load(say=lambda line: None)
    assert list(Tenant.objects.values_list("code", flat=True)) == [accounts.NATION]
    assert not any(tenancy.present().values())
