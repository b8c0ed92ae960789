"""A policy file is taken whole, or refused with one sentence that names the place and the mend."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.policies import EXAMPLES, HEAD, RULES
from workflows.errors import PolicyInvalid
from workflows.model import Approvers, ApproverSource
from workflows.policy import Environment, load_policy, policy_from_text

ORGANIZATION_OWNERS = Approvers(source=ApproverSource.ORGANIZATION_OWNERS)
DEFAULT = (Path(__file__).parents[3] / "workflows/policy/default.yml").read_text("utf-8")


def fault(text: str) -> str:
    """Return the sentence with which *text* is refused."""
    with pytest.raises(PolicyInvalid) as invalid:
        policy_from_text(text, "policy.yml", examples=EXAMPLES)
    return str(invalid.value)


def in_rule(lines: str) -> str:
    """Return a file whose one rule begins on line 5 and goes on with *lines*."""
    return f"{HEAD}rules:\n  - name: small raises\n    " + lines.replace("\n", "\n    ")


STAGES = "stages: [{approvers: [project_owners]}]"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (f"{STAGES}\nquorom: 2", 'line 7, rule "small raises": quorom is not known here; known are auto, deny, kinds'),
        ("stages: [{approvers: [project_owners], quorom: 2}]", "quorom is not known here; did you mean quorum?"),
        (f"{STAGES}\nwen: true", "wen is not known here; did you mean when?"),
        (
            "deny: x\nstages: [{approvers: [project_owners]}]",
            "a rule needs one of stages (who decides), auto (nobody has to) and deny (why not)",
        ),
        ("when: true", 'line 5, rule "small raises": a rule needs one of stages'),
        ("deny:", 'line 6, rule "small raises": deny has no value'),
        ("deny: no", "deny must be a text; put it in quotes"),
        ('deny: " "', "deny must be a text of one line, at most 300 characters"),
        ("deny: x\npending_hours: 5", "pending_hours means nothing in a rule that denies"),
        ("deny: x\nrequesters: everyone", "requesters means nothing in a rule that denies"),
        ("stages: []", "stages may not be empty"),
        ("stages: [{name: a}]", "approvers is missing"),
        ("stages: [{approvers: []}]", "approvers may not be empty"),
        ("stages: [{approvers: project_owners}]", "approvers must be a list"),
        ("stages: [{approvers: [project_owner]}]", "project_owner is not known here; did you mean project_owners?"),
        ("stages: [{approvers: [ada@example.com]}]", "write an address as {email: ada@example.com}"),
        ("stages: [{approvers: [{grp: a}]}]", "grp is not known here; did you mean group?"),
        ("stages: [{approvers: [{group: a b}]}]", "group must be the handle of a Slack user group"),
        ("stages: [{approvers: [{email: ada}]}]", "email must be an e-mail address"),
        ("stages: [{approvers: [{email: a@b.c, group: d}]}]", "write project_owners, organization_owners"),
        ("stages: [{approvers: [5]}]", "write project_owners, organization_owners"),
        ("stages: [{approvers: [project_owners], quorum: 0}]", "quorum must be 1 or more"),
        ("stages: [{approvers: [project_owners], quorum: 51}]", "quorum must be 50 or less"),
        ("stages: [{approvers: [project_owners], quorum: 1.5}]", "quorum must be a whole number"),
        ("stages: [{approvers: [project_owners], quorum: true}]", "quorum must be a whole number"),
        ("stages: [{approvers: [{email: a@b.c}], quorum: 2}]", "quorum is 2 but only 1 are named"),
        (f"{STAGES}\npending_hours: 0", 'line 7, rule "small raises": pending_hours must be 1 or more'),
        (f"{STAGES}\nrequesters: []", "requesters must be everyone or a list"),
        (f"{STAGES}\nrequesters: [project_owners]", "project_owners is not known here; known are {email: …}, {group"),
        (f"{STAGES}\nkinds: []", "kinds may not be empty"),
        (f"{STAGES}\nkinds: [bugdet]", 'line 7, rule "small raises": bugdet is not a kind of request; did you mean b'),
        (f"{STAGES}\nkinds: [Budget]", "entry 1 of kinds must be a word in small letters"),
        (f"{STAGES}\nwhen: 5", "when must be a text"),
        (f"{STAGES}\n{STAGES}", "line 7: stages is given twice"),
    ],
)
def test_a_fault_in_a_rule_is_named_with_its_place(lines: str, sentence: str) -> None:
    refusal = fault(in_rule(lines))
    assert refusal.startswith("policy.yml, line ")
    assert sentence in refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "policy.yml is empty; it must begin with version: 1"),
        ("# nothing\n", "policy.yml is empty"),
        ("hello", "policy.yml, line 1: the file must be names with values under them"),
        (HEAD, "policy.yml, line 1: rules is missing"),
        (f"{HEAD}rules:\n", "policy.yml, line 4: rules has no value"),
        (f"{HEAD}rules: []\n", "policy.yml, line 4: rules may not be empty"),
        (f"{HEAD}rules: [5]\n", "policy.yml, line 4, rule 1: entry 1 of rules must be names with values"),
        (f"{HEAD}rulez: []\n", "policy.yml, line 4: rulez is not known here; did you mean rules?"),
        (RULES, "policy.yml, line 1: version is missing"),
        (f"{HEAD}{RULES}".replace("version: 1", "version: 2"), "policy.yml, line 1: version must be 1"),
        (
            f"{HEAD}{RULES}".replace("sandbox", "sandbx"),
            "line 3, environment sandbx: sandbx is not known here; did you",
        ),
        (f"version: 1\nenvironments: {{}}\n{RULES}", "line 2: environments may not be empty"),
        (f"{HEAD}{RULES}".replace("100}", "lots}"), "environment sandbox: monthly_limit: Write the amount in dollars"),
        (f"{HEAD}{RULES}".replace("100}", "-5}"), "monthly_limit: The amount must be more than $0"),
        (f"{HEAD}{RULES}".replace("100}", "1.005}"), "monthly_limit: Write the amount"),
        (f"{HEAD}{RULES}".replace("100}", ".inf}"), "monthly_limit: Write the amount"),
        (f"{HEAD}{RULES}".replace("100}", "1e300}"), "monthly_limit: "),
        (f"{HEAD}{RULES}".replace("100}", "true}"), "monthly_limit must be an amount in dollars"),
        (
            f"{HEAD}{RULES}".replace("100}", "100, maximum_monthly_limit: 50}"),
            "must not be above maximum_monthly_limit",
        ),
        (f"{HEAD}{RULES}".replace("100}", "100, models: [5]}"), "entry 1 of models must be a text; put it in quotes"),
        (f"{HEAD}auditors: []\n{RULES}", "line 4: auditors may not be empty"),
        (f"{HEAD}auditors: [project_owners]\n{RULES}", "line 4: project_owners is not known here"),
        (f"{HEAD}fallback: [project_owners]\n{RULES}", "line 4: project_owners is not known here"),
        (f"{HEAD}email_domains: ['@b.c']\n{RULES}", "entry 1 of email_domains must be a domain, such as example.com"),
        (f"{HEAD}{RULES}  - name: all\n    deny: x\n", 'line 8, rule "all": another rule above has this name'),
        (f"{HEAD}{RULES}  - name: b\n    {STAGES}\n", 'line 8, rule "b": this can never match; "all" above it takes'),
        (f'{HEAD}{RULES}  - name: "b\\nc"\n    deny: x\n', "line 8, rule 2: name must be a text of one line"),
        (f'{HEAD}{RULES}  - name: "\\ud800"\n    deny: x\n', "line 8, rule 2: name holds half a character"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_place(text: str, sentence: str) -> None:
    assert sentence in fault(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("version: 1\n\tenvironments: 2", "policy.yml, line 2: this is not valid YAML"),
        ("a: [1\nb: 2", "policy.yml, line 2: this is not valid YAML"),
        ("a: *b", "line 1: this is not valid YAML: found undefined alias"),
        ("a: !!python/object:os.system {}", "line 1: this is not valid YAML: could not determine a constructor"),
        ("a: 1\n---\nb: 2", "line 2: this is not valid YAML: but found another document"),
        ("a: 1\nb: \x07", "policy.yml, line 2: a character that YAML does not allow"),
        ("a: 2026-13-45", "policy.yml: a value cannot be read: month must be in 1..12"),
        ("a: 1\na: 2", "policy.yml, line 2: a is given twice"),
        ("? [a]\n: b", "line 1: a name must be one word before a colon"),
        ("a: &a [*a]", "the file unfolds to too many values"),
        ("[" * 5000, "values stand inside each other too deeply"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{b}: &{b} [{f'*{a},' * 9}]\n" for a, b in ("ab", "bc", "cd", "de", "ef")),
            "the file unfolds to too many values",
        ),
    ],
)
def test_what_is_no_yaml_is_refused(text: str, sentence: str) -> None:
    assert sentence in fault(text)


@given(st.data())
def test_a_damaged_file_is_taken_or_refused_in_one_line(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(DEFAULT)))
    end = start + data.draw(st.integers(0, 40))
    put = data.draw(
        st.one_of(st.text(max_size=5), st.sampled_from(["[", "{", ": ", "- ", "&a ", "*a", "!!int ", "|\n"]))
    )
    refusal = _refusal(DEFAULT[:start] + put + DEFAULT[end:])
    assert "\n" not in refusal
    assert not refusal or refusal.startswith("policy.yml")


def _refusal(text: str) -> str:
    try:
        policy_from_text(text, "policy.yml", examples=EXAMPLES)
    except PolicyInvalid as invalid:
        return str(invalid)
    return ""


def test_what_is_left_out_has_its_default() -> None:
    policy = policy_from_text(HEAD + RULES, "policy.yml")
    assert policy.auditors == policy.administrators == policy.fallback == (ORGANIZATION_OWNERS,)
    assert policy.email_domains == ()
    (rule,) = policy.rules
    assert (rule.kinds, rule.denied, rule.pending_hours, rule.requesters) == ((), "", 72, ())
    assert rule.stages[0].name == "the project's owners"
    assert rule.stages[0].quorum == 1


def test_environments_are_templates_in_cents() -> None:
    head = HEAD.replace("100}", "99.5, maximum_monthly_limit: '1,000.50', models: [m], channel: lab}")
    assert policy_from_text(head + RULES, "policy.yml").environments == {
        "sandbox": Environment(
            name="sandbox",
            description="Experiments",
            models=("m",),
            monthly_limit=9950,
            maximum_monthly_limit=100050,
            channel="lab",
        )
    }


def test_people_are_read_as_they_are_looked_up() -> None:
    head = f"{HEAD}auditors: [{{group: '@security'}}, {{email: Ada@Example.COM}}, organization_owners]\n"
    assert policy_from_text(head + RULES, "policy.yml").auditors == (
        Approvers(source=ApproverSource.GROUP, value="security"),
        Approvers(source=ApproverSource.EMAIL, value="ada@example.com"),
        ORGANIZATION_OWNERS,
    )


def test_the_digest_is_of_the_text() -> None:
    assert policy_from_text(HEAD + RULES, "a").digest == hashlib.sha256((HEAD + RULES).encode()).hexdigest()


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "policy.yml"
    file.write_text(HEAD + RULES, "utf-8-sig")
    assert load_policy(file).rules[0].name == "all"
    file.write_text("version: 3", "utf-8")
    with pytest.raises(PolicyInvalid, match=f"^{file}, line 1: "):
        load_policy(file)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "cannot be read: No such file", id="absent"),
        pytest.param(b"version: 1\n\xff", "line 2: this is not UTF-8 text", id="latin"),
        pytest.param(b"#" * 1_000_001, "is larger than 1,000,000 bytes", id="huge"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "policy.yml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PolicyInvalid, match=sentence) as invalid:
        load_policy(file)
    assert str(file) in str(invalid.value)


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="cannot be read: Is a directory"):
        load_policy(tmp_path)
