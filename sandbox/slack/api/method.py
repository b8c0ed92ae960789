"""How a Web API method is written down: its name, arguments, scopes and tier beside the function that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json
from sandbox.slack.team import Team

Answer = Json


class Token(StrEnum):
    """Which token a method wants."""

    BOT = "bot"
    APP = "app"
    NONE = "none"
    ANY = "any"
    """A bot's or a person's."""


class Arguments(BaseModel):
    """What a method was called with; forms bring everything as text, so text is read as what is meant."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, kw_only=True)
class Method:
    name: str
    arguments: type[Arguments]
    scopes: Sequence[str]
    """The token needs one of these."""
    tier: int
    token: Token
    if_app_level: str
    """What an app-level token meets where it does not belong."""
    post_only: bool
    perform: Callable[[Team, Any], Answer]


class Methods:
    """The methods of one file."""

    def __init__(self) -> None:
        self.found: dict[str, Method] = {}

    def method(
        self,
        name: str,
        arguments: type[A],
        *,
        scopes: Sequence[str] = (),
        tier: int = 3,
        token: Token = Token.BOT,
        if_app_level: str = "not_allowed_token_type",
        post_only: bool = False,
    ) -> Callable[[Callable[[Team, A], Answer]], Callable[[Team, A], Answer]]:
        """Register the function below as the method *name*."""

        def register(perform: Callable[[Team, A], Answer]) -> Callable[[Team, A], Answer]:
            self.found[name] = Method(
                name=name,
                arguments=arguments,
                scopes=scopes,
                tier=tier,
                token=token,
                if_app_level=if_app_level,
                post_only=post_only,
                perform=perform,
            )
            return perform

        return register


def need_scope(team: Team, *any_of: str) -> None:
    """Raise ``missing_scope`` unless the bot token has one of these."""
    if not team.app.may(*any_of):
        raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(team.app.scopes or []))


def _comma_separated(value: Any) -> Any:
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_comma_separated)]
"""A list that callers may write with commas."""
