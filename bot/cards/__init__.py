"""Requests as messages: the card, the replies with buttons, the notes of what happened, lists, who can do what."""

from bot.cards.alert import alert, owner_alert
from bot.cards.anchor import anchor_notice
from bot.cards.away import away_notice, came_back, nothing_handed_over
from bot.cards.card import card
from bot.cards.claim import claim
from bot.cards.digest import digest
from bot.cards.freeze import frozen, unfrozen
from bot.cards.grant import ending, is_ending
from bot.cards.inquiry import inquiry
from bot.cards.listing import ledger, listing
from bot.cards.message import Message
from bot.cards.money import commitments, raises, showback
from bot.cards.notes import alarm, direct, note
from bot.cards.offer import offer
from bot.cards.policy import breaker_notice, policy_notice
from bot.cards.review import review
from bot.cards.spend import overview, statement
from bot.cards.stage import stage
from bot.cards.waiting import waiting
from bot.cards.who import asking, who

__all__ = [
    "Message",
    "alarm",
    "alert",
    "anchor_notice",
    "asking",
    "away_notice",
    "breaker_notice",
    "came_back",
    "card",
    "claim",
    "commitments",
    "digest",
    "direct",
    "ending",
    "frozen",
    "inquiry",
    "is_ending",
    "ledger",
    "listing",
    "note",
    "nothing_handed_over",
    "offer",
    "overview",
    "owner_alert",
    "policy_notice",
    "raises",
    "review",
    "showback",
    "stage",
    "statement",
    "unfrozen",
    "waiting",
    "who",
]
