"""The tables, as SQLAlchemy Core; ``migrations/`` makes them and a test holds the two together."""

from workflows.store.tables.absences import absences
from workflows.store.tables.alerts import alerts, cost_reads, costs, marks, month_limits, pictures
from workflows.store.tables.audit import audit_entries, audit_floor, audit_head, audit_pushes
from workflows.store.tables.automatic import auto_approvals, breakers
from workflows.store.tables.columns import metadata
from workflows.store.tables.freezing import freezes
from workflows.store.tables.grants import abilities, claims, effects, rate_limit_firsts
from workflows.store.tables.inquiries import inquiries
from workflows.store.tables.offers import offers
from workflows.store.tables.organization import models, projects, users
from workflows.store.tables.policies import policies
from workflows.store.tables.promptlayer import alert_prompts, folders
from workflows.store.tables.relay import questions
from workflows.store.tables.reminders import reminders
from workflows.store.tables.reports import reports
from workflows.store.tables.requests import awaited, decisions, requests, steps
from workflows.store.tables.reviews import findings, reviews
from workflows.store.tables.slack import slack_bots, slack_oauth_states
from workflows.store.tables.telling import deliveries, leases, outbox, posted
from workflows.store.tables.usage import usage_hours, usage_reads

__all__ = [
    "abilities",
    "absences",
    "alert_prompts",
    "alerts",
    "audit_entries",
    "audit_floor",
    "audit_head",
    "audit_pushes",
    "auto_approvals",
    "awaited",
    "breakers",
    "claims",
    "cost_reads",
    "costs",
    "decisions",
    "deliveries",
    "effects",
    "findings",
    "folders",
    "freezes",
    "inquiries",
    "leases",
    "marks",
    "metadata",
    "models",
    "month_limits",
    "offers",
    "outbox",
    "pictures",
    "policies",
    "posted",
    "projects",
    "questions",
    "rate_limit_firsts",
    "reminders",
    "reports",
    "requests",
    "reviews",
    "slack_bots",
    "slack_oauth_states",
    "steps",
    "usage_hours",
    "usage_reads",
    "users",
]
