"""The command line: ``python -m bot``, also installed as ``countersign``."""

import sys

from bot.cli.main import run


def main() -> None:
    """Run the command that the arguments name, and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
