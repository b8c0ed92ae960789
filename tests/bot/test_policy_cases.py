"""``policy test``: a platform team's cases, each as expected or said to be otherwise, with its line."""

from pathlib import Path

import pytest
import yaml

from tests.bot.said import Said
from workflows.policy import load_policy

EXAMPLE = Path(__file__).parents[2] / "docs" / "policy-cases.yml"
CASE = "  - {{name: a case, kind: budget, params: {{monthly_limit: 1200, {facts}}}, expect: {{{expect}}}}}\n"
SMALL = "raise_amount: 200, raise_percent: 20"


def tried(capsys: pytest.CaptureFixture[str], folder: Path, text: str) -> Said:
    file = folder / "cases.yml"
    file.write_text(text, "utf-8")
    return Said(capsys, "policy", "test", str(file))


def case(expect: str, facts: str = SMALL) -> str:
    return "cases:\n" + CASE.format(facts=facts, expect=expect)


def test_the_example_has_every_rule_of_the_built_in_policy_and_all_are_as_expected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = Said(capsys, "policy", "test", str(EXAMPLE))

    assert (said.code, said.out, said.err) == (0, "the built-in policy: 13 cases, all as expected.\n", "")
    tried_rules = {each["expect"]["rule"] for each in yaml.safe_load(EXAMPLE.read_text("utf-8"))["cases"]}
    assert tried_rules == {each.name for each in load_policy(None).rules}


@pytest.mark.parametrize(
    ("expect", "sentence"),
    [
        ("rule: large raise", "the rule is small raise, not large raise."),
        (
            "stages: [{approvers: [project_owners, {group: finance}], quorum: 2}]",
            "the approvers are 1 of the project's owners, not 2 of @finance or the project's owners.",
        ),
        ("stages: []", "the approvers are 1 of the project's owners, not nobody."),
        ("deny: true", "it is not denied: the approvers are 1 of the project's owners."),
        ("auto: true", "it is not approved by itself: the approvers are 1 of the project's owners."),
    ],
)
def test_what_ends_otherwise_is_said_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, expect: str, sentence: str
) -> None:
    said = tried(capsys, tmp_path, case(expect))

    assert said.code == 1
    first, last = said.out.splitlines()
    assert first == f'✗ {tmp_path}/cases.yml, line 2, case "a case": {sentence}'
    assert last == "the built-in policy: 1 cases, 1 of them otherwise than expected."


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("", 1, "is empty; it must begin with cases:"),
        ("cases: []\n", 1, "cases may not be empty"),
        (case("rul: x"), 1, "did you mean rule?"),
        (case("{}"), 1, "cases.yml, line 2"),
        (case("stages: [{approvers: [owner]}]"), 1, "owner is not known here"),
        (case("deny: true, auto: true"), 1, "only one of stages, auto and deny"),
        (case("rule: small raise", "raise_amout: 1"), 1, "has no raise_amout; did you mean raise_amount?"),
        (case("rule: small raise").replace("kind: budget", "kind: bugdet"), 1, "did you mean budget?"),
        (case("rule: small raise", "raise_percent: much"), 1, "must be a number"),
        (case("rule: small raise", "raise_percent: 5"), 1, "raise_amount"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, code: int, sentence: str
) -> None:
    said = tried(capsys, tmp_path, text)

    assert said.code == code
    assert sentence in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_cases_are_tried_on_the_policy_that_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text(
        "version: 1\nenvironments: {sandbox: {description: Tries., monthly_limit: 50}}\n"
        "rules:\n"
        "  - name: theirs\n"
        "    kinds: [budget]\n"
        "    requesters: [{group: builders}]\n"
        '    when: project.name == "demo"\n'
        "    auto: true\n"
        "  - {name: rest, stages: [{approvers: [project_owners]}]}\n",
        "utf-8",
    )
    cases = tmp_path / "cases.yml"
    cases.write_text(
        "cases:\n"
        "  - {name: in, kind: budget, groups: [builders], params: {project.name: demo}, expect: {auto: true}}\n"
        "  - {name: out, kind: budget, params: {project.name: demo}, expect: {rule: theirs, deny: true}}\n"
        "  - {name: other, kind: budget, params: {project.name: x}, expect: {rule: rest}}\n",
        "utf-8",
    )

    said = Said(capsys, "policy", "test", str(cases), "--file", str(policy))

    assert (said.code, said.out) == (0, f"{policy}: 3 cases, all as expected.\n")


def test_a_project_that_is_to_be_made_is_explained_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--param", "name=tryout", "--param", "environment=sandbox", "--param", "monthly_limit=150"]

    said = Said(capsys, "policy", "explain", "--kind", "new_project", "--as", "dana@acme.example", *asked)

    assert (said.code, said.err) == (0, "")
    assert "→ sandbox project: decides" in said.out
