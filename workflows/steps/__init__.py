"""Steps that kinds of request are made of: each looks, acts, is read back, and can be taken back."""

from workflows.steps.accounts import create_account, delete_account, find_account, give_account_role, name_account
from workflows.steps.groups import restore_groups, set_group_role
from workflows.steps.keys import (
    ACCOUNT,
    FOR_GOOD,
    find_key,
    holder_of,
    key_in_words,
    key_with,
    last_used,
    life_in_words,
    owner_in_words,
    revoke_key,
)
from workflows.steps.limits import SPEND, restore_limit, restore_rate_limits, set_limit, set_rate_limit
from workflows.steps.models import add_models, only_models, take_models_back
from workflows.steps.pausing import note_limits, pause_models, resume_models
from workflows.steps.people import add_person, give_role, remove_person, restore_people, set_person
from workflows.steps.projects import LONGEST_NAME, archive_project, create_project, name_project
from workflows.steps.tools import TOOLS, disable_tools, enable_tools

__all__ = [
    "ACCOUNT",
    "FOR_GOOD",
    "LONGEST_NAME",
    "SPEND",
    "TOOLS",
    "add_models",
    "add_person",
    "archive_project",
    "create_account",
    "create_project",
    "delete_account",
    "disable_tools",
    "enable_tools",
    "find_account",
    "find_key",
    "give_account_role",
    "give_role",
    "holder_of",
    "key_in_words",
    "key_with",
    "last_used",
    "life_in_words",
    "name_account",
    "name_project",
    "note_limits",
    "only_models",
    "owner_in_words",
    "pause_models",
    "remove_person",
    "restore_groups",
    "restore_limit",
    "restore_people",
    "restore_rate_limits",
    "resume_models",
    "revoke_key",
    "set_group_role",
    "set_limit",
    "set_person",
    "set_rate_limit",
    "take_models_back",
]
