"""What comes in from files, and what leaves in them."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.querysets import BatchPartQuerySet
from units.models import TenantModel, Unit
from units.querysets import TenantQuerySet
from units.text import fold

# What stands over the column that only numbers the rows.
NUMBERING = ("stt", "tt", "so tt", "so thu tu", "no")


class Batch(TenantModel):
    """A file that somebody wants to bring into the register, from its upload to its undoing."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        PREVIEWED = "previewed", _("ready to be imported")
        COMMITTING = "committing", _("being imported")
        COMMITTED = "committed", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("not readable")
        DISCARDED = "discarded", _("discarded")

        @classmethod
        def at_work(cls) -> list["Batch.State"]:
            """Those in which a worker has something to do."""
            return [cls.READING, cls.COMMITTING, cls.UNDOING]

    # The area over which the file may change anything: that of the person who brought it.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    # How often a worker began what this state asks for.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    file_name = models.CharField(max_length=200)
    # What a document is called by whoever brings it; "" of lists.
    title = models.CharField(max_length=250, blank=True, db_default="")
    file_format = models.CharField(max_length=4)
    sheet_name = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    effective_on = models.DateField()
    # Whether people of the file's teams who are not in the file leave them.
    is_complete = models.BooleanField(default=False)
    # Which column of the file is what, where a person chose: {"3": "phone", "5": ""}.
    matched = models.JSONField(default=dict)
    # What a person chose among the values that were offered: {"7": {"hamlet": "Khu phố 2"}}.
    corrections = models.JSONField(default=dict, db_default={})
    headings = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    # Of the plan that was shown: what is committed has to be the same.
    digest = models.CharField(max_length=64, blank=True)
    # In which the sentences of its rows are written: that of the person who brought it.
    language = models.CharField(max_length=5)
    said = models.TextField(blank=True)
    leaves_out_refused = models.BooleanField(default=False)
    # That of the history's records: an import is undone from them.
    context = models.UUIDField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    committed_at = models.DateTimeField(null=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    # What stands over the table, such as a title; known while the file is read.
    above: Sequence[str] = ()

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["tenant", "unit"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def places(self) -> dict[str, int]:
        """Which column of the file holds what, by the keys of the roster's columns."""
        return {each["key"]: each["index"] for each in self.headings if each["key"]}

    @property
    def unused(self) -> list[str]:
        """The headings of the file of which nothing is taken, but for that of its numbering."""
        texts = [each["text"] for each in self.headings if not each["key"]]
        return [text for text in texts if text and fold(text).strip(".") not in NUMBERING]


class BatchFile(TenantModel):
    """The file itself: in the database, where the walls stand around it and a roll-back reaches."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    objects = BatchPartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"File of {self.batch_id}"


class BatchRow(TenantModel):
    """What the import would do with one row of the file, or with somebody whom it leaves out."""

    class Outcome(models.TextChoices):
        REFUSED = "refused", _("refused")
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        MOVED = "moved", _("moved")
        LEAVES = "leaves", _("would leave")
        UNCHANGED = "unchanged", _("unchanged")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    # The row of the sheet as Excel numbers it; None for who is in the register alone.
    number = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    title = models.CharField(max_length=250)
    # Each [the column's key, what stands now, what would stand], as `teams.plans` encodes them.
    changes = models.JSONField(default=list)
    # Each [the cell's address, the column's key, the sentence, values that may have been meant].
    problems = models.JSONField(default=list)
    # Each [the column's key, the sentence, the page where a word is given of it].
    doubts = models.JSONField(default=list, db_default=[])
    notes = models.JSONField(default=list)

    objects = BatchPartQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["batch", "outcome", "number"])]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class Export(TenantModel):
    """That somebody took personal data out of the portal: what, of whom, and how much."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20)
    asked = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    is_masked = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.subject} by {self.by_id} at {self.at}"
