"""What every kind of request has: fields that are its form, a summary in words, and the steps that carry it out.

A kind is one file in ``workflows/kinds/`` with one subclass of ``Kind`` (of ``Grant`` when it can end by itself). Its
pydantic fields are the parameters of a request and, through ``Ask``, the elements of its form. ``outlook`` says in
words what would change (also while the form is half filled in), ``complete`` checks the values against the
organisation, ``steps`` is the effect and ``undo`` the way back.
"""

from workflows.kind.form import Ask, Element
from workflows.kind.kind import Grant, Kind, choices, end_of
from workflows.kind.narrowing import less_fields, more_than
from workflows.kind.people import Place, invited, person_problem, place_in_words, place_seen, promised, rank, taken_in
from workflows.kind.roles import PLACES, RoleWord, found_role, owns, role_id, role_name, role_word
from workflows.kind.sentences import unfit
from workflows.kind.values import (
    Cents,
    Count,
    Email,
    Emails,
    Id,
    Line,
    Many,
    ModelIds,
    OneOrMany,
    ProjectField,
    Reason,
    Until,
    plain,
)
from workflows.kind.work import Context, Outlook, Receipt, Step, Work

__all__ = [
    "PLACES",
    "Ask",
    "Cents",
    "Context",
    "Count",
    "Element",
    "Email",
    "Emails",
    "Grant",
    "Id",
    "Kind",
    "Line",
    "Many",
    "ModelIds",
    "OneOrMany",
    "Outlook",
    "Place",
    "ProjectField",
    "Reason",
    "Receipt",
    "RoleWord",
    "Step",
    "Until",
    "Work",
    "choices",
    "end_of",
    "found_role",
    "invited",
    "less_fields",
    "more_than",
    "owns",
    "person_problem",
    "place_in_words",
    "place_seen",
    "plain",
    "promised",
    "rank",
    "role_id",
    "role_name",
    "role_word",
    "taken_in",
    "unfit",
]
