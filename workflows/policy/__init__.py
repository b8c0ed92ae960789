"""Rules as code: who must decide about a request, read from a YAML file and matched without asking anybody."""

from workflows.policy.cases import Case, cases_from_file, cases_from_text
from workflows.policy.loading import load_policy, policy_from_text
from workflows.policy.question import Question
from workflows.policy.rules import Explanation, Policy, Rule
from workflows.policy.templates import (
    Alerts,
    Breaker,
    Budget,
    Digest,
    Emergency,
    Environment,
    Escalation,
    Keys,
    Reminders,
    Terms,
)

__all__ = [
    "Alerts",
    "Breaker",
    "Budget",
    "Case",
    "Digest",
    "Emergency",
    "Environment",
    "Escalation",
    "Explanation",
    "Keys",
    "Policy",
    "Question",
    "Reminders",
    "Rule",
    "Terms",
    "cases_from_file",
    "cases_from_text",
    "load_policy",
    "policy_from_text",
]
