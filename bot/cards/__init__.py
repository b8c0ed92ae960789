"""Requests as messages: the card, the reply that asks for a decision, the notes of what happened, and lists."""

from bot.cards.card import card
from bot.cards.listing import listing
from bot.cards.message import Message
from bot.cards.notes import direct, note
from bot.cards.stage import stage

__all__ = ["Message", "card", "direct", "listing", "note", "stage"]
