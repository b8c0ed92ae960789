"""Roles in a project: the words that people choose, and the ids by which OpenAI knows them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from workflows.admin_api import APIRole
from workflows.kind.values import Id

PLACES = ("member", "owner")
"""The roles somebody is taken in with, the lesser first; every other one is assigned besides."""

_PREDEFINED = "role-api-project-"
_WORDS = (*PLACES, "viewer")
_SCOPE = "__"


def role_word(reference: Any) -> Any:
    """Return ``owner``, ``member``, ``viewer`` or the id of a custom role, however OpenAI or a person wrote it."""
    if not isinstance(reference, str):
        return reference
    alias = reference.partition(_SCOPE)[0]
    word = alias.removeprefix(_PREDEFINED)
    return word if word in _WORDS else alias


def role_id(word: str) -> str:
    """Return the id by which a role is asked for; it is answered with another, which ``APIRole`` undoes."""
    return f"{_PREDEFINED}{word}" if word in _WORDS else word


def found_role(word: str, roles: Sequence[APIRole]) -> APIRole | None:
    """Return the role of the project that *word* names."""
    return next((each for each in roles if each.id == role_id(word)), None)


def role_name(word: str, roles: Sequence[APIRole]) -> str:
    """Return what a role is called; the id of one that is not there any more."""
    role = found_role(word, roles)
    return role.name if role and role.name else word


def owns(word: str, roles: Sequence[APIRole]) -> bool:
    """Say whether a role may do something that of the predefined ones only an owner may."""
    owner, member, asked = (found_role(each, roles) for each in ("owner", "member", word))
    if owner is None or member is None or asked is None:
        return word == "owner"
    return word == "owner" or bool(asked.permissions & (owner.permissions - member.permissions))


RoleWord = Annotated[Id, BeforeValidator(role_word)]
