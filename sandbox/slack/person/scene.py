"""Where an element stands that a person uses: in a modal, an App Home or a message."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack import acts, inputs, messages, views
from sandbox.slack.errors import Malformed
from sandbox.slack.inputs import Entries
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.person import who
from sandbox.slack.team import Team


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Blocks in front of a person, with what they have entered there so far."""

    team: Team
    user: User
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None

    @property
    def key(self) -> str:
        """What names this place among all places with inputs."""
        return self.view.id if self.view else f"{self.channel and self.channel.id}/{self.message and self.message.ts}"

    @property
    def blocks(self) -> list[Json]:
        if self.view is not None:
            return self.view.blocks
        return (self.message and self.message.blocks) or []

    @property
    def execution(self) -> str | None:
        """The run of a custom function that this place belongs to."""
        place = self.view or self.message
        return place.execution if place else None

    @property
    def entries(self) -> Entries:
        if self.view is not None:
            return self.view.values
        return self.team.screens[self.user.id].inputs.setdefault((self.key, ""), {})

    def element(self, action_id: str, block_id: str | None) -> tuple[Json, Json]:
        block, element = inputs.find(self.blocks, action_id, block_id)
        readers = element.get("visible_to_user_ids")
        if readers and self.user.id not in readers:
            raise Malformed(f"{self.user.real_name} does not see the button '{action_id}'.")
        return block, element

    def offered(self, block: Json, element: Json) -> list[Json]:
        """Return what an external select has offered here last."""
        return self.team.screens[self.user.id].offered.get((self.key, block["block_id"], element["action_id"]), [])

    def offer(self, block: Json, element: Json, options: list[Json]) -> None:
        self.team.screens[self.user.id].offered[(self.key, block["block_id"], element["action_id"])] = options

    def enter(self, block: Json, element: Json, entry: Json) -> None:
        self.entries.setdefault(block["block_id"], {})[element["action_id"]] = entry

    def described(self) -> Json:
        """Return what an interaction payload says about this place."""
        if self.view is not None:
            shown = views.render(self.team, self.view)
            return {"container": {"type": "view", "view_id": self.view.id}, "view": shown}
        if self.channel is None or self.message is None:
            raise Malformed("Say where: a view_id, channel and ts, or home.")
        told: Json = {
            "container": acts.message_container(self.message, self.channel),
            "channel": acts.place(self.channel),
            "state": inputs.state_of(self.blocks, self.entries),
        }
        if self.message.for_user is None:  # Slack leaves out what it does not store
            told["message"] = messages.render(self.team, self.channel, self.message)
        return told


def scene_of(team: Team, user: User, where: Any) -> Scene:
    """Return the place that the call *where* names by ``view_id``, by ``channel`` and ``ts``, or by ``home``.

    Raises ``Malformed`` unless it names one that *user* sees.
    """
    named = [bool(where.view_id), bool(where.channel and where.ts), bool(where.home)]
    if sum(named) != 1:
        raise Malformed("Say where: a view_id, channel and ts, or home; exactly one of them.")
    if where.view_id:
        return Scene(team=team, user=user, view=who.open_view(team, user, where.view_id))
    if where.home:
        return Scene(team=team, user=user, view=who.home_of(team, user))
    channel = who.channel_of(team, user, where.channel)
    return Scene(team=team, user=user, channel=channel, message=who.message_of(team, user, channel, where.ts))
