"""The words that stop everything, and let it go on."""

from bot.cards import Message, frozen, unfrozen
from workflows.service import Service


async def freeze(service: Service, user: str, rest: str) -> Message:
    """Let nothing be carried out any more. Raises ``NotAllowed`` or ``Refusal``."""
    return frozen(await service.freeze(user, rest))


async def unfreeze(service: Service, user: str, rest: str) -> Message:
    """Let work go on. Raises ``NotAllowed`` or ``Refusal``."""
    del rest
    return unfrozen(await service.unfreeze(user))
