"""How long the workspace waits for things."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long the workspace waits, in seconds; Slack's own values by default."""

    ack: float = 3.0
    """For the app to acknowledge."""
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Before each repetition of an event that was not acknowledged."""
    settle: float = 1.0
    """For something to show on a person's screen after what they did."""
    save: float = 0.1
    """Between two writes of the data file."""
    warning: float = 10.0
    """Between Slack's warning that a socket is about to close, and its closing."""
