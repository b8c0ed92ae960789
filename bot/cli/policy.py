"""``policy check`` and ``policy explain``: the rules, tried without anybody being asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot.cli.ending import CannotRun
from bot.cli.nearest import or_nearest
from bot.cli.storage import there
from bot.cli.wiring import now
from bot.settings import Settings
from workflows.admin_api import AdminAPI
from workflows.errors import Refusal, UnknownPerson
from workflows.kind import Context, Element, Kind, Outlook
from workflows.kinds import discover, examples
from workflows.model import Person, Project
from workflows.organization import Organization
from workflows.policy import Policy, Question, load_policy
from workflows.store import Database

NOWHERE = "http://127.0.0.1:9/v1"
_FACTS = ("project", "spend")


def commands() -> typer.Typer:
    """Return the command group."""
    app = typer.Typer(help="Try the rules that say who must decide.", no_args_is_help=True, rich_markup_mode=None)
    app.command()(check)
    app.command()(explain)
    return app


def check(file: Annotated[Path, typer.Argument(help="The policy to read.")]) -> None:
    """Read a policy file and say the first thing that is wrong with it."""
    policy = load_policy(file, examples=examples(discover()))
    typer.echo(f"{file}: {len(policy.rules)} rules, {len(policy.environments)} environments, nothing wrong.")


def explain(
    kind: Annotated[str, typer.Option(help="The kind of request: new_project, budget …")],
    requester: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who would ask.")],
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A field, or a fact like project.environment=sandbox."),
    ] = None,
    group: Annotated[list[str] | None, typer.Option(help="A user group that the requester belongs to.")] = None,
    file: Annotated[Path | None, typer.Option(help="The policy; left out, the one that applies now.")] = None,
) -> None:
    """Say which rule matches a request and who would decide, without asking anybody."""
    asyncio.run(_explain(kind, requester.lower(), param or [], frozenset(group or []), file))


async def _explain(name: str, requester: str, params: Sequence[str], groups: frozenset[str], file: Path | None) -> None:
    settings, kinds = Settings.load(), discover()
    if name not in kinds:
        raise CannotRun(f"There is no kind of request named {name}{or_nearest(name, kinds)}")
    policy = load_policy(file or settings.policy_file, examples=examples(kinds))
    kind, given = kinds[name], _given(params, kinds[name])
    outlook = await _outlook(kind, given, requester, policy, settings)
    person = Person(id=requester, email=requester, name=requester)
    asked = Question.about(name, dict(outlook.request), person, outlook.project, groups=groups)
    question = _with_facts(asked, given)
    for each in policy.explain(question):
        typer.echo(f"{'→' if each.reason.startswith(('decides', 'so the')) else ' '} {each.rule}: {each.reason}")


def _given(params: Sequence[str], kind: type[Kind]) -> dict[str, str]:
    """Split ``NAME=VALUE`` and check the names. Raises ``CannotRun``."""
    given: dict[str, str] = {}
    known = kind.example()
    for each in params:
        name, equals, value = each.partition("=")
        if not equals:
            raise CannotRun(f"--param {each} has no value: write it as NAME=VALUE")
        if name not in known and name.partition(".")[0] not in _FACTS:
            raise CannotRun(f"A {kind.kind} request has no {name}{or_nearest(name, known)}")
        given[name] = value
    return given


async def _outlook(
    kind: type[Kind], given: Mapping[str, str], requester: str, policy: Policy, settings: Settings
) -> Outlook:
    """Return what the request would be, from what we last saw of the project. Raises ``CannotRun``."""
    async with _remembered(settings) as organization:
        values = dict(given)
        if "project" in values and (project := await organization.called(values["project"])) is not None:
            values["project"] = project.id
        known = kind.known(values)
        for name in values:
            if name in kind.model_fields and name not in known:
                raise CannotRun(f"--param {name}={given[name]} cannot be read")
        person = Person(id=requester, email=requester, name=requester)
        context = Context(
            organization=organization, directory=_Nobody(), policy=policy, requester=person, today=now().date()
        )
        try:
            outlook = await kind.outlook(known, context)
        except Refusal:
            outlook = Outlook(title=kind.label)
        if outlook.project is None and "project" in kind.model_fields:
            outlook = Outlook(title=kind.label, request=_facts(kind, known))
    numbers = {name: _number(name, given[name]) for name in kind.derived if name in given}
    return Outlook(**{**vars(outlook), "request": {**outlook.request, **numbers}})


def _facts(kind: type[Kind], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as conditions see them when nothing is known of the project: money in dollars."""
    asks = kind.asks()
    return {name: value / 100 if asks[name].element is Element.MONEY else value for name, value in known.items()}


def _with_facts(question: Question, given: Mapping[str, str]) -> Question:
    """Put facts like ``project.environment=sandbox`` over what is known."""
    changed: dict[str, dict[str, Any]] = {"project": dict(question.project), "spend": dict(question.spend)}
    for name, value in given.items():
        variable, dot, field = name.partition(".")
        if dot:
            changed[variable][field] = _number(name, value) if variable == "spend" or field == "limit" else value
    return Question(**{**vars(question), **changed})


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CannotRun(f"--param {name}={text} must be a number") from None


class _Remembered(Organization):
    """The organisation as it was last seen; nobody is asked."""

    def __init__(self, database: Database | None) -> None:
        nobody = AdminAPI(base_url=NOWHERE, admin_key=SecretStr("none"))
        super().__init__(api=nobody, database=database or Database("sqlite+aiosqlite://"), now=now)
        self._nobody = nobody
        self._known = database

    async def project(self, project_id: str, *, anew: bool = False) -> Project:
        del anew  # nothing newer is to be had here
        found = await self.called(project_id)
        if found is None:
            raise UnknownPerson("not known")
        return found

    async def called(self, name: str) -> Project | None:
        """Return the project with this id or name, if we ever saw it."""
        if self._known is None:
            return None
        try:
            async with self._known.read() as work:
                return await work.project(name) or next(iter(await work.projects_named(name)), None)
        except Exception:  # noqa: BLE001 - a database without tables, or out of reach, remembers nothing
            return None

    async def close(self) -> None:
        await self._nobody.aclose()
        await self._database.close()


@contextlib.asynccontextmanager
async def _remembered(settings: Settings) -> AsyncIterator[_Remembered]:
    url = settings.secret("database_url")
    organization = _Remembered(Database(url) if there(url) else None)
    try:
        yield organization
    finally:
        await organization.close()


class _Nobody:
    """A directory in which nobody is found: nobody is to be asked."""

    async def person(self, person_id: str) -> Person:
        raise UnknownPerson(f"{person_id} was not looked up.")

    async def by_email(self, email: str) -> Person:
        raise UnknownPerson(f"{email} was not looked up.")

    async def group(self, handle: str) -> Sequence[Person]:
        raise UnknownPerson(f"{handle} was not looked up.")

    async def search(self, text: str, limit: int) -> Sequence[Person]:
        del text, limit
        return ()
