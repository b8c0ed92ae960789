"""The domain's values: frozen, without behaviour that needs a database or a network.

Times are timezone-aware UTC, money is integer cents of US dollars.
"""

from workflows.model.absence import Absence
from workflows.model.alert import (
    Alert,
    AlertDossier,
    AlertKind,
    Driver,
    Estimate,
    Forecast,
    KeyShare,
    PromptCost,
    Scope,
    Spike,
)
from workflows.model.approval import (
    Approvers,
    ApproverSource,
    AutoTerms,
    Decision,
    EmergencyTerms,
    Ruling,
    Stage,
    Verdict,
)
from workflows.model.freeze import Freeze
from workflows.model.inquiry import Inquiry
from workflows.model.key import Claim, ClaimState, KeyTerms
from workflows.model.offer import Answer, Offer
from workflows.model.people import Actor, ActorType, Directory, Person
from workflows.model.project import Change, Effect, Limits, Project
from workflows.model.request import Dossier, Past, Reference, Request, StepRecord, StepState
from workflows.model.review import Finding, Review
from workflows.model.telling import OutboxEntry, OutboxTopic, Posted, Role

__all__ = [
    "Absence",
    "Actor",
    "ActorType",
    "Alert",
    "AlertDossier",
    "AlertKind",
    "Answer",
    "ApproverSource",
    "Approvers",
    "AutoTerms",
    "Change",
    "Claim",
    "ClaimState",
    "Decision",
    "Directory",
    "Dossier",
    "Driver",
    "Effect",
    "EmergencyTerms",
    "Estimate",
    "Finding",
    "Forecast",
    "Freeze",
    "Inquiry",
    "KeyShare",
    "KeyTerms",
    "Limits",
    "Offer",
    "OutboxEntry",
    "OutboxTopic",
    "Past",
    "Person",
    "Posted",
    "Project",
    "PromptCost",
    "Reference",
    "Request",
    "Review",
    "Role",
    "Ruling",
    "Scope",
    "Spike",
    "Stage",
    "StepRecord",
    "StepState",
    "Verdict",
]
