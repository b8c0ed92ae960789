"""A new project as one bundle: the project, its people, its models and its spend limit."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from workflows.errors import AmbiguousPerson, InvalidFields, UnknownPerson
from workflows.kind import Ask, Cents, Context, Element, Emails, Kind, ModelIds, Outlook, Receipt, Step
from workflows.model import Change
from workflows.money import dollars
from workflows.policy import Environment as Template
from workflows.steps import add_person, allow_models, create_project, name_project, set_limit

LONGEST_ADDRESS = 254


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
    kind: ClassVar[str] = "new_project"
    word: ClassVar[str] = "new"
    label: ClassVar[str] = "New project"
    about: ClassVar[str] = "A project of its own, with its people, models and monthly limit."
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

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        template = context.policy.environments.get(known.get("environment", ""))
        limit = known.get("monthly_limit") or (template.monthly_limit if template else None)
        models = known.get("models") or (template.models if template else ())
        facts = dict(known) | {"environment": str(known.get("environment", "")), "models": list(models)}
        return Outlook(
            title=f"New project {known.get('name', '')}".strip(),
            changes=_changes(known, limit, tuple(models), await _invited(known, context)) if template else (),
            risks=_risks(known),
            hints=(f"{template.name.capitalize()}: {template.description}",) if template else (),
            request=_plain(facts | ({"monthly_limit": limit / 100} if limit else {})),
        )

    async def complete(self, context: Context) -> Self:
        template = context.policy.environments.get(self.environment)
        if template is None:
            raise InvalidFields({"environment": f"The policy has no environment {self.environment}. Choose another."})
        complete = self.model_copy(
            update={
                "monthly_limit": self.monthly_limit or template.monthly_limit,
                "models": self.models or template.models,
                "channel": self.channel or template.channel,
            }
        )
        errors = {
            **await _name_errors(complete, context),
            **await _people_errors(complete, context),
            **_template_errors(complete, template, context.today),
            **await _model_errors(complete, context),
        }
        if errors:
            raise InvalidFields(errors)
        return complete

    def steps(self) -> Sequence[Step]:
        return (
            create_project(self.name),
            name_project(self.name),
            *((allow_models(self.models),) if self.models else ()),
            *(add_person(email, "owner") for email in self.owners),
            *(add_person(email, "member") for email in self.members),
            # Last, and read back: whatever else is set may overwrite a limit.
            *((set_limit(self.monthly_limit),) if self.monthly_limit else ()),
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
        }


def _risks(known: Mapping[str, Any]) -> tuple[str, ...]:
    endless = known.get("environment") == "sandbox" and not known.get("ends_on")
    mixed = _lookalike(known.get("name", ""))
    risks = {"No end is planned.": endless, "Its name mixes alphabets that look alike.": mixed}
    return tuple(risk for risk, there in risks.items() if there)


async def _name_errors(asked: NewProject, context: Context) -> dict[str, str]:
    if await context.organization.projects_named(asked.name):
        return {"name": f"There is a project named {asked.name} already. Choose another name."}
    if await context.organization.names_asked_for(asked.kind, asked.name):
        return {"name": f"A request for a project named {asked.name} is open already. Choose another name."}
    return {}


async def _people_errors(asked: NewProject, context: Context) -> dict[str, str]:
    errors: dict[str, str] = {}
    for field, emails in (("owners", asked.owners), ("members", asked.members)):
        for email in emails:
            problem = await _person_problem(email, context, must_be_here=field == "owners")
            if problem:
                errors.setdefault(field, problem)
    both = set(asked.owners) & set(asked.members)
    if both:
        errors.setdefault("members", f"{min(both)} is an owner already; leave it out here.")
    return errors


def _template_errors(asked: NewProject, template: Template, today: date) -> dict[str, str]:
    errors = {}
    most = template.maximum_monthly_limit
    if most is not None and asked.monthly_limit is not None and asked.monthly_limit > most:
        errors["monthly_limit"] = f"At most {dollars(most)} a month in {asked.environment}."
    if asked.ends_on is not None and asked.ends_on <= today:
        errors["ends_on"] = "Choose a day in the future."
    return errors


async def _model_errors(asked: NewProject, context: Context) -> dict[str, str]:
    offered = await context.organization.models()
    unknown = [each for each in asked.models if offered and each not in offered]
    return {"models": f"{unknown[0]} is not a model of this organisation. Choose from the list."} if unknown else {}


async def _person_problem(email: str, context: Context, *, must_be_here: bool) -> str:
    """Return what is wrong with an address, or an empty text."""
    written = email.isascii() and email.isprintable() and len(email) <= LONGEST_ADDRESS
    if email.count("@") != 1 or not all(email.split("@")) or not written:
        return f"{email[:60]} is not an e-mail address."
    domains = context.policy.email_domains
    if domains and email.split("@")[1] not in domains:
        return f"{email} is not an address of {' or '.join(domains)}."
    if len(await context.organization.users_with(email)) > 1:
        return f"Two people of the OpenAI organisation have the address {email}. Mend that in OpenAI first."
    try:
        await context.directory.by_email(email)
    except AmbiguousPerson as problem:
        return str(problem)
    except UnknownPerson:
        if must_be_here:
            return f"Nobody in this workspace has the address {email}; an owner has to be able to decide here."
    return ""


async def _invited(known: Mapping[str, Any], context: Context) -> frozenset[str]:
    """Return who is not in the organisation yet, as last seen."""
    people = (*known.get("owners", ()), *known.get("members", ()))
    return frozenset([each for each in people if not await context.organization.users_with(each)])


def _changes(
    known: Mapping[str, Any], limit: int | None, models: tuple[str, ...], invited: frozenset[str]
) -> tuple[Change, ...]:
    def people(field: str) -> str:
        return ", ".join(f"{each} (invited)" if each in invited else each for each in known.get(field, ()))

    lines = {
        "Environment": str(known.get("environment", "")),
        "Monthly limit": dollars(limit) if limit else "",
        "Models": ", ".join(models) or "every model",
        "Owners": people("owners"),
        "Members": people("members"),
        "Cost centre": known.get("cost_centre", ""),
        "Ends on": f"{known['ends_on']:%Y-%m-%d}" if known.get("ends_on") else "",
    }
    return tuple(Change(label=label, now="", proposed=proposed) for label, proposed in lines.items() if proposed)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that a condition can compare: texts, numbers and lists."""
    return {
        name: list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
