"""Policies and questions to try: a small file to vary, and what each kind's conditions see."""

from typing import Any

from workflows.kinds import discover, examples
from workflows.policy import Policy, Question, policy_from_text

HEAD = """\
version: 1
environments:
  sandbox: {description: Experiments, monthly_limit: 100}
"""
RULES = """\
rules:
  - name: all
    stages:
      - approvers: [project_owners]
"""
EXAMPLES: dict[str, dict[str, Any]] = examples(discover()) | {
    "new_project": {
        "name": "prompt-lab",
        "environment": "sandbox",
        "purpose": "Try prompts",
        "owners": ["ada@example.com"],
        "members": [],
        "channel": "lab",
        "cost_centre": "cc-1",
        "monthly_limit": 100.0,
        "models": ["gpt-5-mini"],
        "ends_on": "2027-01-31",
    },
    "budget": {
        "project": "proj_1",
        "monthly_limit": 1500.0,
        "until": "2027-01-31",
        "reason": "More customers",
        "raise_amount": 500.0,
        "raise_percent": 50.0,
    },
}


def policy(rules: str, *, head: str = HEAD, checked: bool = True) -> Policy:
    """Return the policy of *rules*, given as the YAML list under ``rules:``."""
    text = f"{head}rules:\n{rules}"
    return policy_from_text(text, "policy.yml", examples=EXAMPLES if checked else None)


def question(kind: str = "budget", **request: Any) -> Question:
    """Ask about an example request with *request* in place of its values."""
    return Question(
        kind=kind,
        request=EXAMPLES[kind] | request,
        project={"id": "proj_1", "name": "support", "environment": "production", "limit": 1000.0, "cost_centre": "c1"},
        requester={"id": "U1", "email": "dev@example.com"},
        spend={"month": 800.0, "limit": 1000.0, "share": 0.8},
    )
