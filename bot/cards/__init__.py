"""Requests as messages: the card, the replies with buttons, the notes of what happened, lists, who can do what."""

from bot.cards.alert import alert
from bot.cards.card import card
from bot.cards.claim import claim
from bot.cards.grant import ending, is_ending
from bot.cards.listing import ledger, listing
from bot.cards.message import Message
from bot.cards.notes import alarm, direct, note
from bot.cards.stage import stage
from bot.cards.who import asking, who

__all__ = [
    "Message",
    "alarm",
    "alert",
    "asking",
    "card",
    "claim",
    "direct",
    "ending",
    "is_ending",
    "ledger",
    "listing",
    "note",
    "stage",
    "who",
]
