"""Cases that a policy is tried on before it is live: a request, and what must become of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from workflows.model import Approvers, Ruling
from workflows.policy.fields import Anybody, Name, Section, Word, fault
from workflows.policy.loading import first_fault
from workflows.policy.source import read, text_of

Given = str | int | float | bool


class _StageSection(Section):
    approvers: list[Anybody] = Field(min_length=1)
    quorum: int = Field(default=1, ge=1, le=50)


class _ExpectSection(Section):
    rule: Name | None = None
    stages: list[_StageSection] | None = None
    auto: Literal[True] | None = None
    deny: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        given = self.model_fields_set
        if not given:
            raise fault("say what is expected: rule, stages, auto or deny")
        if len(given & {"stages", "auto", "deny"}) > 1:
            raise fault("only one of stages, auto and deny can be true of a request")
        return self


class _CaseSection(Section):
    name: Name
    kind: Word
    requester: Name = "somebody@example.com"
    groups: list[Name] = Field(default=[])
    params: dict[Name, Given | list[Given]] = Field(default={})
    expect: _ExpectSection


class _CasesFile(Section):
    cases: list[_CaseSection] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request as ``policy explain`` takes it, and what is expected of the policy.

    ``place`` is file and line. Of what is expected, None is not looked at: the rule's name, the stages as sources and
    quorums, that it approves by itself, that it is denied.
    """

    name: str
    place: str
    kind: str
    requester: str
    groups: frozenset[str]
    params: Mapping[str, str | list[str]]
    rule: str | None
    stages: tuple[tuple[frozenset[Approvers], int], ...] | None
    auto: bool
    deny: bool

    def differences(self, ruling: Ruling) -> Iterator[str]:
        """Yield a sentence for each thing that is not as expected."""
        if self.rule is not None and self.rule != ruling.rule:
            yield f"the rule is {ruling.rule}, not {self.rule}"
        if self.deny and not ruling.denied:
            yield f"it is not denied: {_route(ruling)}"
        elif self.auto and not ruling.auto:
            yield f"it is not approved by itself: {_route(ruling)}"
        elif self.stages is not None and self.stages != _stages(ruling):
            yield f"{_route(ruling)}, not {_words(self.stages)}"


def cases_from_file(path: Path) -> list[Case]:
    """Read cases. Raises ``PolicyInvalid`` with one sentence that names file, line and mend."""
    return cases_from_text(text_of(path, "file of cases"), str(path))


def cases_from_text(text: str, name: str) -> list[Case]:
    """Read cases from *text*; *name* stands for the file in messages. Raises ``PolicyInvalid``."""
    source = read(text, name, "cases:")
    try:
        file = _CasesFile.model_validate(source.values)
    except ValidationError as invalid:
        raise first_fault(source, invalid) from None
    return [_case(source.place(("cases", index)), section) for index, section in enumerate(file.cases)]


def _case(place: str, section: _CaseSection) -> Case:
    expected = section.expect
    return Case(
        name=section.name,
        place=place,
        kind=section.kind,
        requester=section.requester.lower(),
        groups=frozenset(section.groups),
        params={
            name: [_text(one) for one in each] if isinstance(each, list) else _text(each)
            for name, each in section.params.items()
        },
        rule=expected.rule,
        stages=None
        if expected.stages is None
        else tuple((frozenset(each.approvers), each.quorum) for each in expected.stages),
        auto=expected.auto is True,
        deny=expected.deny is True,
    )


def _text(value: Given) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stages(ruling: Ruling) -> tuple[tuple[frozenset[Approvers], int], ...]:
    return tuple((frozenset(each.approvers), each.quorum) for each in ruling.stages)


def _route(ruling: Ruling) -> str:
    if ruling.denied:
        return f"it is denied ({ruling.denied})"
    return "it is approved by itself" if ruling.auto else f"the approvers are {_words(_stages(ruling))}"


def _words(stages: Sequence[tuple[frozenset[Approvers], int]]) -> str:
    return ", then ".join(f"{quorum} of {' or '.join(sorted(map(str, who)))}" for who, quorum in stages) or "nobody"
