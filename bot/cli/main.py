"""All commands together; whatever goes wrong ends with one sentence and an exit code, never with a traceback."""

import importlib
import sys
from collections.abc import Mapping, Sequence

import structlog
import typer

from bot.cli.ending import FAILED, MISUSED, CannotRun
from bot.logs import redacted
from bot.settings import SettingsInvalid
from workflows.errors import WorkflowError

log = structlog.get_logger(__name__)


MODULES: Mapping[str, str] = {
    "demo": "demo",
    **dict.fromkeys(("run", "web", "worker", "migrate"), "running"),
    "doctor": "doctor",
    "policy": "policy",
    "audit": "audit",
    "report": "report",
    "workspaces": "workspaces",
    "sandbox": "sandbox",
}
"""Each command → the module of ``bot.cli`` that it is in, in the order of the help."""


def commands(only: str = "") -> typer.Typer:
    """Return the command line; *only* the part with that command, if it is one.

    Each part brings its own libraries: ``run`` should neither wait for the local servers nor keep them in memory.
    """
    app = typer.Typer(
        name="countersign",
        help="Run your company's OpenAI Projects from Slack.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_several)
    for name in dict.fromkeys([MODULES[only]] if only in MODULES else MODULES.values()):
        importlib.import_module(f"bot.cli.{name}").add_to(app)
    return app


def _several() -> None:
    """Stay a line of commands, also when there is one: typer would leave its name out."""


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return the exit code."""
    try:
        app = commands(only=arguments[0] if arguments else "")
        code = typer.main.get_command(app).main(list(arguments), prog_name="countersign", standalone_mode=False)
    except (CannotRun, SettingsInvalid, WorkflowError) as problem:
        return _said(str(problem), FAILED)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, and so has the place for a complaint
        return FAILED
    except Exception as problem:  # noqa: BLE001 - the last line of defence: a sentence, and the trace only in a log
        return _ended(problem)
    return code if isinstance(code, int) else 0


def _ended(problem: Exception) -> int:
    # typer brings click's errors from its own copy or from click itself, by version.
    words = getattr(problem, "format_message", None)
    if words is not None:
        return _misused(problem, words())
    if isinstance(problem, RuntimeError) and type(problem).__name__ in {"Exit", "Abort"}:
        return int(getattr(problem, "exit_code", FAILED))
    log.debug("crashed", exc_info=problem)
    return _said(f"This should not have happened ({type(problem).__name__}: {problem})", FAILED)


def _misused(problem: Exception, sentence: str) -> int:
    if not sentence:  # no arguments at all: typer has printed the help
        return MISUSED
    context = getattr(problem, "ctx", None)
    command = context.command_path if context is not None else "countersign"
    return _said(f"{sentence.rstrip('.?')}{'?' if sentence.endswith('?') else '.'} See {command} --help", MISUSED)


def _said(sentence: str, code: int) -> int:
    one_line = " ".join(redacted(sentence).split())
    sys.stderr.write(one_line if one_line.endswith((".", "?", "!")) else f"{one_line}.")
    sys.stderr.write("\n")
    return code
