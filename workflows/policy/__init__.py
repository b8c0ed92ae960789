"""Rules as code: who must decide about a request, read from a YAML file and matched without asking anybody."""

from workflows.policy.loading import load_policy, policy_from_text
from workflows.policy.question import Question
from workflows.policy.rules import Explanation, Policy, Rule
from workflows.policy.templates import Alerts, Budget, Digest, Environment, Keys, Terms

__all__ = [
    "Alerts",
    "Budget",
    "Digest",
    "Environment",
    "Explanation",
    "Keys",
    "Policy",
    "Question",
    "Rule",
    "Terms",
    "load_policy",
    "policy_from_text",
]
