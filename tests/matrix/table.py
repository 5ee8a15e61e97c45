"""Who may do what at which address, written by hand.

What is asked for is always the commune officer's: phường Hồng Gai, its team hg-1a, the report of
that team.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.models import Status
from tests.matrix.scenes import (
    Scene,
    account,
    all_months,
    chosen,
    closing,
    committee,
    correction,
    draft,
    ending,
    english,
    figures,
    joining,
    name,
    nothing,
    of_account,
    of_batch,
    of_committee,
    of_commune,
    of_commune_in_june,
    of_correction,
    of_day_off,
    of_declaration,
    of_declared_reason,
    of_decree,
    of_delegation,
    of_deputy,
    of_evidence,
    of_extension,
    of_figure_in_june,
    of_june,
    of_members,
    of_province,
    of_report,
    of_seat,
    of_step,
    of_team,
    of_team_and_period,
    of_team_in_june,
    offered,
    official,
    own_password,
    plan_seen,
    reason,
    signature,
    step,
    ticked,
)

PEOPLE = [
    "anonymous",
    "leader",
    "officer",
    "neighbour",
    "district_officer",
    "staff",
    "admin",
    "stranger",  # the administrator of the other province
    "national",
    "roleless",
    "newcomer",  # a commune officer with a first password
]


@dataclass
class Row:
    """`get`, `post`, `put` and `patch` are the expected statuses, in the order of PEOPLE."""

    get: str
    post: str
    kwargs: Callable[[Scene], dict[str, Any]] = nothing
    data: Callable[[Scene], dict[str, Any]] = nothing
    # In which state the report of the team has to be; None where there must be none.
    report: Status | None = None
    # The page with the form, which says what it showed: whoever saves second is told.
    shown_on: str = ""
    put: str = ""
    patch: str = ""

    @property
    def needs(self) -> tuple[Status | None, bool, bool, bool]:
        """What has to be there: a report in a state, a batch, a seat, a delegation."""
        return (
            self.report,
            self.kwargs is of_batch,
            self.kwargs in (of_committee, of_seat),
            self.kwargs is of_delegation,
        )

    def expects(self, method: str, who: str) -> int:
        return int(getattr(self, method).split()[PEOPLE.index(who)])

    @property
    def methods(self) -> list[str]:
        return [name for name in ("get", "post", "put", "patch") if getattr(self, name)]


# fmt: off
#                        anon leader officer next distr staff admin other nation none first
TABLE = {
    "home":          Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "this-month":    Row("302 302 302 302 302 403 302 302 403 403 302",
                         "302 405 405 405 405 403 405 405 403 403 302"),
    "notices":       Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "read-notices":  Row("302 405 405 405 405 405 405 405 405 405 302",
                         "302 302 302 302 302 302 302 302 302 302 302"),
    "unit-month":    Row("302 404 200 404 200 403 200 404 403 403 302",
                         "302 405 405 405 405 403 405 405 403 403 302", of_commune_in_june),
    "review-queue":  Row("302 403 200 404 200 403 200 404 403 403 302",
                         "302 403 302 404 302 403 302 404 403 403 302", of_commune_in_june, ticked,
                         Status.SUBMITTED),
    "undo-approvals": Row("302 403 405 405 405 403 405 405 403 403 302",
                          "302 403 302 404 302 403 302 404 403 403 302", of_commune_in_june, step),
    # A form without a file is refused.
    "bring-figures": Row("302 404 200 404 403 403 200 404 403 403 302",
                         "302 404 422 404 403 403 422 404 403 403 302", of_commune_in_june),
    "figures-template": Row("302 404 200 404 403 403 200 404 403 403 302",
                            "302 405 405 405 403 403 405 405 403 403 302", of_commune_in_june),
    "unit-grid":     Row("302 404 200 404 200 403 200 404 403 403 302",
                         "302 405 405 405 405 403 405 405 403 403 302", of_commune_in_june),
    "submit-teams":  Row("302 405 405 405 403 403 405 405 403 403 302",
                         "302 404 302 404 403 403 302 404 403 403 302", of_commune_in_june, chosen),
    "team-month":    Row("302 200 200 404 200 200 200 404 200 403 302",
                         "302 302 302 404 403 403 302 404 403 403 302", of_team_in_june, figures),
    # No file came with it.
    "attach-evidence": Row("302 405 405 405 403 403 405 405 403 403 302",
                           "302 422 422 404 403 403 422 404 403 403 302", of_team_in_june),
    "evidence-file": Row("302 200 200 404 200 200 200 404 200 403 302",
                         "302 405 405 405 405 405 405 405 405 403 302", of_evidence,
                         report=Status.SUBMITTED),
    "evidence-picture": Row("302 200 200 404 200 200 200 404 200 403 302",
                            "302 405 405 405 405 405 405 405 405 403 302", of_evidence,
                            report=Status.SUBMITTED),
    "remove-evidence": Row("302 405 405 405 403 403 405 405 403 403 302",
                           "302 302 302 404 403 403 302 404 403 403 302", of_evidence,
                           report=Status.DRAFT),
    "restore-evidence": Row("302 405 405 405 403 403 405 405 403 403 302",
                            "302 302 302 404 403 403 302 404 403 403 302", of_evidence,
                            report=Status.DRAFT),
    "take-step":     Row("302 405 405 405 405 403 405 405 403 403 302",
                         "302 403 302 404 302 403 302 404 403 403 302",
                         of_step, step,
                         Status.SUBMITTED),
    "correct":       Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_report, correction,
                         Status.APPROVED),
    "overview-top":  Row("302 403 302 302 302 302 302 302 302 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    "overview":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "why":           Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_figure_in_june),
    "download-missing": Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_figure_in_june),
    "progress":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "download":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "punctuality":   Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "download-punctuality": Row("302 403 200 404 200 200 200 404 200 403 302",
                                "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    # Of the province, for a commune has no public services of its own.
    "services":      Row("302 403 404 404 404 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_province),
    # A form without a file is refused.
    "declared-tables": Row("302 403 404 404 404 200 200 404 200 403 302",
                           "302 403 404 404 404 403 422 404 403 403 302", of_province),
    "declared-table": Row("302 403 404 404 404 200 200 404 200 403 302",
                          "302 403 405 405 405 405 405 405 405 403 302", of_declaration),
    "download-declared": Row("302 403 404 404 404 200 200 404 200 403 302",
                             "302 403 405 405 405 405 405 405 405 403 302", of_declaration),
    "explain-declared": Row("302 403 403 403 403 403 405 405 403 403 403",
                            "302 403 403 403 403 403 302 404 403 403 403", of_declaration,
                            reason),
    "sign-off-declared": Row("302 403 403 403 403 403 405 405 403 403 403",
                             "302 403 403 403 403 403 302 404 403 403 403", of_declared_reason,
                             signature),
    "periods":       Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 405 405 403 403 403"),
    # June is open already, so that opening it again is a conflict.
    "open-period":   Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 409 404 403 403 403", of_june, step),
    "lock-period":   Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_june, step),
    "hold-period": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_june),
    # What is sent says nothing, so that each form comes back.
    "calendar": Row("302 403 403 403 403 403 200 200 403 403 403",
        "302 403 403 403 403 403 422 422 403 403 403"),
    "days-off": Row("302 403 403 403 403 403 200 200 403 403 403",
        "302 403 403 403 403 403 422 422 403 403 403"),
    "forget-day": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_day_off),
    "new-extension": Row("302 403 403 403 403 403 200 200 403 403 403",
        "302 403 403 403 403 403 422 422 403 403 403"),
    "end-extension": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_extension),
    # Proposed by somebody of the staff, so that the administrator may confirm it.
    "confirm-correction": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_correction, report=Status.LOCKED),
    "reject-correction": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_correction, step, Status.LOCKED),
    "rollup": Row("302 403 403 403 403 403 200 200 200 403 403",
        "302 403 403 403 403 403 405 405 405 403 403"),
    "ask-rebuild": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 302 403 403 403", data=all_months),
    "rebuild-progress": Row("302 403 403 403 403 403 200 200 403 403 403",
        "302 403 403 403 403 403 405 405 403 403 403"),
    # A form without a file is refused.
    "decrees": Row("302 403 403 403 403 200 200 200 403 403 403",
        "302 403 403 403 403 403 422 422 403 403 403"),
    "decree": Row("302 403 403 403 403 200 200 404 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_decree),
    # What becomes of its communes is not decided, and nothing is applied that could be undone.
    "apply-decree": Row("302 403 403 403 403 403 302 404 403 403 403",
        "302 403 403 403 403 403 409 404 403 403 403", of_decree),
    "undo-decree": Row("302 403 403 403 403 403 302 404 403 403 403",
        "302 403 403 403 403 403 409 404 403 403 403", of_decree),
    "discard-decree": Row("302 403 403 403 403 403 405 405 403 403 403",
        "302 403 403 403 403 403 302 404 403 403 403", of_decree),
    "sign-in":       Row("200 302 302 302 302 302 302 302 302 302 302",
                         "200 302 302 302 302 302 302 302 302 302 302"),
    "sign-out":      Row("405 405 405 405 405 405 405 405 405 405 405",
                         "302 302 302 302 302 302 302 302 302 302 302"),
    "password":      Row("302 200 200 200 200 200 200 200 200 200 200",
                         "302 302 302 302 302 302 302 302 302 302 302", data=own_password),
    # Nothing is sent, which is a choice as well: no address, no letters, no reminders.
    "preferences":   Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 302 302 302 302 302 302 302 302 302 302"),
    # Whoever has something to hand over is asked for what is missing.
    "delegations":   Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 422 422 422 422 403 422 422 403 403 302"),
    # Between the officer and a colleague.
    "end-delegation": Row("302 405 405 405 405 405 405 405 405 405 302",
                          "302 404 302 404 404 404 403 404 404 404 302", of_delegation),
    "all-delegations": Row("302 403 403 403 403 403 200 200 403 403 403",
                           "302 403 403 403 403 403 405 405 403 403 403"),
    "accounts":      Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 405 405 403 403 403"),
    # The other administrator sends a unit that is none of the choices: the form comes back.
    "new-account":   Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 200 200 403 403 403", data=account),
    "renew-password": Row("302 403 403 403 403 403 405 405 403 403 403",
                          "302 403 403 403 403 403 200 404 403 403 403", of_account),
    "account-mail":  Row("302 403 403 403 403 403 200 404 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_account),
    "set-active":    Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_account, closing),
    "teams":         Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "team":          Row("302 200 200 404 200 200 200 404 200 404 302",
                         "302 405 405 405 405 405 405 405 405 405 302", of_team),
    "export-teams":  Row("302 403 200 200 200 200 200 200 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    # Whoever keeps more than one unit is asked for it first.
    "new-team":      Row("302 403 200 200 403 403 200 200 403 403 302",
                         "302 403 422 422 403 403 200 200 403 403 302"),
    "change-team":   Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team,
                          shown_on="change-team"),
    "end-team":      Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team),
    # The team has not ended, so that there is no way back.
    "revive-team":   Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 409 404 403 403 409 404 403 403 302", of_team),
    "leader-account": Row("302 403 403 403 403 403 200 404 403 403 403",
                          "302 403 403 403 403 403 200 404 403 403 403", of_deputy, name),
    "new-member":    Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team),
    "member":        Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_deputy,
                          shown_on="member"),
    "correct-joining": Row("302 403 405 405 403 403 405 405 403 403 302",
                           "302 403 302 404 403 403 302 404 403 403 302", of_deputy, joining,
                          shown_on="member"),
    "correct-leaving": Row("302 403 405 405 403 403 405 405 403 403 302",
                           "302 403 422 404 403 403 422 404 403 403 302", of_deputy),
    "take-leaving-back": Row("302 403 405 405 403 403 405 405 403 403 302",
                             "302 403 409 404 403 403 409 404 403 403 302", of_deputy),
    "withdraw-member": Row("302 403 405 405 403 403 405 405 403 403 302",
                           "302 403 302 404 403 403 302 404 403 403 302", of_deputy),
    "members":       Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "export-members": Row("302 403 200 200 200 200 200 200 200 403 302",
                          "302 403 405 405 405 405 405 405 405 403 302"),
    "committees":    Row("302 403 200 200 200 200 200 200 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    "export-committees": Row("302 403 200 200 200 200 200 200 200 403 302",
                             "302 403 405 405 405 405 405 405 405 403 302"),
    "new-committee": Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_commune, committee),
    "committee":     Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_committee),
    "edit-committee": Row("302 403 200 404 403 403 200 404 403 403 302",
                          "302 403 302 404 403 403 302 404 403 403 302", of_committee, committee,
                          shown_on="edit-committee"),
    "end-committee": Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_committee, ending),
    "withdraw-committee": Row("302 403 405 405 403 403 405 405 403 403 302",
                              "302 403 409 404 403 403 409 404 403 403 302", of_committee),
    "new-seat":      Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_committee, official),
    "seat":          Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_seat, official,
                          shown_on="seat"),
    "end-seat":      Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_seat, ending),
    # A form without a file is refused; leaders find the figures that they brought themselves.
    "imports":       Row("302 200 200 200 403 403 200 200 403 403 302",
                         "302 422 422 422 403 403 422 422 403 403 302"),
    "import-template": Row("302 404 200 200 403 403 200 200 403 403 302",
                           "302 405 405 405 403 403 405 405 403 403 302", of_members),
    # Nothing was offered.
    "correct-import": Row("302 405 405 405 403 403 405 405 403 403 302",
                          "302 404 409 404 403 403 409 404 403 403 302", of_batch, offered),
    "import":        Row("302 404 200 404 403 403 200 404 403 403 302",
                         "302 405 405 405 403 403 405 405 403 403 302", of_batch),
    "import-progress": Row("302 404 200 404 403 403 200 404 403 403 302",
                           "302 405 405 405 403 403 405 405 403 403 302", of_batch),
    "import-problems": Row("302 404 200 404 403 403 200 404 403 403 302",
                           "302 405 405 405 403 403 405 405 403 403 302", of_batch),
    "match-columns": Row("302 405 405 405 403 403 405 405 403 403 302",
                         "302 404 302 404 403 403 302 404 403 403 302", of_batch),
    "commit-import": Row("302 405 405 405 403 403 405 405 403 403 302",
                         "302 404 302 404 403 403 302 404 403 403 302", of_batch, plan_seen),
    # Nothing was imported yet that could be undone.
    "undo-import":   Row("302 405 405 405 403 403 405 405 403 403 302",
                         "302 404 409 404 403 403 409 404 403 403 302", of_batch),
    "discard-import": Row("302 405 405 405 403 403 405 405 403 403 302",
                          "302 404 302 404 403 403 302 404 403 403 302", of_batch),
    "targets":       Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "training":      Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "set_language":  Row("302 302 302 302 302 302 302 302 302 302 302",
                         "302 302 302 302 302 302 302 302 302 302 302",
                         data=english),
    "health":        Row("200 200 200 200 200 200 200 200 200 200 200",
                         "405 405 405 405 405 405 405 405 405 405 405"),
    "api-schema":    Row("401 200 200 200 200 200 200 200 200 200 403",
                         "401 405 405 405 405 405 405 405 405 405 403"),
    "api-unit-list":   Row("401 200 200 200 200 200 200 200 200 200 403",
                           "401 405 405 405 405 405 405 405 405 405 403"),
    "api-unit-detail": Row("401 404 200 404 200 200 200 404 200 404 403",
                           "401 405 405 405 405 405 405 405 405 405 403", of_commune),
    "api-period-list":   Row("401 200 200 200 200 200 200 200 200 200 403",
                             "401 405 405 405 405 405 405 405 405 405 403"),
    "api-period-detail": Row("401 200 200 200 200 200 200 404 200 200 403",
                             "401 405 405 405 405 405 405 405 405 405 403", of_june),
    "api-total-list":    Row("401 403 200 200 200 200 200 200 200 403 403",
                             "401 403 405 405 405 405 405 405 405 403 403"),
    "api-report-list":   Row("401 200 200 200 200 200 200 200 200 403 403",
                             "401 405 405 405 405 405 405 405 405 403 403"),
    "api-report-detail": Row("401 200 200 404 200 200 200 404 200 403 403",
                             "401 405 405 405 405 405 405 405 405 403 403", of_report,
                             report=Status.SUBMITTED),
    "api-report-steps":  Row("401 405 405 405 405 405 405 405 405 403 403",
                             "401 403 200 404 200 403 200 404 403 403 403",
                             of_step, step,
                             Status.SUBMITTED),
    "api-team-months":   Row("401 405 405 405 403 403 405 405 403 403 403",
                             "401 405 405 405 403 403 405 405 403 403 403",
                             of_team_and_period, draft,
                             put="401 200 200 404 403 403 200 404 403 403 403",
                             patch="401 200 200 404 403 403 200 404 403 403 403"),
}
# fmt: on

# The names of the rows that can share a scene: those that need the same to be there.
SCENES = [
    [name for name, row in TABLE.items() if row.needs == needs]
    for needs in dict.fromkeys(row.needs for row in TABLE.values())
]
