"""What the API says of reports and totals."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from reports import judging
from reports.entry import State, Typed
from reports.models import Period, Report, Total
from reports.workflow import Draft
from units.models import Unit
from units.text import normalise, normalise_lines

# What a report says, which is nobody's but the writer's until it is handed in.
CONTENT = ("values", "difficulties", "proposals", "explanations")


class UnitSerializer(serializers.ModelSerializer):
    """`until` is the first day on which it stands no more; null of one that stands."""

    since = serializers.DateField(source="valid.lower")
    until = serializers.DateField(source="valid.upper", allow_null=True)

    class Meta:
        model = Unit
        fields = ["id", "level", "code", "name", "since", "until"]


class PeriodSerializer(serializers.ModelSerializer):
    class Meta:
        model = Period
        fields = [
            "id", "year", "month", "starts_on", "ends_on", "team_due_on", "commune_due_on",
            "district_due_on", "province_due_on", "opens_on", "locks_on", "state", "state_reason",
            "state_at",
        ]  # fmt: skip


class TotalSerializer(serializers.ModelSerializer):
    class Meta:
        model = Total
        fields = [
            "unit", "period", "tree_on", "values", "gave", "not_applicable",
            "expected", "submitted", "approved", "computed_at",
        ]  # fmt: skip


class ReportSerializer(serializers.ModelSerializer):
    """Of reports that were asked for with `with_readable`."""

    class Meta:
        model = Report
        fields = [
            "id", "team", "unit", "period", "status", "values", "difficulties", "proposals",
            "explanations", "version", "submitted_at", "updated_at",
        ]  # fmt: skip
        extra_kwargs = {name: {"allow_null": True} for name in CONTENT}

    def to_representation(self, report: Any) -> dict[str, Any]:
        told = super().to_representation(report)
        return told if report.is_readable else {**told, **dict.fromkeys(CONTENT)}


class LinesField(serializers.CharField):
    """Text as it is kept, whichever way it was typed."""

    def run_validation(self, data: Any = serializers.empty) -> str:
        return normalise_lines(super().run_validation(data))


class TextField(serializers.CharField):
    """Text and nothing else: the fraction 1.038 of JSON must not become the thousand of a page."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


def with_whole_characters(by_code: dict[str, Any]) -> dict[str, Any]:
    """Raises ValidationError for half a character, which could not even be named in a refusal."""
    for code in by_code:
        ProhibitSurrogateCharactersValidator()(code)
    return by_code


def without_blanks(said: dict[str, str]) -> dict[str, str]:
    """One line each, and none that is empty."""
    lines = {code: normalise(text) for code, text in with_whole_characters(said).items()}
    return {code: text for code, text in lines.items() if text}


class DraftSerializer(serializers.Serializer):
    """Figures are whole numbers or null; a code that is left out is not reported."""

    version = serializers.IntegerField(min_value=0)
    values = serializers.DictField(child=serializers.JSONField(allow_null=True))
    difficulties = LinesField(max_length=2000, allow_blank=True, default="")
    proposals = LinesField(max_length=2000, allow_blank=True, default="")
    explanations = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        default=dict,
        help_text="What explains a figure that looks wrong, by the code of the check.",
    )

    def validate_explanations(self, explanations: dict[str, str]) -> dict[str, str]:
        return without_blanks(explanations)

    def to_draft(self) -> Draft:
        sent = dict(self.validated_data)
        del sent["version"]
        return Draft(**sent)

    def validate_values(self, values: dict[str, Any]) -> dict[str, Any]:
        return with_whole_characters(values)


class TypedSerializer(serializers.Serializer):
    """One field as it was typed, and what the page said of it before."""

    text = TextField(allow_blank=True, trim_whitespace=False, max_length=10_000)
    seen = TextField(allow_blank=True, trim_whitespace=False, max_length=10_000, default="")


class EntrySerializer(serializers.Serializer):
    """Fields by code, by the name of a text, or by that of a finding, in which it is explained."""

    typed = serializers.DictField(child=TypedSerializer(), allow_empty=False)

    def validate_typed(self, typed: dict[str, Any]) -> dict[str, Typed]:
        return {name: Typed(**each) for name, each in with_whole_characters(typed).items()}


class AnswerSerializer(serializers.Serializer):
    """What became of one field, as `reports.entry.Answer` has it."""

    state = serializers.ChoiceField(choices=[each.value for each in State])
    value = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())
    by = serializers.CharField(
        allow_null=True, help_text="Of a conflict, who gave the present value; otherwise null."
    )
    at = serializers.DateTimeField(
        allow_null=True, help_text="Of a conflict, when that was; otherwise null."
    )


class FindingSerializer(serializers.Serializer):
    """What a check found, as `reports.checks.Finding` has it: it stands beside the first of the
    figures, and is explained in the field `name`."""

    name = serializers.CharField()
    check = serializers.CharField(source="check.code")
    label = serializers.CharField(source="check.title")
    figures = serializers.ListField(child=serializers.CharField())
    said = serializers.CharField()
    explanation = serializers.CharField(allow_blank=True)


class WholeReportSerializer(ReportSerializer):
    """One report, with what the checks found in it and how that was explained."""

    findings = serializers.SerializerMethodField()

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "findings"]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, report: Any) -> Any:
        findings = judging.of_report(report).findings if report.is_readable else []
        return FindingSerializer(findings, many=True).data


class EnteredSerializer(serializers.Serializer):
    """`version` 0 and no `report` where nothing is stored yet. `problems` are what forbids to
    submit the report as it stands, by code; `findings` what wants a word of explanation first.
    `stored` is the whole report: whoever saves a field sees what others have changed since."""

    report = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(allow_null=True)
    status_label = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="When this was answered.")
    answers = serializers.DictField(child=AnswerSerializer())
    stored = serializers.DictField(child=serializers.CharField())
    problems = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    findings = FindingSerializer(many=True)
    blank = serializers.IntegerField(
        help_text="How many figures are not reported by now. Pages ask about them once before they "
        "submit; a submission by the API is never asked, nor refused for them."
    )


class StepSerializer(serializers.Serializer):
    version = serializers.IntegerField(min_value=1)
    key = serializers.UUIDField()
    reason = LinesField(max_length=1000, allow_blank=True, default="")
    remarks = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        default=dict,
        help_text="What is to be checked of single figures, by code; goes with a return only.",
    )

    def validate_remarks(self, remarks: dict[str, str]) -> dict[str, str]:
        return without_blanks(remarks)
