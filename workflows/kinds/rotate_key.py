"""A new key in the place of one that a program uses: both work for a while, then the old one is revoked."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.admin_api import APIKey
from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Count, Element, Id, Kind, Outlook, ProjectField, Reason, Receipt, Step, plain
from workflows.model import Change, KeyTerms
from workflows.steps import (
    ACCOUNT,
    FOR_GOOD,
    find_key,
    holder_of,
    key_in_words,
    key_with,
    last_used,
    life_in_words,
    owner_in_words,
)

LONGEST_OVERLAP = 90


class RotateKey(Kind):
    """``account_id`` and what follows it is filled in: the new key is the old one's equal, as far as that is known."""

    kind: ClassVar[str] = "rotate_key"
    word: ClassVar[str] = "rotate"
    label: ClassVar[str] = "Rotate a key"
    about: ClassVar[str] = "A new key in the place of a program's old one. Both work until you have changed over."
    place: ClassVar[int] = 16
    derived: ClassVar[Mapping[str, Any]] = {"life_days": 90}

    project: ProjectField = Field(title="Project")
    key: Annotated[Id, Ask(element=Element.KEY, affects=True)] = Field(
        title="Key", description="One of a service account. People's own keys are made anew by themselves, at OpenAI."
    )
    overlap_days: Annotated[Count | None, Ask(element=Element.NUMBER, placeholder="7", affects=True)] = Field(
        default=None, title="Days of overlap", description="How long the old key works on, once you have the new one."
    )
    reason: Reason = Field(title="Reason")
    account_id: str = ""
    account_name: str = ""
    key_name: str = ""
    scopes: tuple[str, ...] = ()
    expires_in_days: int | None = None
    when_unused: bool = False
    claim_hours: int = 72

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=_facts(known))
        project = await context.organization.project(known["project"])
        old = key_with(known.get("key", ""), await context.organization.keys(project.id))
        if old is None:
            return Outlook(title=f"{cls.label} in {project.name}", project=project, request=_facts(known))
        terms = {**await _terms(old, known, context), **known}
        holder = await holder_of(old, context)
        return Outlook(
            title=f"Rotate the key {old.name or old.id} of {old.owner_name} in {project.name}",
            changes=_changes(old, terms),
            risks=await _risks(old, terms, context),
            project=project,
            channel=project.channel,
            request=_facts(terms),
            concerned=(holder,) if holder else (),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        old = key_with(self.key, await context.organization.keys(self.project))
        errors = {"key": problem} if (problem := _unfit(old)) else {}
        if self.overlap_days is not None and self.overlap_days > LONGEST_OVERLAP:
            errors["overlap_days"] = f"At most {LONGEST_OVERLAP} days."
        if errors or old is None:
            raise InvalidFields(errors)
        return self.model_copy(update=await _terms(old, dict(self), context))

    def steps(self) -> Sequence[Step]:
        return (find_key(self.key, self.key_name),)

    def offers(self, receipts: Mapping[str, Receipt]) -> KeyTerms:
        del receipts
        return KeyTerms(
            account_id=self.account_id,
            name=self.account_name,
            scopes=self.scopes,
            expires_in_days=self.expires_in_days,
            replaces=self.key,
            overlap_days=self.overlap_days or 0,
            when_unused=self.when_unused,
            claim_hours=self.claim_hours,
        )


def _unfit(old: APIKey | None) -> str:
    """Return why a key cannot be made anew here, or an empty text."""
    if old is None:
        return "This key does not exist any more. Choose another, or ask for a new key."
    if old.owner_type != ACCOUNT:
        owner = old.owner_name or old.owner_email or "a person"
        return (
            f"This is a key of {owner}, and nobody can make one for somebody else. {owner} makes a new one at "
            "platform.openai.com/api-keys and revokes this one there."
        )
    return ""


async def _terms(old: APIKey, known: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return what is filled in: what the old key was made with where that is known, else what the policy says."""
    keys, claim = context.policy.keys, await context.organization.claim_of_key(old.id)
    days = (claim.terms.expires_in_days if claim else None) or keys.expires_in_days
    eternal = await context.organization.lacks("key_expiry")
    overlap = known.get("overlap_days")
    return {
        "overlap_days": overlap if overlap is not None else keys.overlap_days,
        "account_id": old.owner_id,
        "account_name": old.owner_name or old.owner_id,
        "key_name": old.name or old.id,
        "scopes": claim.terms.scopes if claim else (),
        "expires_in_days": min(days, keys.longest_days) if days is not None and not eternal else None,
        "when_unused": keys.when_unused,
        "claim_hours": keys.claim_hours,
    }


def _changes(old: APIKey, terms: Mapping[str, Any]) -> tuple[Change, ...]:
    return (
        Change(label="Old key", now=key_in_words(old), proposed=_end(terms)),
        Change(label="Owner", now=owner_in_words(old), proposed=""),
        Change(label="Old key last used", now=last_used(old), proposed=""),
        Change(label="Scopes", now="", proposed=", ".join(terms["scopes"]) or "all that its account may"),
        Change(label="Life", now="", proposed=life_in_words(terms["expires_in_days"])),
    )


def _end(terms: Mapping[str, Any]) -> str:
    if terms["when_unused"]:
        return "revoked once it is not used for a day after the new one is taken"
    if not terms["overlap_days"]:
        return "revoked once the new one is taken"
    return f"revoked {life_in_words(terms['overlap_days'])} after the new one is taken"


async def _risks(old: APIKey, terms: Mapping[str, Any], context: Context) -> tuple[str, ...]:
    unknown = await context.organization.claim_of_key(old.id) is None
    risks = {
        "OpenAI does not tell what the old key may do. The new one may do all that its account may.": unknown,
        "It never expires.": terms["expires_in_days"] is None,
    }
    return tuple(risk for risk, there in risks.items() if there)


def _facts(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a policy's condition can compare: a key without an end lives longer than any number it may name."""
    return plain(known) | {"life_days": known.get("expires_in_days") or FOR_GOOD}
