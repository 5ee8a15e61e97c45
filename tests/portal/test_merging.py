"""A province becomes part of another one, and is one again, by a command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Grant
from tests.cast import Cast
from units import clock
from units.models import Decree, Tenant
from units.tenancy import scope

MERGER = {"on": "2024-07-01", "decree": "202/2025/QH15"}


def run(*words: str, **options: str) -> str:
    out = StringIO()
    named = [f"--{name}={value}" for name, value in options.items()]
    call_command("merge_province", *words, *named, stdout=out)
    return out.getvalue()


def test_command_merges_and_takes_it_back(cast: Cast) -> None:
    said = run("30", "22", "--carry", "hd.admin", **MERGER)
    assert said == "Hải Dương is part of Quảng Ninh from 2024-07-01 on.\n"
    with scope(tenant=cast.province.pk):
        grants = Grant.objects.filter(user=cast.stranger).values_list("unit__code", flat=True)
        assert set(grants) == {"30", "22"}
    assert run("30", "22", "--undo") == "Hải Dương is a province of its own again.\n"
    assert Tenant.objects.get(code="30").merged_into is None


@pytest.mark.parametrize("where", ["22", "30"])
def test_command_waits_for_decrees_that_are_being_decided(where: str, cast: Cast) -> None:
    with scope(tenant=cast.units[where].tenant_id):
        Decree.objects.create(
            tenant_id=cast.units[where].tenant_id, name="Nghị quyết 7", effective_on="2024-07-01",
            plan={"units": [], "successions": []}, loaded_at=clock.now(), loaded_by="Quản trị",
        )  # fmt: skip
    with pytest.raises(CommandError, match=f"Nghị quyết 7.*{cast.units[where].tenant.name}"):
        run("30", "22", **MERGER)
    assert Tenant.objects.get(code="30").merged_into is None


@pytest.mark.parametrize(
    ("words", "options", "says"),
    [
        (("30", "99"), MERGER, "no province 99"),
        (("30", "22"), {"on": "2024-07-01"}, "Say --on and --decree"),
        (("30", "22", "--carry", "qn.admin"), MERGER, "No role on Hải Dương: qn.admin"),
        (("30", "30"), MERGER, "vào chính tỉnh đó"),
        (("30", "22", "--undo"), {}, "Hải Dương is no part of Quảng Ninh"),
    ],
)
def test_command_says_what_it_cannot_do(
    words: tuple[str, ...], options: dict[str, str], says: str, cast: Cast
) -> None:
    with pytest.raises(CommandError, match=says):
        run(*words, **options)
    assert Tenant.objects.get(code="30").merged_into is None
