"""The company of the demo: an assistant for customers, an internal QA project and a sandbox for prompts."""

from sandbox.scenario.acts import act
from sandbox.scenario.company import Known, furnish

__all__ = ["Known", "act", "furnish"]
