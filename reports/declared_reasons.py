"""Why does a printed total differ, and who has looked? One person says it, another signs it off."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports.declared_portal import Portal
from reports.figures import Values
from reports.models import Declaration, DeclaredReason, DeclaredRow
from units import clock
from units.errors import NotAllowed, NotPossibleNow
from units.models import Unit

Against = DeclaredReason.Against


@dataclass(frozen=True)
class Difference:
    """A column whose printed total is not what it is held against, and why.

    Of a table without a total row, `printed` is what its rows add up to.
    """

    column: str
    heading: str
    against: str
    printed: int
    held: int
    reason: DeclaredReason | None

    @property
    def key(self) -> str:
        return f"{self.against}-{self.column}"

    @property
    def label(self) -> str:
        return str(Against(self.against).label)

    @property
    def gap(self) -> int:
        return self.printed - self.held

    @property
    def has_changed(self) -> bool:
        """Whether a figure is another than when the reason was given or signed off."""
        seen = self.reason and (self.reason.printed, self.reason.held)
        return bool(seen) and seen != (self.printed, self.held)

    @property
    def is_signed(self) -> bool:
        return bool(self.reason and self.reason.signed_by_id) and not self.has_changed

    @property
    def is_open(self) -> bool:
        """Whether nobody has given a reason."""
        return self.reason is None

    def waits_for(self, user: User) -> bool:
        """Whether somebody who reconciles the table can sign off what another has given."""
        if self.reason is None or self.is_signed:
            return False
        return self.reason.given_by_id != user.pk


def differences_of(declarations: Iterable[Declaration], user: User) -> dict[int, list[Difference]]:
    """By the key of each table what differs in it, in as many statements for many as for one."""
    tables = list(declarations)
    keys = [each.pk for each in tables]
    rows: dict[int, list[DeclaredRow]] = defaultdict(list)
    for row in DeclaredRow.objects.filter(declaration__in=keys):
        rows[row.declaration_id].append(row)
    reasons = DeclaredReason.objects.filter(declaration__in=keys)
    given = {
        (each.declaration_id, each.column, each.against): each
        for each in reasons.select_related("given_by", "signed_by")
    }
    portal = Portal([each.unit_id for each in tables], [each.year for each in tables], user)
    return {
        each.pk: list(_differing(each, rows[each.pk], portal.of(each.unit_id, each).values, given))
        for each in tables
    }


def _differing(
    declaration: Declaration,
    rows: list[DeclaredRow],
    computed: Values,
    given: Mapping[tuple[int, str, str], DeclaredReason],
) -> Iterator[Difference]:
    total = next((row for row in rows if row.is_total), None)
    for column in declaration.columns:
        key = column["key"]
        cells = [row.cells[key] for row in rows if key in row.cells and not row.is_total]
        added = sum(cells) if cells else None
        printed = total.cells.get(key) if total else added
        for against, held in ((Against.ROWS, added), (Against.PORTAL, computed.get(key))):
            if printed is not None and held is not None and printed != held:
                reason = given.get((declaration.pk, key, against))
                yield Difference(key, column["heading"], against.value, printed, held, reason)


def waiting_for(user: User) -> list[tuple[Declaration, int]]:
    """The tables with reasons that somebody may sign off, and how many; the newest first."""
    if not user.holds(Right.CORRECT):
        return []
    # What was signed stands until the portal's figure changes.
    waits = Q(signed_by=None) | Q(against=Against.PORTAL)
    reasons = DeclaredReason.objects.visible_to(user).filter(waits).exclude(given_by=user)
    tables = list(
        Declaration.objects.visible_to(user)
        .filter(pk__in=reasons.values("declaration"))
        .select_related("unit")
    )
    units = {each.unit for each in tables}
    mine = {unit.pk for unit in units if may_reconcile(user, unit)}
    told = differences_of((each for each in tables if each.unit_id in mine), user)
    counts = ((each, sum(one.waits_for(user) for one in told.get(each.pk, ()))) for each in tables)
    return [(table, count) for table, count in counts if count]


@transaction.atomic
def explain(*, declaration: Declaration, seen: Mapping[str, int], text: str, actor: User) -> None:
    """Say why columns differ: `seen` has by the key of each `Difference` the version of the reason
    that was seen, 0 where none was. Another reason has to be signed off anew.

    Raises NotAllowed, and NotPossibleNow without a reason, for what does not differ, or where
    somebody else was faster; then none is given.
    """
    _demand_right(declaration, actor)
    if not seen:
        raise NotPossibleNow(_("Choose what the reason is of."))
    if not text.strip():
        raise NotPossibleNow(_("Say why it differs: whoever signs it off will read it."))
    differing = {each.key: each for each in differences_of([declaration], actor)[declaration.pk]}
    for key, version in seen.items():
        if key not in differing:
            raise NotPossibleNow(_("The table has no such difference: look at it again."))
        _give(declaration, differing[key], version, text.strip(), actor)


def _give(
    declaration: Declaration, difference: Difference, version: int, text: str, actor: User
) -> None:
    said = {
        "text": text, "given_at": clock.now(), "given_by": actor,
        "printed": difference.printed, "held": difference.held,
    }  # fmt: skip
    what = {"column": difference.column, "against": difference.against}
    if version:
        seen = DeclaredReason.objects.filter(declaration=declaration, version=version, **what)
        if not seen.update(**said, version=F("version") + 1, signed_at=None, signed_by=None):
            raise _faster()
        return
    try:
        with transaction.atomic():
            DeclaredReason.objects.create(
                tenant_id=declaration.tenant_id, declaration=declaration, **what, **said
            )
    except IntegrityError:
        raise _faster() from None


@transaction.atomic
def sign_off(*, reason: DeclaredReason, version: int, held: int | None, actor: User) -> None:
    """Stand in for a reason that somebody else has given, as it was seen, beside the figure `held`
    that the printed one differs from: once that is another, it waits again.

    Raises NotAllowed, for whoever gave it as well, and NotPossibleNow where it is signed or another
    by now.
    """
    declaration = reason.declaration
    _demand_right(declaration, actor)
    if reason.given_by_id == actor.pk:
        raise NotAllowed(_("Somebody else has to sign off the reason that you gave."))
    list(DeclaredReason.objects.select_for_update().filter(pk=reason.pk))
    found = differences_of([declaration], actor)[declaration.pk]
    difference = next((each for each in found if each.reason == reason), None)
    if difference is None or difference.is_signed or difference.held != held:
        raise _faster()
    seen = DeclaredReason.objects.filter(pk=reason.pk, version=version).exclude(given_by=actor)
    figures = {"printed": difference.printed, "held": difference.held}
    if not seen.update(signed_at=clock.now(), signed_by=actor, **figures):
        raise _faster()


def may_reconcile(user: User, unit: Unit) -> bool:
    """Whether somebody brings the tables of a unit, gives reasons and signs them off."""
    return user.may(Right.CORRECT, unit)


def _demand_right(declaration: Declaration, actor: User) -> None:
    if not may_reconcile(actor, declaration.unit):
        raise NotAllowed(_("You do not reconcile the tables of this unit."))


def _faster() -> NotPossibleNow:
    return NotPossibleNow(_("Somebody else was faster: look at the table again."))
