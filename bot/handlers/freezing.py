"""The words that stop everything, and let it go on."""

from bot.blocks import section
from bot.cards import Message, frozen, unfrozen
from workflows.service import Service


async def freeze(service: Service, user: str, rest: str) -> Message:
    """Let nothing be carried out any more. Raises ``NotAllowed`` or ``Refusal``."""
    return frozen(await service.freeze(user, rest))


async def breaker(service: Service, user: str, rest: str) -> Message:
    """Let rules approve by themselves again. Raises ``NotAllowed`` or ``Refusal``."""
    del rest
    await service.close_breaker(user)
    said = "Rules approve by themselves again. The channels hear of it."
    return Message(text=said, blocks=[section(said)])


async def unfreeze(service: Service, user: str, rest: str) -> Message:
    """Let work go on. Raises ``NotAllowed`` or ``Refusal``."""
    del rest
    return unfrozen(await service.unfreeze(user))
