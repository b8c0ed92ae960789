"""What one person has in front of them that is kept nowhere else."""

from collections import defaultdict
from dataclasses import dataclass, field

from sandbox.slack.model import Json, Message, View


@dataclass(kw_only=True)
class Screen:
    """What one person has in front of them beyond the channels: modals, ephemerals, half-filled inputs."""

    modals: list[View] = field(default_factory=list)
    ephemerals: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    inputs: dict[tuple[str, str], dict[str, dict[str, Json]]] = field(default_factory=dict)
    offered: dict[tuple[str, str, str], list[Json]] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    home_told: bool = False
    home_opening: int = 0
