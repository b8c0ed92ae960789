"""Drains the outbox: posts each message once, redraws its copies, paces itself, and loses nothing."""

from bot.notifier.draining import Drained, Notifier
from bot.notifier.room import Room

__all__ = ["Drained", "Notifier", "Room"]
