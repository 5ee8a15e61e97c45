"""Which versions of a row the database records."""

import pghistory
from django.db import models


def recorded(model: type[models.Model]) -> type[models.Model]:
    """Have the database record every version: an import is undone from the records, too."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    # What follows from other columns would stand in the way of a row that comes back.
    derived = [field.name for field in model._meta.fields if field.generated]
    return pghistory.track(*events, level=pghistory.Statement, exclude=derived)(model)
