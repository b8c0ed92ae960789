"""The shape of the policy file, checked by pydantic: names, types and bounds."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from workflows.model import Approvers, ApproverSource
from workflows.policy.fields import (
    Anybody,
    Dollars,
    Domain,
    EnvironmentName,
    Name,
    Named,
    Percent,
    Section,
    Sentence,
    Standing,
    Tool,
    Word,
    condition,
    everyone,
    fault,
)
from workflows.policy.rules import PENDING_HOURS
from workflows.policy.templates import Alerts, Breaker, Digest, Escalation, Reminders, Terms

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_ORGANIZATION_OWNERS = Approvers(source=ApproverSource.ORGANIZATION_OWNERS)


class RateLimitSection(Section):
    """How fast a new project may call one model; at least one of the two."""

    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise fault("give requests_per_minute, tokens_per_minute or both")
        return self


class KeysSection(Section):
    claim_hours: int = Field(default=72, ge=1, le=720)
    expires_in_days: int | None = Field(default=90, ge=1, le=365)
    longest_days: int = Field(default=365, ge=1, le=365)
    overlap_days: int = Field(default=7, ge=0, le=90)
    old_key: Literal["at_end", "when_unused"] = "at_end"

    @model_validator(mode="after")
    def _default_within_longest(self) -> Self:
        if self.expires_in_days is not None and self.expires_in_days > self.longest_days:
            raise fault("expires_in_days must not be above longest_days", "expires_in_days")
        return self


class EnvironmentSection(Section):
    description: Sentence
    models: list[Name] = Field(default=[])
    monthly_limit: Dollars
    maximum_monthly_limit: Dollars | None = None
    channel: Name | None = None
    tools: list[Tool] = Field(default=[])
    groups: dict[Name, Name] = Field(default={})
    rate_limits: dict[Name, RateLimitSection] = Field(default={})
    service_account: Name | None = None

    @model_validator(mode="after")
    def _default_within_maximum(self) -> Self:
        if self.maximum_monthly_limit is not None and self.monthly_limit > self.maximum_monthly_limit:
            raise fault("monthly_limit must not be above maximum_monthly_limit", "monthly_limit")
        return self


class EnvironmentsSection(Section):
    """The environments that people can choose in the form of a new project."""

    production: EnvironmentSection | None = None
    staging: EnvironmentSection | None = None
    sandbox: EnvironmentSection | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not self.model_fields_set:
            raise fault("environments may not be empty; give at least one of production, staging and sandbox")
        return self


class StageSection(Section):
    name: Name | None = None
    approvers: list[Anybody] = Field(min_length=1)
    quorum: int = Field(default=1, ge=1, le=50)
    backup: list[Anybody] = Field(default=[], min_length=1)

    @model_validator(mode="after")
    def _enough_people(self) -> Self:
        people = {each.value for each in self.approvers}
        if all(each.source is ApproverSource.EMAIL for each in self.approvers) and self.quorum > len(people):
            raise fault(f"quorum is {self.quorum} but only {len(people)} are named", "quorum")
        return self


class AutoSection(Section):
    """How far the rule approves by itself; left out is no bound."""

    cap: Dollars | None = None
    count: int | None = Field(default=None, ge=1, le=10_000)
    per: Literal["day", "week", "month"] = "month"
    breaker: bool = True

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if "per" in self.model_fields_set and self.cap is None and self.count is None:
            raise fault("per means nothing without cap or count", "per")
        return self


class BreakerSection(Section):
    approvals: int = Field(default=Breaker().approvals, ge=1, le=10_000)
    minutes: int = Field(default=Breaker().minutes, ge=1, le=1440)


class RuleSection(Section):
    name: Name
    kinds: list[Word] = Field(default=[], min_length=1)
    when: Annotated[str, BeforeValidator(condition)] = "true"
    deny: Sentence | None = None
    stages: list[StageSection] = Field(default=[], min_length=1)
    auto: Annotated[AutoSection | None, BeforeValidator(lambda value: {} if value is True else value)] = None
    longest_grant_days: int | None = Field(default=None, ge=1, le=3650)
    pending_hours: int = Field(default=PENDING_HOURS, ge=1, le=8760)
    requesters: Annotated[list[Named], BeforeValidator(everyone)] = Field(default=[])

    @model_validator(mode="after")
    def _denies_or_decides(self) -> Self:
        given = self.model_fields_set
        if not given & {"deny", "stages", "auto"} or ("deny" in given and given & {"stages", "auto"}):
            raise fault("a rule needs one of stages (who decides), auto (nobody has to) and deny (why not)")
        for name in ("requesters", "pending_hours", "longest_grant_days"):
            if "deny" in given and name in given:
                raise fault(f"{name} means nothing in a rule that denies", name)
        return self


class TermsSection(Section):
    """When to warn: at shares of the monthly limit in percent, at amounts in dollars, or both."""

    thresholds: list[Percent] | None = None
    amounts: list[Dollars] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise fault("give thresholds, amounts or both")
        return self


class BudgetSection(TermsSection):
    monthly_budget: Dollars


class AlertsSection(Section):
    thresholds: list[Percent] = Field(default=list(Terms().thresholds))
    amounts: list[Dollars] = Field(default=[])
    critical: Percent = Alerts().critical
    forecast: bool = True
    spikes: bool = True
    smallest_spike: Dollars = Alerts().smallest_spike
    environments: dict[EnvironmentName, TermsSection] = Field(default={})
    projects: dict[Name, TermsSection] = Field(default={})
    cost_centres: dict[Name, BudgetSection] = Field(default={})
    organization: BudgetSection | None = None


class DigestSection(Section):
    weekly: bool = Digest().weekly
    weekday: Weekday = "monday"
    hour: int = Field(default=Digest().hour, ge=0, le=23)


class RemindersSection(Section):
    after_hours: list[Annotated[int, Field(ge=1, le=1000)]] = Field(default=list(Reminders().after))
    begins: int = Field(default=Reminders().begins, ge=0, le=23)
    ends: int = Field(default=Reminders().ends, ge=1, le=24)
    days: list[Weekday] = Field(default=["monday", "tuesday", "wednesday", "thursday", "friday"], min_length=1)
    digest_above: int = Field(default=Reminders().digest_above, ge=1, le=100)

    @model_validator(mode="after")
    def _begins_first(self) -> Self:
        if self.begins >= self.ends:
            raise fault("ends must be later than begins", "ends")
        return self


def _never(value: Any) -> Any:
    return None if value == "never" else value


Hours = Annotated[Annotated[int, Field(ge=1, le=1000)] | None, BeforeValidator(_never)]
"""Working hours, or ``never``."""


class EscalationSection(Section):
    backup_after_hours: Hours = Escalation().backup_after
    fallback_after_hours: Hours = Escalation().fallback_after

    @model_validator(mode="after")
    def _backup_first(self) -> Self:
        first, second = self.backup_after_hours, self.fallback_after_hours
        if first is not None and second is not None and first > second:
            raise fault("fallback_after_hours must not be below backup_after_hours", "fallback_after_hours")
        return self


class EmergencySection(Section):
    kinds: list[Word] = Field(min_length=1)
    people: list[Anybody] = Field(min_length=1)
    longest_days: int = Field(default=2, ge=1, le=14)
    reviewers: int = Field(default=2, ge=1, le=10)


class PolicyFile(Section):
    version: Literal[1]
    environments: EnvironmentsSection
    auditors: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    administrators: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    fallback: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    email_domains: list[Domain] = Field(default=[])
    keys: KeysSection = KeysSection()
    alerts: AlertsSection = AlertsSection()
    digest: DigestSection = DigestSection()
    breaker: BreakerSection = BreakerSection()
    reminders: RemindersSection = RemindersSection()
    escalation: EscalationSection = EscalationSection()
    emergency: EmergencySection | None = None
    rules: list[RuleSection] = Field(min_length=1)
