"""The end of a key, at once: for one that leaked, or that nobody needs any more."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.admin_api import APIKey
from workflows.errors import AdminAPIError, InvalidFields
from workflows.kind import Ask, Context, Element, Id, Kind, Outlook, ProjectField, Reason, Step, plain
from workflows.model import Change
from workflows.steps import holder_of, key_in_words, key_with, last_used, owner_in_words, revoke_key


class RevokeKey(Kind):
    """``own_key``: the requester took or owns the key. ``project_owner``: they own its project, asked anew."""

    kind: ClassVar[str] = "revoke_key"
    word: ClassVar[str] = "revoke"
    label: ClassVar[str] = "Revoke a key"
    about: ClassVar[str] = "End a key at once, because it leaked or is not needed any more."
    place: ClassVar[int] = 17
    derived: ClassVar[Mapping[str, Any]] = {"own_key": True, "project_owner": True}

    project: ProjectField = Field(title="Project")
    key: Annotated[Id, Ask(element=Element.KEY, affects=True)] = Field(
        title="Key", description="Whatever uses it stops working."
    )
    reason: Reason = Field(title="Reason")
    key_name: str = ""

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        key = key_with(known.get("key", ""), await context.organization.keys(project.id))
        if key is None:
            return Outlook(title=f"{cls.label} in {project.name}", project=project, request=plain(known))
        holder = await holder_of(key, context)
        return Outlook(
            title=f"Revoke the key {key.name or key.id} in {project.name}",
            changes=(
                Change(label="Key", now=key_in_words(key), proposed="revoked"),
                Change(label="Owner", now=owner_in_words(key), proposed=""),
                Change(label="Last used", now=last_used(key), proposed=""),
            ),
            risks=("It was used, and what uses it stops working.",) if key.last_used_at else (),
            project=project,
            channel=project.channel,
            request=plain(known) | await _authority(key, project.id, context),
            concerned=(holder,) if holder else (),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        key = key_with(self.key, await context.organization.keys(self.project))
        if key is None:
            raise InvalidFields({"key": "This key does not exist any more, so there is nothing left to revoke."})
        return self.model_copy(update={"key_name": key.name or key.id})

    def steps(self) -> Sequence[Step]:
        return (revoke_key(self.key, self.key_name),)


async def _authority(key: APIKey, project_id: str, context: Context) -> dict[str, bool]:
    """Return by what the requester may have a right to this without anybody's approval; doubt is none."""
    claim = await context.organization.claim_of_key(key.id)
    took = claim is not None and claim.requester_id == context.requester.id
    owns = bool(key.owner_email) and key.owner_email == context.requester.email
    try:
        owners = await context.organization.project_owners(project_id)
    except AdminAPIError:
        owners = ()
    return {"own_key": took or owns, "project_owner": context.requester.email in owners}
