"""A condition is checked when the file is read, as far as that can be known, and never guessed at afterwards."""

from typing import Any

import pytest

from tests.workflows.policy.policies import EXAMPLES, policy, question
from workflows.errors import PolicyInvalid
from workflows.policy.conditions import FUNCTIONS, compiled

RULE = "  - name: x\n    kinds: [{kinds}]\n    when: {when}\n    stages: [{{approvers: [project_owners]}}]\n"


def rule(when: str, kinds: str = "budget") -> str:
    return RULE.format(when=f"'{when.replace(chr(39), chr(39) * 2)}'", kinds=kinds)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("request.monthly_limit >", "when is not valid CEL at column 24: mismatched input the end"),
        ("", "when is not valid CEL at column 1"),
        ("true &\n\n& false", "when is not valid CEL at "),
        ("(" * 300 + "true" + ")" * 300, "when is not valid CEL"),
        ("true || " * 300 + "true", "characters long; at most 2000 can be read"),
        ("reqest.monthly_limit > 1.0", "reqest is not known in a condition; did you mean request?"),
        ("amount > 1.0", "amount is not known in a condition; known are project, request, requester, spend"),
        ("siz(request.reason) > 1", "siz() is not a function of CEL; did you mean size?"),
        ("request.reason.startWith('a')", "startWith() is not a function of CEL; did you mean startsWith?"),
        ("request.monthly_limt > 1.0", "request.monthly_limt is not known here; did you mean monthly_limit?"),
        ("has(request.monthly_limt)", "request.monthly_limt is not known here; did you mean monthly_limit?"),
        ("true || request.monthly_limt > 1.0", "request.monthly_limt is not known here"),
        ('true || request["monthly_limt"] > 1.0', "request.monthly_limt is not known here"),
        ("project.enviroment == 'production'", "project.enviroment is not known here; did you mean environment?"),
        ("spend.mnth > 1.0", "spend.mnth is not known here; did you mean month?"),
        ("requester.mail == ''", "requester.mail is not known here; did you mean email?"),
        ("request.environment == 'production'", "request.environment is not known here"),
        ("request.reason > 5", "when cannot be evaluated for budget: No such overload"),
        ("request.monthly_limit * 2 > 5.0", "when cannot be evaluated for budget: Unsupported operation: float * int"),
        ("project.limit > 5.0", "project.limit and spend.limit are null without a limit"),
        ("request.monthly_limit", "when must be true or false; this gives a float"),
        ("'yes'", "when must be true or false; this gives a str"),
    ],
)
def test_a_faulty_condition_is_refused_when_the_file_is_read(when: str, sentence: str) -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        policy(rule(when))
    assert str(invalid.value).startswith('policy.yml, line 7, rule "x": ')
    assert sentence in str(invalid.value)


@pytest.mark.parametrize(
    "when",
    [
        "request.raise_percent <= 20.0 && request.raise_amount < 1000",
        "project.limit != null && project.limit > 100.0 && spend.share >= 0.8",
        "requester.email.endsWith('@example.com') // request.nothing of this matters",
        "request.reason.matches('^[A-Z]+-[0-9]+') || project.name in ['support', 'request.x', \"spend.y\"]",
        "size(request.reason) > 5 ? true : project.cost_centre == ''",
        "['support', 'lab'].exists(prefix, project.name.startsWith(prefix))",
        "timestamp('2026-01-01T00:00:00Z').getFullYear() == 2026",
        "type(request.reason) == string && r'\\d' != 'd'",
        "100.0 / (request.monthly_limit - 1500.0) > 0.1",
        'request["reason"] != ""',
    ],
)
def test_a_sound_condition_is_taken(when: str) -> None:
    assert policy(rule(when)).rules[0].condition.text == when


def test_a_condition_about_several_kinds_must_suit_each() -> None:
    with pytest.raises(PolicyInvalid, match="new_project requests have no raise_amount"):
        policy(rule("request.raise_amount > 5.0", kinds="budget, new_project"))
    policy(rule("has(request.raise_amount) && request.raise_amount > 5.0", kinds="budget, new_project"))


def test_a_list_of_the_form_is_a_list_in_cel() -> None:
    when = "request.models.all(model, model in ['gpt-5-mini', 'gpt-5.1']) && request.owners.size() == 1"
    asked = policy(rule(when, kinds="new_project"))
    assert asked.rule_on(question("new_project")).rule == "x"
    assert asked.rule_on(question("new_project", models=["other"])).rule == "no rule matched"


@pytest.mark.parametrize(
    ("when", "request_value", "sentence"),
    [
        ("request.monthly_limit > 5.0", {"monthly_limit": "lots"}, "when cannot be evaluated: No such overload"),
        ("request.monthly_limit > 5.0", {"monthly_limit": None}, "when cannot be evaluated: No such overload"),
        ("int(request.reason) / 0 == 1 || request.reason == ''", {"reason": "5"}, "division by zero"),
        ("request.monthly_limit", {}, "when must be true or false; this gives a float"),
        ("request.nothing == 1", {}, "when asks for nothing, which this request does not have"),
        ("request.reason.matches(request.project)", {"project": "("}, "when cannot be evaluated"),
    ],
)
def test_doubt_at_the_request_is_an_error_and_never_no_match(
    when: str, request_value: dict[str, Any], sentence: str
) -> None:
    asked = policy(rule(when), checked=False)
    with pytest.raises(PolicyInvalid) as invalid:
        asked.rule_on(question(**request_value))
    assert str(invalid.value).startswith('policy.yml, line 5, rule "x": ')
    assert sentence in str(invalid.value)


@pytest.mark.parametrize("value", [object(), "\ud800"])
def test_a_value_cel_has_no_type_for_is_an_error(value: object) -> None:
    with pytest.raises(PolicyInvalid, match="budget request"):
        policy(rule("true")).rule_on(question(reason=value))


def test_every_function_offered_exists() -> None:
    calls = {
        "size": "size('a') == 1",
        "dyn": "dyn(1) == 1",
        "type": "type(1) == int",
        "has": "has(request.reason)",
        "bytes": "bytes('a') == b'a'",
        "timestamp": "timestamp('2026-01-01T00:00:00Z') > timestamp('2025-01-01T00:00:00Z')",
        "duration": "duration('1h') > duration('1m')",
    }
    for name in FUNCTIONS:
        when = calls.get(name) or _call(name)
        assert isinstance(compiled(when, ["budget"], EXAMPLES).text, str)


def _call(name: str) -> str:
    if name in ("contains", "startsWith", "endsWith", "matches"):
        return f"'a'.{name}('a')"
    if name in ("exists", "exists_one", "all"):
        return f"[1].{name}(each, each == 1)"
    if name in ("filter", "map"):
        return f"[1].{name}(each, each == 1).size() == 1"
    if name.startswith("get"):
        return f"timestamp('2026-01-01T00:00:00Z').{name}() >= 0"
    return f"{name}('1') == {name}('1')"
