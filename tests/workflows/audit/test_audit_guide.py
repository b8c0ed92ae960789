"""docs/audit.md lets an auditor verify with other tools."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflows.audit.chains import plain
from workflows.audit.entry import FIELDS, AuditEntry
from workflows.audit.verify import verify

GUIDE = (Path(__file__).parents[3] / "docs/audit.md").read_text("utf-8")


def _block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)\n```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_guide_names_the_fields_in_their_order() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == FIELDS


def test_the_example_entry_verifies() -> None:
    assert verify([AuditEntry(**json.loads(_block("json")))]).count == 1


def test_the_example_bytes_give_the_example_hash() -> None:
    assert hashlib.sha256(_block("text").encode()).hexdigest() == json.loads(_block("json"))["hash"]


def test_the_recipe_followed_by_hand_gives_the_hash() -> None:
    for entry in plain(4):
        lines = [entry.prev_hash, str(entry.seq), entry.at, entry.action, entry.actor_type, entry.actor_id]
        lines += [entry.actor_email, entry.request_id, entry.kind, entry.project_id, entry.data]
        assert hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest() == entry.hash


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_shell_command_of_the_guide_gives_the_hash(tmp_path: Path) -> None:
    command = re.search(r"^ {4}(jq -j .*?sha256sum)$", GUIDE, re.MULTILINE | re.DOTALL)
    assert command is not None
    (tmp_path / "entry.json").write_text(_block("json"), "utf-8")
    answer = subprocess.run(command[1], shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout.split()[0] == json.loads(_block("json"))["hash"]
