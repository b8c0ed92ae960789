"""``policy check``, ``policy explain`` and ``policy test``: the rules, tried without anybody being asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot import slack_api
from bot.cli.doctor import who_is_missing
from bot.cli.ending import FAILED, CannotRun
from bot.cli.nearest import or_nearest
from bot.cli.sites import only_site
from bot.cli.storage import up_to_date
from bot.cli.wiring import now
from bot.directory import DirectoryUnavailable
from bot.settings import Settings
from workflows.admin_api import AdminAPI
from workflows.errors import PolicyInvalid, Refusal, UnknownPerson
from workflows.kind import Context, Element, Kind, Outlook
from workflows.kinds import discover, examples
from workflows.model import Person, Project
from workflows.organization import Organization
from workflows.policy import Case, Policy, Question, cases_from_file, load_policy
from workflows.store import Database

NOWHERE = "http://127.0.0.1:9/v1"
_FACTS = ("project", "spend")
Given = str | list[str]


def add_to(app: typer.Typer) -> None:
    """Add the command group to the command line."""
    group = typer.Typer(help="Try the rules that say who must decide.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(check)
    group.command()(explain)
    group.command("test")(try_cases)
    app.add_typer(group, name="policy")


def check(
    file: Annotated[Path, typer.Argument(help="The policy to read.")],
    people: Annotated[bool, typer.Option("--people", help="Look up in Slack who it names, too.")] = False,
) -> None:
    """Read a policy file and say the first thing that is wrong with it; exit code 1 if somebody it names is missing."""
    policy = load_policy(file, examples=examples(discover()))
    for warning in policy.warnings:
        typer.echo(f"! {warning}.")
    typer.echo(f"{file}: {len(policy.rules)} rules, {len(policy.environments)} environments, nothing wrong.")
    missing = asyncio.run(_missing(policy)) if people else []
    for each in missing:
        typer.echo(f"✗ {each}.")
    if missing:
        raise typer.Exit(FAILED)


async def _missing(policy: Policy) -> list[str]:
    """Return whom Slack does not know. Raises ``SettingsInvalid`` without a token, ``CannotRun`` without Slack."""
    settings = Settings.load()
    async with slack_api.open_session() as session:
        if settings.several:
            raise CannotRun("Several workspaces are served here: `python -m bot doctor` looks for people in each")
        site = only_site(settings, session)
        try:
            return await who_is_missing(policy, site.client, site.identity)
        except (DirectoryUnavailable, *slack_api.FAILURES) as problem:
            raise CannotRun(f"Slack does not say who is who: {problem}") from None


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


def try_cases(
    cases: Annotated[Path, typer.Argument(help="The cases: requests, and what must become of them.")],
    file: Annotated[Path | None, typer.Option(help="The policy; left out, the one that applies now.")] = None,
) -> None:
    """Try a policy on a file of cases, without asking anybody; exit code 1 if one ends otherwise than expected."""
    if not asyncio.run(_tested(cases_from_file(cases), file)):
        raise typer.Exit(FAILED)


async def _tested(cases: Sequence[Case], file: Path | None) -> bool:
    """Print a line for each case that ends otherwise, and how many there are; says whether none does."""
    settings = Settings.load()
    policy = load_policy(file or settings.policy_file, examples=examples(discover()))
    failed = 0
    async with _remembered(settings) as organization:
        for case in cases:
            problems = [problem async for problem in _problems(case, policy, organization)]
            failed += bool(problems)
            for problem in problems:
                typer.echo(f"✗ {case.place}: {problem}.")
    how = f"{failed} of them otherwise than expected" if failed else "all as expected"
    typer.echo(f"{policy.name}: {len(cases)} cases, {how}.")
    return not failed


async def _problems(case: Case, policy: Policy, organization: "_Remembered") -> AsyncIterator[str]:
    try:
        question = await _question(case.kind, case.params, case.requester, case.groups, policy, organization)
        for each in case.differences(policy.rule_on(question)):
            yield each
    except (CannotRun, PolicyInvalid) as problem:
        yield str(problem)


async def _explain(name: str, requester: str, params: Sequence[str], groups: frozenset[str], file: Path | None) -> None:
    settings = Settings.load()
    policy = load_policy(file or settings.policy_file, examples=examples(discover()))
    async with _remembered(settings) as organization:
        question = await _question(name, _split(params), requester, groups, policy, organization)
    for each in policy.explain(question):
        typer.echo(f"{'→' if each.reason.startswith(('decides', 'so the')) else ' '} {each.rule}: {each.reason}")


async def _question(
    name: str,
    given: Mapping[str, Given],
    requester: str,
    groups: frozenset[str],
    policy: Policy,
    organization: "_Remembered",
) -> Question:
    """Return what the policy would be asked. Raises ``CannotRun`` for what no such request has."""
    kinds = discover()
    if name not in kinds:
        raise CannotRun(f"There is no kind of request named {name}{or_nearest(name, kinds)}")
    kind, known = kinds[name], kinds[name].example()
    for each in given:
        if each not in known and each.partition(".")[0] not in _FACTS:
            raise CannotRun(f"A {name} request has no {each}{or_nearest(each, known)}")
    outlook = await _outlook(kind, given, requester, policy, organization)
    person = Person(id=requester, email=requester, name=requester)
    asked = Question.about(name, dict(outlook.request), person, outlook.project, groups=groups)
    return _with_facts(asked, given)


def _split(params: Sequence[str]) -> dict[str, str]:
    """Split ``NAME=VALUE``. Raises ``CannotRun``."""
    given: dict[str, str] = {}
    for each in params:
        name, equals, value = each.partition("=")
        if not equals:
            raise CannotRun(f"--param {each} has no value: write it as NAME=VALUE")
        given[name] = value
    return given


async def _outlook(
    kind: type[Kind], given: Mapping[str, Given], requester: str, policy: Policy, organization: "_Remembered"
) -> Outlook:
    """Return what the request would be, from what we last saw of the project. Raises ``CannotRun``."""
    values = dict(given)
    if "project" in values and (project := await organization.called(str(values["project"]))) is not None:
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
    derived = {name: _like(example, name, given[name]) for name, example in kind.derived.items() if name in given}
    return Outlook(**{**vars(outlook), "request": {**outlook.request, **derived}})


def _facts(kind: type[Kind], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as conditions see them when nothing is known of the project: money in dollars."""
    asks = kind.asks()
    return {name: value / 100 if asks[name].element is Element.MONEY else value for name, value in known.items()}


