"""A key for a service account of a project: approved now, made when its requester opens it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from workflows.admin_api import ServiceAccount
from workflows.errors import InvalidFields
from workflows.kind import (
    Ask,
    Context,
    Count,
    Element,
    Kind,
    Many,
    Outlook,
    ProjectField,
    Reason,
    Receipt,
    Step,
    plain,
)
from workflows.model import Change, KeyTerms
from workflows.steps import (
    FOR_GOOD,
    create_account,
    delete_account,
    find_account,
    give_account_role,
    life_in_words,
    name_account,
)

AccountName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Key(Kind):
    kind: ClassVar[str] = "key"
    word: ClassVar[str] = "key"
    label: ClassVar[str] = "New key"
    about: ClassVar[str] = "An API key for a program, on a service account of the project. You see it once."
    place: ClassVar[int] = 15
    derived: ClassVar[Mapping[str, Any]] = {"life_days": 90}
    narrows: ClassVar[tuple[str, ...]] = ("scopes", "expires_in_days")

    project: ProjectField = Field(title="Project")
    service_account: Annotated[AccountName, Ask(element=Element.TEXT, placeholder="support-bot", affects=True)] = Field(
        title="Service account", description="The program that will use it. One that is not there yet is made."
    )
    scopes: Annotated[Many, Ask(element=Element.SCOPES)] = Field(
        default=(), title="Scopes", description="What the key may do. Leave it empty for all that its account may."
    )
    expires_in_days: Annotated[Count | None, Ask(element=Element.NUMBER, placeholder="90", affects=True)] = Field(
        default=None, title="Expires in days", description="Leave it empty for the usual life of a key."
    )
    reason: Reason = Field(title="Reason")
    account_id: str = ""
    claim_hours: int = 72

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=_facts(known, None))
        project = await context.organization.project(known["project"])
        days, hints = await _life(known, context), await _unavailable(context)
        name, scopes = known.get("service_account", ""), known.get("scopes", ())
        account = next((each for each in await _accounts(project.id, name, context)), None)
        return Outlook(
            title=f"Key for {name or 'a service account'} in {project.name}",
            changes=(
                Change(label="Service account", now=name if account else "", proposed=name),
                Change(label="Scopes", now="", proposed=", ".join(scopes) or "all that its account may"),
                Change(label="Life", now="", proposed=life_in_words(days)),
            ),
            risks=_risks(account, days),
            hints=hints,
            project=project,
            channel=project.channel,
            request=_facts(known, days),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        keys = context.policy.keys
        errors, eternal = {}, await _eternal(self.project, context)
        if eternal and self.expires_in_days is not None:
            errors["expires_in_days"] = "Keys of this organisation cannot be given an end. Leave this empty."
        elif self.expires_in_days is not None and self.expires_in_days > keys.longest_days:
            errors["expires_in_days"] = f"At most {keys.longest_days} days."
        if self.scopes and await context.organization.lacks("key_scopes"):
            errors["scopes"] = "Keys of this organisation cannot be given scopes. Leave this empty."
        accounts = await _accounts(self.project, self.service_account, context)
        if len(accounts) > 1:
            errors["service_account"] = f"Two accounts here are named {self.service_account}. Choose another name."
        if errors:
            raise InvalidFields(errors)
        return self.model_copy(
            update={
                "expires_in_days": None if eternal else self.expires_in_days or keys.expires_in_days,
                "account_id": accounts[0].id if accounts else "",
                "claim_hours": keys.claim_hours,
            }
        )

    def steps(self) -> Sequence[Step]:
        if self.account_id:
            return (find_account(self.account_id, self.service_account),)
        return (create_account(self.service_account), name_account(self.service_account), give_account_role())

    def undo(self, receipts: Mapping[str, Receipt], endings: object) -> Sequence[Step]:
        del endings
        made = receipts.get("create_account")
        return (delete_account(str(made["account_id"]), self.service_account),) if made else ()

    def offers(self, receipts: Mapping[str, Receipt]) -> KeyTerms | None:
        made = receipts.get("create_account")
        return KeyTerms(
            account_id=str(made["account_id"]) if made else self.account_id,
            name=self.service_account,
            scopes=self.scopes,
            expires_in_days=self.expires_in_days,
            claim_hours=self.claim_hours,
            own_account=made is not None,
        )


async def _accounts(project_id: str, name: str, context: Context) -> list[ServiceAccount]:
    return [each for each in await context.organization.accounts(project_id) if name and each.name == name]


async def _eternal(project_id: str, context: Context) -> bool:
    """Say whether keys of this organisation cannot be given an end; a list of keys that are there tells."""
    await context.organization.keys(project_id)
    return await context.organization.lacks("key_expiry")


async def _life(known: Mapping[str, Any], context: Context) -> int | None:
    """Return how many days the key would live, None for good."""
    if await _eternal(known["project"], context):
        return None
    days: int | None = known.get("expires_in_days") or context.policy.keys.expires_in_days
    return days


async def _unavailable(context: Context) -> tuple[str, ...]:
    """Return what this organisation's API is without, in words for the form."""
    lacking = {
        "key_expiry": "Not available here: an end of a key. This organisation's API does not know it.",
        "key_scopes": "Not available here: scopes of a key. This organisation's API does not know them.",
    }
    return tuple([sentence for name, sentence in lacking.items() if await context.organization.lacks(name)])


def _risks(account: ServiceAccount | None, days: int | None) -> tuple[str, ...]:
    risks = {
        "It never expires.": days is None,
        "Its account is an owner of the project.": account is not None and account.role == "owner",
    }
    return tuple(risk for risk, there in risks.items() if there)


def _facts(known: Mapping[str, Any], days: int | None) -> dict[str, Any]:
    """Return what a policy's condition can compare: a key without an end lives longer than any number it may name."""
    life = days or known.get("expires_in_days") or FOR_GOOD
    return {"scopes": []} | plain(known) | {"life_days": life, "expires_in_days": life}
