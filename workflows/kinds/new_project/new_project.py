"""The kind: its form, its outlook, and its steps in their order."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from workflows.commitment import commitment
from workflows.errors import InvalidFields
from workflows.kind import Ask, Cents, Context, Element, Emails, Kind, ModelIds, Outlook, Receipt, Step, plain
from workflows.kinds.new_project import checks
from workflows.kinds.new_project.bundle import (
    GroupRole,
    access_steps,
    account_steps,
    filled,
    lines,
    promised,
    use_steps,
)
from workflows.ledger import Ending
from workflows.model import Change, KeyTerms
from workflows.money import dollars
from workflows.steps import (
    add_person,
    archive_project,
    create_project,
    name_project,
    only_models,
    remove_person,
    set_limit,
)


class Environment(StrEnum):
    PRODUCTION = "production"
    STAGING = "staging"
    SANDBOX = "sandbox"


def _one_spelling(text: Any) -> Any:
    return unicodedata.normalize("NFKC", text) if isinstance(text, str) else text


def _name(text: str) -> str:
    if not text.isprintable():
        raise ValueError("A name has letters, digits and signs only, on one line.")
    return text


def _lookalike(name: str) -> bool:
    """Say whether a name mixes alphabets that have letters of the same looks."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1


ProjectName = Annotated[
    str, StringConstraints(min_length=1, max_length=80), BeforeValidator(_one_spelling), AfterValidator(_name)
]
Line = Annotated[str, StringConstraints(max_length=80)]
Purpose = Annotated[str, StringConstraints(min_length=1, max_length=3000)]
People = Annotated[Emails, Field(max_length=25)]


class NewProject(Kind):
    """The fields from ``groups`` on stand in no form: the policy's template of the environment fills them in."""

    kind: ClassVar[str] = "new_project"
    unique: ClassVar[str] = "name"
    word: ClassVar[str] = "new"
    label: ClassVar[str] = "New project"
    about: ClassVar[str] = "A project of its own, with its people, models, monthly limit and first key."
    narrows: ClassVar[tuple[str, ...]] = ("monthly_limit", "models")
    place: ClassVar[int] = 10

    name: Annotated[ProjectName, Ask(element=Element.TEXT, placeholder="support-assistant")] = Field(title="Name")
    environment: Annotated[Environment, Ask(element=Element.CHOICE, affects=True)] = Field(title="Environment")
    purpose: Annotated[Purpose, Ask(element=Element.LONG_TEXT, placeholder="What will it do, and for whom?")] = Field(
        title="Purpose"
    )
    owners: Annotated[People, Ask(element=Element.PEOPLE)] = Field(
        title="Owners", description="They decide about this project's later requests.", min_length=1
    )
    members: Annotated[People, Ask(element=Element.PEOPLE)] = Field(
        default=(), title="Members", description="Whoever is not in the OpenAI organisation yet is invited."
    )
    channel: Annotated[Line, Ask(element=Element.CHANNEL)] = Field(
        default="", title="Channel", description="Where this project's requests and alerts are posted."
    )
    cost_centre: Annotated[Line, Ask(element=Element.TEXT, placeholder="CC-4200")] = Field(
        default="", title="Cost centre"
    )
    monthly_limit: Annotated[Cents | None, Ask(element=Element.MONEY, placeholder="500", affects=True)] = Field(
        default=None, title="Monthly limit (USD)", description="Leave it empty for the environment's usual limit."
    )
    models: Annotated[ModelIds, Ask(element=Element.MODELS)] = Field(
        default=(),
        title="Models",
        description="Only these may be used. Leave it empty for the environment's usual models.",
    )
    ends_on: Annotated[date | None, Ask(element=Element.DATE)] = Field(
        default=None, title="Ends on", description="Leave it empty when no end is planned."
    )
    groups: tuple[GroupRole, ...] = ()
    tools: tuple[str, ...] = ()
    rate_limits: dict[str, dict[str, int]] = Field(default_factory=dict)
    service_account: str = ""
    key_days: int | None = None
    claim_hours: int = 72

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        template = context.policy.environments.get(known.get("environment", ""))
        limit = known.get("monthly_limit") or (template.monthly_limit if template else None)
        models = known.get("models") or (template.models if template else ())
        asked = {name: known[name] for name in cls.asks() if name in known}
        facts = plain(asked) | {"environment": str(known.get("environment", "")), "models": list(models)}
        changes: tuple[Change, ...] = ()
        if template:
            bundle = known if "claim_hours" in known else promised(template, models, context)
            changes = _changes(known, limit, tuple(models), await _invited(known, context), bundle)
        return Outlook(
            title=f"New project {known.get('name', '')}".strip(),
            changes=changes,
            risks=(*_risks(known), *await _overcommitted(limit, context)),
            hints=(f"{template.name.capitalize()}: {template.description}",) if template else (),
            request=facts | ({"monthly_limit": limit / 100} if limit else {}),
        )

    async def complete(self, context: Context) -> Self:
        template = context.policy.environments.get(self.environment)
        if template is None:
            raise InvalidFields({"environment": f"The policy has no environment {self.environment}. Choose another."})
        limit = self.monthly_limit or template.monthly_limit
        errors = {
            **await checks.name_errors(self.kind, self.name, context),
            **await checks.people_errors(self.owners, self.members, context),
            **checks.limit_errors(limit, template),
            **checks.end_errors(self.ends_on, context.today),
            **await checks.model_errors(self.models, template, context),
        }
        if errors:
            raise InvalidFields(errors)
        models = self.models or template.models
        given = {"monthly_limit": limit, "models": models, "channel": self.channel or template.channel}
        return self.model_copy(update=given | await filled(template, models, context))

    def steps(self) -> Sequence[Step]:
        return (
            create_project(self.name),
            name_project(self.name),
            *((only_models(self.models),) if self.models else ()),
            *use_steps(self.tools, self.rate_limits),
            *(add_person(email, "owner") for email in self.owners),
            *(add_person(email, "member") for email in self.members),
            *access_steps(self.groups),
            *account_steps(self.service_account),
            # Last, and read back: whatever else is set may overwrite a limit.
            *((set_limit(self.monthly_limit),) if self.monthly_limit else ()),
        )

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        """Take back a project that was made by half: OpenAI deletes none, and an invite outlives what it is to."""
        del endings
        if "create_project" not in receipts:
            return ()
        invited = [each for each in (*self.owners, *self.members) if _was_invited(each, receipts)]
        withdrawals = (replace(remove_person(each), note=None, marks=None) for each in invited)
        return (*withdrawals, archive_project(f"Archive the half-made project {self.name}"))

    def offers(self, receipts: Mapping[str, Receipt]) -> KeyTerms | None:
        if not self.service_account:
            return None
        return KeyTerms(
            account_id=str(receipts["create_account"]["account_id"]),
            name=self.service_account,
            expires_in_days=self.key_days,
            claim_hours=self.claim_hours,
            own_account=True,
        )

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        if "create_project" not in receipts:
            return {}
        return {
            "name": self.name,
            "environment": self.environment.value,
            "purpose": self.purpose,
            "owners": list(self.owners),
            "channel": self.channel,
            "cost_centre": self.cost_centre,
            "ends_on": self.ends_on.isoformat() if self.ends_on else "",
            "limit": receipts.get("set_limit", {}).get("limit"),
            "archived": "archive_project" in receipts,
        }


