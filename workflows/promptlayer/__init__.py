"""PromptLayer, for those who log their calls there: which prompts a project spends on, and a folder for a project."""

from workflows.promptlayer.client import PromptLayer
from workflows.promptlayer.wire import METADATA_KEY, SOURCE

__all__ = ["METADATA_KEY", "SOURCE", "PromptLayer"]
