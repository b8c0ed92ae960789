"""A new kind of request is one new file: dropped into the folder it is asked for, decided and carried out."""

import importlib
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

import workflows.kinds
from tests.support.clock import Clock
from tests.support.company import POLICY, Company, company
from workflows.kind import Element
from workflows.lifecycle import State
from workflows.policy import policy_from_text
from workflows.store import Database

FILE = '''
"""Rename a project."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Element, Kind, Outlook, Receipt, Step
from workflows.model import Change
from workflows.steps import name_project

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Rename(Kind):
    kind: ClassVar[str] = "rename"
    word: ClassVar[str] = "rename"
    label: ClassVar[str] = "Rename a project"
    about: ClassVar[str] = "Give a project another name."
    place: ClassVar[int] = 15

    project: Annotated[str, Ask(element=Element.PROJECT, affects=True)] = Field(title="Project")
    name: Annotated[Name, Ask(element=Element.TEXT)] = Field(title="New name")

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=known)
        project = await context.organization.project(known["project"])
        change = Change(label="Name", now=project.name, proposed=known.get("name", ""))
        return Outlook(title=f"Rename {project.name}", changes=(change,), project=project, request=known)

    async def complete(self, context: Context) -> Self:
        if await context.organization.projects_named(self.name):
            raise InvalidFields({"name": f"There is a project named {self.name} already."})
        return self

    def steps(self) -> Sequence[Step]:
        return (name_project(self.name),)

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        return {"name": receipts["name_project"]["name"]} if "name_project" in receipts else {}
'''


@pytest.fixture(name="dropped", autouse=True)
def _dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "dropped"
    folder.mkdir()
    (folder / "rename.py").write_text(textwrap.dedent(FILE).lstrip())
    monkeypatch.setattr(workflows.kinds, "__path__", [*workflows.kinds.__path__, str(folder)])
    importlib.invalidate_caches()
    yield
    sys.modules.pop("workflows.kinds.rename", None)
    vars(workflows.kinds).pop("rename", None)


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock, dropped: None) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded


def test_the_file_is_found_in_its_place_among_the_others() -> None:
    kinds = workflows.kinds.discover()

    order = list(kinds)
    assert order.index("new_project") < order.index("rename") < order.index("budget")
    assert {name: ask.element for name, ask in kinds["rename"].asks().items()} == {
        "project": Element.PROJECT,
        "name": Element.TEXT,
    }


def test_a_policy_knows_its_fields_at_once() -> None:
    rule = "  - {name: renaming, kinds: [rename], when: request.name == 'x', stages: [{approvers: [project_owners]}]}\n"
    examples = {name: kind.example() for name, kind in workflows.kinds.discover().items()}

    policy = policy_from_text(POLICY + rule, "policy.yml", examples=examples)

    assert policy.rules[-1].kinds == ("rename",)


async def test_it_is_asked_for_decided_and_carried_out(acme: Company) -> None:
    request = await acme.ask("rename", {"project": acme.project_id, "name": "quality"})
    assert [(each.now, each.proposed) for each in request.changes] == [("internal-qa", "quality")]
    assert request.ruling.rule == "no rule matched"  # so the fallback decides

    await acme.decide(request, "pat")
    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    assert [each.id for each in await acme.made("quality")] == [acme.project_id]
    assert (await acme.organization.project(acme.project_id)).name == "quality"
    assert await acme.trail(request) == [
        "opened",
        "quorum_reached",
        "claimed",
        "step_intended",
        "step_done",
        "succeeded",
    ]


async def test_without_its_file_its_requests_fail_with_a_sentence(acme: Company) -> None:
    request = await acme.ask("rename", {"project": acme.project_id, "name": "quality"})
    await acme.decide(request, "pat")
    acme.executor._kinds = {name: kind for name, kind in acme.service.kinds.items() if name != "rename"}

    await acme.executor.run_due()

    assert await acme.state(request) is State.FAILED
    assert "no kind of request named rename" in (await acme.request(request)).problem
