"""Rules that can never decide anything: found when the file is read, as far as that can be known without a request."""

from collections.abc import Iterable, Sequence

from workflows.policy.rules import Rule

_ALWAYS, _NEVER = "true", "false"
_ANY = frozenset({"*"})
"""What a rule without kinds is about while nobody said which kinds there are."""


def unreachable(rules: Sequence[Rule], index: int, known: Iterable[str]) -> str:
    """Return why the rule at *index* can never match, empty when it may; *known* are all kinds, as far as given."""
    rule = rules[index]
    if rule.condition.text.strip() == _NEVER:
        return "this can never match; its condition is false"
    taking = _taking(rule, [each for each in rules[:index] if bool(each.denied) == bool(rule.denied)], known)
    takes = "takes" if len(taking) == 1 else "take"
    return f"this can never match; {_names(taking)} above it {takes} everything" if taking else ""


def closed(rules: Sequence[Rule], index: int, known: Iterable[str]) -> str:
    """Return which denials leave nothing to the rule at *index*, empty when something is left.

    That is no fault: so one closes for a while what is opened again by taking one rule away.
    """
    rule = rules[index]
    if rule.denied:
        return ""
    above = [each for each in rules[:index] if not each.denied]
    taking = _taking(rule, [*(each for each in rules if each.denied), *above], known)
    denying = [each for each in taking if each.denied]
    return f"{_names(denying)} {'denies' if len(denying) == 1 else 'deny'} what this is about" if denying else ""


def _taking(rule: Rule, before: Sequence[Rule], known: Iterable[str]) -> Sequence[Rule]:
    """Return those of the rules *before* it that take everything from *rule* together; none when something is left."""
    left = frozenset(rule.kinds) or frozenset(known) or _ANY
    taking = []
    for each in before:
        taken = left & (frozenset(each.kinds) or left)
        if taken and each.condition.text.strip() in (_ALWAYS, rule.condition.text.strip()):
            taking.append(each)
            left -= taken
    return () if left else taking


def _names(rules: Iterable[Rule]) -> str:
    return " and ".join(f'"{each.name}"' for each in rules)
