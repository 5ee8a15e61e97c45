"""What a reviewer says of single figures when a report is sent back."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from reports import figures
from reports.catalogue import Catalogue
from reports.models import Status
from units.errors import NotPossibleNow

LONGEST = 250


def demand_fitting(remarks: Mapping[str, str], catalogue: Catalogue, *, to: Status | None) -> None:
    """Raises NotPossibleNow where a step sends nothing back or a remark is a letter, and
    InvalidFigures for a figure that the form does not have."""
    if to == Status.APPROVED:
        raise NotPossibleNow(_("You wrote remarks: return the report, or clear them."))
    if to != Status.RETURNED:
        raise NotPossibleNow(_("Only a report that is sent back takes remarks on its figures."))
    figures.demand_known(remarks, catalogue)
    if any(len(remark) > LONGEST for remark in remarks.values()):
        raise NotPossibleNow(
            _("Please keep each remark under %(limit)s characters.") % {"limit": LONGEST}
        )
