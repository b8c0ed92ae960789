"""The bot starts without the shell of CEL's package."""

import subprocess
import sys

from tests.support.installation import ROOT

LOADED = "import sys, bot.cli.running; print(*sys.modules)"


def test_the_bot_does_not_load_the_shell_of_its_conditions_language() -> None:
    process = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(process.stdout.split())

    assert {"cel", "bot.cli.running"} <= loaded
    assert "prompt_toolkit" not in loaded
