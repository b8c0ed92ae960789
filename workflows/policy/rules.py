"""The policy as the rest of the house sees it: frozen rules, and the ruling they give on a question."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workflows.errors import PolicyInvalid
from workflows.model import Approvers, ApproverSource, AutoTerms, Ruling, Stage
from workflows.money import dollars
from workflows.policy.conditions import Condition
from workflows.policy.language import cel
from workflows.policy.question import Question
from workflows.policy.templates import Alerts, Breaker, Digest, Emergency, Environment, Escalation, Keys, Reminders

NO_RULE = "no rule matched"
IN_DOUBT = "no rule could be applied"
PENDING_HOURS = 72  # three days: lives of hours are what people of other tools complain about most


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the file. Empty ``kinds``: every kind. Empty ``requesters``: everyone. ``place``: file and line.

    ``auto``: how far it approves by itself, without anybody. ``longest_grant_days``: what it gives ends within them.
    """

    name: str
    place: str
    kinds: tuple[str, ...]
    condition: Condition
    stages: tuple[Stage, ...]
    denied: str
    pending_hours: int
    requesters: tuple[Approvers, ...]
    auto: AutoTerms | None = None
    longest_grant_days: int | None = None

    def concerns(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    def matches(self, kind: str, context: cel.Context) -> bool:
        """Say whether the rule is about this request.

        Raises ``PolicyInvalid`` when the condition cannot be evaluated: a rule in doubt never counts as no match.
        """
        if not self.concerns(kind):
            return False
        try:
            return self.condition.holds(context)
        except ValueError as problem:
            raise PolicyInvalid(f"{self.place}: {problem}") from None

    def refusal(self, question: Question) -> str:
        """Return why this rule says no to the requester, or an empty text."""
        if self.denied or not self.requesters:
            return self.denied
        email = str(question.requester.get("email", "")).lower()
        known = {ApproverSource.EMAIL: {email}, ApproverSource.GROUP: question.groups}
        if any(each.value in known[each.source] for each in self.requesters):
            return ""
        return f"Only {' or '.join(map(str, self.requesters))} may ask for this."


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What became of one rule for a question, in words; ``matched`` says whether its kinds and condition fit."""

    rule: str
    matched: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The whole file, frozen. ``digest`` is SHA-256 of its text, so that a stored ruling names what it came from.

    ``warnings`` are sentences about what is allowed and probably not meant, each with its place.
    """

    name: str
    digest: str
    environments: Mapping[str, Environment]
    auditors: tuple[Approvers, ...]
    administrators: tuple[Approvers, ...]
    fallback: tuple[Approvers, ...]
    email_domains: tuple[str, ...]
    rules: tuple[Rule, ...]
    keys: Keys = field(default_factory=Keys)
    alerts: Alerts = field(default_factory=Alerts)
    weekly_digest: Digest = field(default_factory=Digest)
    breaker: Breaker = field(default_factory=Breaker)
    reminders: Reminders = field(default_factory=Reminders)
    escalation: Escalation = field(default_factory=Escalation)
    emergency: Emergency = field(default_factory=Emergency)
    warnings: tuple[str, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def requester_groups(self) -> frozenset[str]:
        """The groups whose membership decides who may ask: look them up before asking for a ruling."""
        named = (each for rule in self.rules for each in rule.requesters)
        return frozenset(each.value for each in named if each.source is ApproverSource.GROUP)

    @property
    def fallback_ruling(self) -> Ruling:
        """The ruling for a request that no rule is about: the fallback approvers decide."""
        stage = Stage(name="fallback", approvers=self.fallback)
        return Ruling(
            rule=NO_RULE,
            stages=(stage,),
            pending_hours=PENDING_HOURS,
            fallback=self.fallback,
            policy_digest=self.digest,
        )

    def rule_on(self, question: Question) -> Ruling:
        """Return what the policy says: a denying rule anywhere wins, else the first rule that matches decides.

        Raises ``PolicyInvalid``, naming the rule, when a condition cannot be evaluated on this request.
        """
        context = question.context()
        deciding = self._deciding(question.kind, context)
        if deciding is None:
            return self.fallback_ruling
        refusal = deciding.refusal(question)
        return Ruling(
            rule=deciding.name,
            stages=() if refusal or deciding.auto else deciding.stages,
            pending_hours=deciding.pending_hours,
            denied=refusal,
            fallback=self.fallback,
            policy_digest=self.digest,
            auto=deciding.auto is not None and not refusal,
            auto_terms=deciding.auto or AutoTerms(),
            otherwise=(deciding.stages or self.fallback_ruling.stages) if deciding.auto and not refusal else (),
            longest_grant_days=deciding.longest_grant_days,
            condition="" if deciding.condition.text.strip() == "true" else deciding.condition.text.strip(),
        )

    def rule_in_doubt(self, question: Question) -> Ruling:
        """Return the ruling on what ``rule_on`` cannot decide: a certain denial wins, else the fallback decides."""
        for rule in self.rules:
            with contextlib.suppress(PolicyInvalid):
                if rule.denied and rule.matches(question.kind, question.context()):
                    return replace(self.fallback_ruling, rule=rule.name, stages=(), denied=rule.denied)
        return replace(self.fallback_ruling, rule=IN_DOUBT)

    def explain(self, question: Question) -> list[Explanation]:
        """Say of each rule, from the top, what it has to do with the question; never raises for a condition."""
        context = question.context()
        try:
            deciding = self._deciding(question.kind, context)
        except PolicyInvalid:
            return [self._explanation(rule, question, context, None) for rule in self.rules]
        explanations = [self._explanation(rule, question, context, deciding) for rule in self.rules]
        if deciding is None:
            who = " or ".join(map(str, self.fallback))
            explanations.append(Explanation(rule=NO_RULE, matched=True, reason=f"so the fallback decides: {who}"))
        return explanations

    def _deciding(self, kind: str, context: cel.Context) -> Rule | None:
        for rule in self.rules:
            if rule.denied and rule.matches(kind, context):
                return rule
        for rule in self.rules:
            if not rule.denied and rule.matches(kind, context):
                return rule
        return None

    def _explanation(self, rule: Rule, question: Question, context: cel.Context, deciding: Rule | None) -> Explanation:
        if not rule.concerns(question.kind):
            return Explanation(rule=rule.name, matched=False, reason=f"is only about {', '.join(rule.kinds)}")
        try:
            matched = rule.matches(question.kind, context)
        except PolicyInvalid as problem:
            return Explanation(rule=rule.name, matched=False, reason=f"cannot be decided. {problem}")
        if not matched:
            return Explanation(rule=rule.name, matched=False, reason=f"its condition is false: {rule.condition.text}")
        if rule is not deciding:
            return Explanation(rule=rule.name, matched=True, reason="matches too, but another rule decides")
        refusal = rule.refusal(question)
        route = f"nobody is asked, it approves by itself{_bounds(rule.auto)}" if rule.auto else _route(rule.stages)
        return Explanation(rule=rule.name, matched=True, reason=f"decides: {refusal or route}")


def _bounds(terms: AutoTerms) -> str:
    """Say up to what a rule approves by itself."""
    most = [dollars(terms.cap)] if terms.cap is not None else []
    most += [f"{terms.count} requests" if terms.count != 1 else "1 request"] if terms.count is not None else []
    return f", up to {' and '.join(most)} a {terms.per} for each project" if most else ""


def _route(stages: tuple[Stage, ...]) -> str:
    """Say who decides, stage after stage."""
    return ", then ".join(f"{stage.quorum} of {' or '.join(map(str, stage.approvers))}" for stage in stages)
