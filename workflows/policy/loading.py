"""From a policy file to a frozen policy, or to one sentence that names the place and the mend."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflows.errors import PolicyInvalid
from workflows.model import AutoTerms, EmergencyTerms, Stage
from workflows.policy.conditions import Examples, compiled, nearest
from workflows.policy.reach import closed, unreachable
from workflows.policy.rules import Policy, Rule
from workflows.policy.schema import (
    AlertsSection,
    BudgetSection,
    DigestSection,
    EmergencySection,
    EnvironmentSection,
    KeysSection,
    PolicyFile,
    RemindersSection,
    RuleSection,
    StageSection,
    TermsSection,
    Weekday,
)
from workflows.policy.source import Source, read, text_of
from workflows.policy.templates import (
    Alerts,
    Breaker,
    Budget,
    Digest,
    Emergency,
    Environment,
    Escalation,
    Keys,
    Reminders,
    Terms,
)

MONEY = frozenset({"raise_amount", "monthly_limit"})
"""What a request asks for in dollars, as conditions have it: the raise, or else the limit."""

_SENTENCES = {
    "missing": "{field} is missing",
    "string_type": "{field} must be a text; put it in quotes",
    "string_unicode": "{field} holds half a character",
    "int_type": "{field} must be a whole number",
    "list_type": "{field} must be a list",
    "dict_type": "{field} must be names with values under them",
    "model_type": "{field} must be names with values under them",
    "too_short": "{field} may not be empty",
    "greater_than_equal": "{field} must be {ge} or more",
    "less_than_equal": "{field} must be {le} or less",
    "literal_error": "{field} must be {expected}",
}


def load_policy(path: Path | None, *, examples: Examples | None = None) -> Policy:
    """Read the policy at *path*, or the one that comes with the package when *path* is None.

    *examples* has, for each kind, a request as its conditions see it (every name with a value of its type); with it
    the names of kinds and of their fields are checked too. Raises ``PolicyInvalid`` with one sentence.
    """
    if path is None:
        text = (resources.files("workflows.policy") / "default.yml").read_text("utf-8")
        return policy_from_text(text, "the built-in policy", examples=examples)
    return policy_from_text(text_of(path, "policy file"), str(path), examples=examples)


def policy_from_text(text: str, name: str, *, examples: Examples | None = None) -> Policy:
    """Read a policy from *text*; *name* stands for the file in messages. Raises ``PolicyInvalid``."""
    source = read(text, name)
    try:
        file = PolicyFile.model_validate(source.values)
    except ValidationError as invalid:
        raise first_fault(source, invalid) from None
    rules = tuple(_rule(source, index, section, examples) for index, section in enumerate(file.rules))
    _check_order(source, rules, examples or ())
    return Policy(
        name=name,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        environments=MappingProxyType({each: _environment(each, of) for each, of in file.environments if of}),
        auditors=tuple(file.auditors),
        administrators=tuple(file.administrators),
        fallback=tuple(file.fallback),
        email_domains=tuple(file.email_domains),
        rules=rules,
        keys=_keys(file.keys),
        alerts=_alerts(file.alerts),
        weekly_digest=_digest(file.digest),
        reminders=_reminders(file.reminders),
        escalation=Escalation(
            backup_after=file.escalation.backup_after_hours, fallback_after=file.escalation.fallback_after_hours
        ),
        breaker=Breaker(approvals=file.breaker.approvals, minutes=file.breaker.minutes),
        emergency=_emergency(source, file.emergency, examples),
        warnings=tuple(_warnings(source, rules, examples or ())),
    )


def _environment(name: str, section: EnvironmentSection) -> Environment:
    return Environment(
        name=name,
        description=section.description,
        models=tuple(section.models),
        monthly_limit=section.monthly_limit,
        maximum_monthly_limit=section.maximum_monthly_limit,
        channel=section.channel or "",
        tools=tuple(section.tools),
        groups=MappingProxyType(dict(section.groups)),
        rate_limits=MappingProxyType(
            {each: of.model_dump(exclude_none=True) for each, of in section.rate_limits.items()}
        ),
        service_account=section.service_account or "",
    )


def _keys(section: KeysSection) -> Keys:
    return Keys(
        claim_hours=section.claim_hours,
        expires_in_days=section.expires_in_days,
        longest_days=section.longest_days,
        overlap_days=section.overlap_days,
        when_unused=section.old_key == "when_unused",
    )


def _alerts(section: AlertsSection) -> Alerts:
    terms = Terms(thresholds=_sorted(section.thresholds), amounts=_sorted(section.amounts))
    return Alerts(
        terms=terms,
        critical=section.critical,
        forecast=section.forecast,
        spikes=section.spikes,
        smallest_spike=section.smallest_spike,
        environments=MappingProxyType({each: _terms(of, terms) for each, of in section.environments.items()}),
        projects=MappingProxyType({each: _terms(of, terms) for each, of in section.projects.items()}),
        cost_centres=MappingProxyType({each: _budget(of, terms) for each, of in section.cost_centres.items()}),
        organization=_budget(section.organization, terms) if section.organization else None,
    )


def _digest(section: DigestSection) -> Digest:
    return Digest(weekly=section.weekly, weekday=get_args(Weekday).index(section.weekday), hour=section.hour)


def _reminders(section: RemindersSection) -> Reminders:
    return Reminders(
        after=_sorted(section.after_hours),
        begins=section.begins,
        ends=section.ends,
        days=frozenset(map(get_args(Weekday).index, section.days)),
        digest_above=section.digest_above,
    )


def _emergency(source: Source, section: EmergencySection | None, examples: Examples | None) -> Emergency:
    if section is None:
        return Emergency()
    for position, kind in enumerate(section.kinds if examples else ()):
        path = ("emergency", "kinds", position)
        if examples and kind not in examples:
            raise source.fault(path, f"{kind} is not a kind of request{nearest(kind, examples)}")
        if examples and "until" not in examples[kind]:
            raise source.fault(path, f"{kind} requests do not end by themselves, and in an emergency they must")
    terms = EmergencyTerms(people=tuple(section.people), longest_days=section.longest_days, reviewers=section.reviewers)
    return Emergency(kinds=tuple(section.kinds), terms=terms)


def _terms(section: TermsSection, otherwise: Terms) -> Terms:
    """Return the terms of a section; what it leaves out is as it is everywhere else."""
    return Terms(
        thresholds=otherwise.thresholds if section.thresholds is None else _sorted(section.thresholds),
        amounts=otherwise.amounts if section.amounts is None else _sorted(section.amounts),
    )


def _budget(section: BudgetSection, otherwise: Terms) -> Budget:
    return Budget(monthly=section.monthly_budget, terms=_terms(section, Terms(thresholds=otherwise.thresholds)))


def _sorted(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(values)))


def _rule(source: Source, index: int, section: RuleSection, examples: Examples | None) -> Rule:
    path = ("rules", index)
    for position, kind in enumerate(section.kinds if examples else ()):
        if examples and kind not in examples:
            problem = f"{kind} is not a kind of request{nearest(kind, examples)}"
            raise source.fault((*path, "kinds", position), problem)
    try:
        condition = compiled(section.when, section.kinds, examples)
    except ValueError as problem:
        raise source.fault((*path, "when"), str(problem)) from None
    return Rule(
        name=section.name,
        place=source.place(path),
        kinds=tuple(section.kinds),
        condition=condition,
        stages=tuple(map(_stage, section.stages)),
        denied=section.deny or "",
        pending_hours=section.pending_hours,
        requesters=tuple(section.requesters),
        auto=_auto(source, path, section, examples),
        longest_grant_days=section.longest_grant_days,
    )


def _auto(
    source: Source, path: tuple[str | int, ...], section: RuleSection, examples: Examples | None
) -> AutoTerms | None:
    auto = section.auto
    if auto is None:
        return None
    known = examples or {}
    for kind in (section.kinds or known) if auto.cap is not None and known else ():
        if not MONEY & known[kind].keys():
            raise source.fault((*path, "auto", "cap"), f"{kind} requests ask for no money; bound them by count")
    return AutoTerms(cap=auto.cap, count=auto.count, per=auto.per, breaker=auto.breaker)


def _stage(section: StageSection) -> Stage:
    approvers = tuple(dict.fromkeys(section.approvers))
    return Stage(
        name=section.name or " or ".join(map(str, approvers)),
        approvers=approvers,
        quorum=section.quorum,
        backup=tuple(dict.fromkeys(section.backup)),
    )


def _check_order(source: Source, rules: Sequence[Rule], known: Iterable[str]) -> None:
    """Refuse two rules of one name, and a rule that can never match."""
    for index, rule in enumerate(rules):
        if any(each.name == rule.name for each in rules[:index]):
            raise source.fault(("rules", index, "name"), "another rule above has this name")
    for index in range(len(rules)):
        if problem := unreachable(rules, index, known):
            raise source.fault(("rules", index), problem)


def _warnings(source: Source, rules: Sequence[Rule], known: Iterable[str]) -> Iterator[str]:
    for index in range(len(rules)):
        if doubt := closed(rules, index, known):
            yield f"{source.place(('rules', index))}: {doubt}"


def first_fault(source: Source, invalid: ValidationError) -> PolicyInvalid:
    """Return the fault that stands first in the file; one mended fault often mends the next."""
    faults = [(_path(error), error) for error in invalid.errors(include_url=False)]
    path, error = min(faults, key=lambda each: source.line(each[0]))
    return source.fault(path, _sentence(path, error))


def _path(error: ErrorDetails) -> tuple[str | int, ...]:
    key = error.get("ctx", {}).get("key", "")
    return (*error["loc"], key) if key else error["loc"]


def _sentence(path: Sequence[str | int], error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    field = _field(path)
    if error["type"] == "fault":
        sentence = str(context["sentence"])
        if sentence.startswith(":"):
            return field + sentence
        return f"{field} {sentence}" if sentence.startswith("must ") else sentence
    known = _SENTENCES.get(error["type"])
    return known.format(field=field, **context) if known else f"{field}: {error['msg']}"


def _field(path: Sequence[str | int]) -> str:
    """Return what a person calls the last part of *path*."""
    match list(path):
        case [*_, str(name), int(index)]:
            return f"entry {index + 1} of {name}"
        case [*_, last]:
            return str(last)
        case _:
            return "the file"
