"""Rules as code: who must decide about a request, read from a YAML file and matched without asking anybody."""

from workflows.policy.loading import load_policy, policy_from_text
from workflows.policy.question import Question
from workflows.policy.rules import Environment, Explanation, Policy, Rule

__all__ = [
    "Environment",
    "Explanation",
    "Policy",
    "Question",
    "Rule",
    "load_policy",
    "policy_from_text",
]
