"""A local Slack workspace: Web API, Socket Mode, signed HTTP delivery, and calls to act as its people."""

from sandbox.slack.app import create_app
from sandbox.slack.timing import Timing
from sandbox.slack.workspace import Workspace

__all__ = ["Timing", "Workspace", "create_app"]