def _with_facts(question: Question, given: Mapping[str, Given]) -> Question:
    """Put facts like ``project.environment=sandbox`` over what is known."""
    changed: dict[str, dict[str, Any]] = {"project": dict(question.project), "spend": dict(question.spend)}
    for name, value in given.items():
        variable, dot, field = name.partition(".")
        if dot:
            changed[variable][field] = _number(name, value) if variable == "spend" or field == "limit" else str(value)
    return Question(**{**vars(question), **changed})


def _like(example: Any, name: str, given: Given) -> Any:
    """Read what a kind derives from its fields as its *example* is: yes or no, a list, a number, else a text."""
    if isinstance(example, bool):
        if str(given).lower() not in ("true", "false"):
            raise CannotRun(f"--param {name}={given} must be true or false")
        return str(given).lower() == "true"
    if isinstance(example, list | tuple):
        return given if isinstance(given, list) else [each.strip() for each in str(given).split(",")]
    return _number(name, given) if isinstance(example, int | float) else str(given)


def _number(name: str, text: Given) -> float:
    try:
        return float(str(text))
    except ValueError:
        raise CannotRun(f"--param {name}={text} must be a number") from None


class _Remembered(Organization):
    """The organisation as it was last seen; nobody is asked."""

    def __init__(self, database: Database) -> None:
        nobody = AdminAPI(base_url=NOWHERE, admin_key=SecretStr("none"))
        super().__init__(api=nobody, database=database, now=now)
        self._nobody = nobody

    async def project(self, project_id: str, *, anew: bool = False) -> Project:
        del anew  # nothing newer is to be had here
        found = await self.called(project_id)
        if found is None:
            raise UnknownPerson("not known")
        return found

    async def called(self, name: str) -> Project | None:
        """Return the project with this id or name, if we ever saw it."""
        async with self._database.read() as work:
            return await work.project(name) or next(iter(await work.projects_named(name)), None)

    async def close(self) -> None:
        await self._nobody.aclose()


@contextlib.asynccontextmanager
async def _remembered(settings: Settings) -> AsyncIterator[_Remembered]:
    """Open what was last seen of the organisation; where there is no database of ours, nothing was."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(up_to_date(settings, migrate=False))
        except CannotRun:
            database = Database("sqlite+aiosqlite://")
            stack.push_async_callback(database.close)
            await database.migrate()
        organization = _Remembered(database)
        stack.push_async_callback(organization.close)
        yield organization


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