def _was_invited(email: str, receipts: Mapping[str, Receipt]) -> bool:
    return any("invite_id" in receipts.get(f"{role}:{email}", {}) for role in ("owner", "member"))


def _risks(known: Mapping[str, Any]) -> tuple[str, ...]:
    endless = known.get("environment") == "sandbox" and not known.get("ends_on")
    mixed = _lookalike(known.get("name", ""))
    risks = {"No end is planned.": endless, "Its name mixes alphabets that look alike.": mixed}
    return tuple(risk for risk, there in risks.items() if there)


async def _overcommitted(limit: int | None, context: Context) -> tuple[str, ...]:
    """Say whether one more project lets all of them together spend more than the organisation."""
    if not limit:
        return ()
    now = await commitment(context.organization, context.policy.alerts)
    return tuple(filter(None, [now.raised(None, limit).warning()]))


async def _invited(known: Mapping[str, Any], context: Context) -> frozenset[str]:
    """Return who is not in the organisation yet, as last seen."""
    people = (*known.get("owners", ()), *known.get("members", ()))
    return frozenset([each for each in people if not await context.organization.users_with(each)])


def _changes(
    known: Mapping[str, Any],
    limit: int | None,
    models: tuple[str, ...],
    invited: frozenset[str],
    bundle: Mapping[str, Any],
) -> tuple[Change, ...]:
    def people(field: str) -> str:
        return ", ".join(f"{each} (invited)" if each in invited else each for each in known.get(field, ()))

    shown = {
        "Environment": str(known.get("environment", "")),
        "Monthly limit": dollars(limit) if limit else "",
        "Models": ", ".join(models) or "every model",
        "Owners": people("owners"),
        "Members": people("members"),
        **lines(bundle),
        "Cost centre": known.get("cost_centre", ""),
        "Ends on": f"{known['ends_on']:%Y-%m-%d}" if known.get("ends_on") else "",
    }
    return tuple(Change(label=label, now="", proposed=proposed) for label, proposed in shown.items() if proposed)
