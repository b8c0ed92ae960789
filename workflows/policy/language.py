"""CEL's package, without the interactive shell that it imports with itself: 7 MB, and a tenth of the bot's start."""

import sys
from types import ModuleType

sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402 - after its shell has a stand-in

__all__ = ["cel"]
