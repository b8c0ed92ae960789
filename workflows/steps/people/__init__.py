"""Steps about who may use a project: the place somebody has in it, and the roles they have besides."""

from workflows.steps.people.places import add_person, place_subject, remove_person, set_person
from workflows.steps.people.restoring import restore_people
from workflows.steps.people.roles import give_role, role_subject

__all__ = [
    "add_person",
    "give_role",
    "place_subject",
    "remove_person",
    "restore_people",
    "role_subject",
    "set_person",
]
