"""The file of workspaces: what it takes, and the one sentence for what it does not."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.installations import Listed, load_workspaces
from workflows.errors import PolicyInvalid

GOOD = """home: T0ACME
workspaces:
  T0LABS:
    enterprise: E0GROUP
    policy: labs.yml
    requests_channel: "#asks"
    security_channel: C0123456
  T0ACME:
"""


def load(folder: Path, text: str) -> tuple[Listed, ...]:
    (folder / "labs.yml").touch()
    (folder / "workspaces.yml").write_text(text, "utf-8")
    return load_workspaces(folder / "workspaces.yml")


def test_the_home_workspace_comes_first_and_has_no_id_of_its_own(tmp_path: Path) -> None:
    home, labs = load(tmp_path, GOOD)

    assert home == Listed(id="", team="T0ACME")
    assert labs == Listed(
        id="T0LABS",
        team="T0LABS",
        enterprise="E0GROUP",
        policy=tmp_path / "labs.yml",
        requests_channel="#asks",
        security_channel="C0123456",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; it must begin with home: T…"),
        ("- a", "line 1: the file must be names with values under them"),
        ("home: T0ACME", "line 1: workspaces must be names with values under them"),
        ("home: T0ACME\nworkspaces: {T0LABS: {}}", "line 1: home must be one of the workspaces below"),
        ("workspaces: {T0LABS: {}}", "home must be one of the workspaces below"),
        ("home: acme\nworkspaces:\n  acme: {}", "line 3: a workspace is named by Slack's id of it, like T0123ABCD"),
        ("home: T0ACME\nworkspaces:\n  T0ACME: {}\n  12: {}", "line 4: a workspace is named by Slack's id of it"),
        ("home: T0ACME\nworkspaces:\n  T0ACME: [a]", "line 3: T0ACME must be names with values under them"),
        ("home: T0ACME\nworkspaces:\n  T0ACME:\n    channel: x", "line 4: channel is not known here; known are enter"),
        ("home: T0ACME\nworkspaces:\n  T0ACME:\n    policy: 5", "line 4: policy must be text; put it in quotes"),
        ("home: T0ACME\nworkspaces:\n  T0ACME:\n    policy: no.yml", "line 4: there is no file no.yml beside this one"),
        (
            "home: T0ACME\nworkspaces:\n  T0ACME:\n    alerts_channel: a b",
            'line 4: alerts_channel must be one channel in quotes, like "#requests"',
        ),
        ("home: T0ACME\nworkspaces:\n  T0ACME:\n    alerts_channel: #spend", "line 4: alerts_channel must be text"),
        ("home: T0ACME\nworkspaces:\n  T0ACME:\n    enterprise: T1", "line 4: enterprise must be Slack's id of the"),
        ("home: T0ACME\nworkspaces:\n  T0ACME: {}\n  T0ACME: {}", "line 4: T0ACME is given twice"),
        ("home: T0ACME\nteams: {}", "line 2: teams is not known here; known are home, workspaces"),
    ],
)
def test_what_it_does_not_take_is_named_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load(tmp_path, text)

    assert sentence in str(refused.value)


NAMES = ["home", "workspaces", "T0ACME", "policy", "enterprise", "E1", "labs.yml"]
WORDS = st.sampled_from([*NAMES, ":", "{", "}", "[", "- ", "#a", "&a", "*a", "\n", "  "])


@given(text=st.lists(WORDS | st.text(max_size=4), max_size=25).map("".join))
def test_whatever_stands_there_is_taken_or_named(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with suppress(PolicyInvalid):
        load(tmp_path_factory.getbasetemp(), text)
