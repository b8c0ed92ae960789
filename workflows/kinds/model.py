"""More models for a project, for good or for a time."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Element, Grant, ModelIds, Outlook, ProjectField, Receipt, Step, end_of, plain
from workflows.ledger import Ending
from workflows.model import Change
from workflows.steps.having import Having, already, having
from workflows.steps.models import ALLOW, SUBJECT, add_models, allows, take_models_back
from workflows.steps.words import listed


class Model(Grant):
    kind: ClassVar[str] = "model"
    word: ClassVar[str] = "model"
    label: ClassVar[str] = "Allow models"
    about: ClassVar[str] = "Let a project use more models, for good or for a time."
    place: ClassVar[int] = 30
    derived: ClassVar[Mapping[str, Any]] = {"new_models": ["gpt-5-mini"]}
    narrows: ClassVar[tuple[str, ...]] = ("models", "until")

    project: ProjectField = Field(title="Project")
    models: Annotated[ModelIds, Ask(element=Element.MODELS, affects=True)] = Field(
        title="Models", description="They are added to those that the project may use.", min_length=1
    )

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        asked: tuple[str, ...] = known.get("models", ())
        if "project" not in known:
            return Outlook(title=cls.label, request=_facts(known, asked))
        project = await context.organization.project(known["project"])
        has = await _having(project.id, asked, context)
        new = [each for each, one in has.items() if not one.for_good]
        return Outlook(
            title=f"Allow {listed(asked, 'models') or 'models'} in {project.name}",
            changes=tuple(
                Change(
                    label=each,
                    now=one.words("allowed"),
                    proposed=one.extended(end_of(known.get("until"))).words("allowed"),
                )
                for each, one in has.items()
            ),
            hints=(await _now(project.id, context),),
            project=project,
            channel=project.channel,
            request=_facts(known, new),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        errors, offered = self.until_errors(context.today), await context.organization.models()
        unknown = [each for each in self.models if offered and each not in offered]
        if unknown:
            errors["models"] = f"{unknown[0][:60]} is not a model of this organisation. Choose from the list."
        elif not context.extends:  # what is prolonged is there, of course
            errors |= await self._there_already(context)
        if errors:
            raise InvalidFields(errors)
        return self

    async def _there_already(self, context: Context) -> dict[str, str]:
        if await context.organization.permissions(self.project) is None:
            return {"models": "This project may use every model already, so there is nothing to ask for."}
        has = await _having(self.project, self.models, context)
        return already(list(has.values()), self.ends_at, field="models", there="allowed")

    def steps(self) -> Sequence[Step]:
        return (add_models(self.models),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return take_models_back(endings)


async def _having(project_id: str, models: Sequence[str], context: Context) -> dict[str, Having]:
    """Return for each of these models whether and how long the project may use it."""
    permissions = await context.organization.permissions(project_id)
    standing = await context.organization.standing(project_id)
    return {each: having(standing.get(f"{SUBJECT}{each}", ()), now=allows(permissions, each)) for each in models}


async def _now(project_id: str, context: Context) -> str:
    """Say what the project may use now, for the form."""
    permissions = await context.organization.permissions(project_id)
    if permissions is None:
        return "It may use every model now."
    named = listed(sorted(permissions.model_ids), "models")
    if permissions.mode == ALLOW:
        return f"It may use these models now: {named}." if named else "It may use no model now."
    return f"It may use every model now but {named}." if named else "It may use every model now."


def _facts(known: Mapping[str, Any], new: Sequence[str]) -> dict[str, Any]:
    """Return what a policy's condition can compare; ``new_models`` are those not allowed for good yet."""
    return {"models": []} | plain({**known, "new_models": tuple(new)})
