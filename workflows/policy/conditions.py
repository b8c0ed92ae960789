"""Conditions in CEL: compiled once, checked for names nobody knows, evaluated to true or false and nothing else.

CEL is described at https://cel.dev; the package has its core and no extension library.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from workflows.policy.language import cel
from workflows.policy.question import EXAMPLE, Question

Examples = Mapping[str, Mapping[str, Any]]
"""For each kind, a request as its conditions see it: every name, with a value of its type."""

LONGEST = 2_000
VARIABLES = ("request", *EXAMPLE)
_TYPES = ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint")
FUNCTIONS = (
    *("size", "contains", "startsWith", "endsWith", "matches", "exists", "exists_one", "all", "filter", "map", "has"),
    *("int", "uint", "double", "string", "bytes", "timestamp", "duration", "type", "dyn"),
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
    *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
)
_WITHOUT_LIMIT = {name: {**facts, "limit": None} for name, facts in EXAMPLE.items() if name != "requester"}
_TEXT = re.compile(
    r'[rR]"""[\s\S]*?"""|[rR]"[^"]*"'
    r"|[rR]'''[\s\S]*?'''|[rR]'[^']*'"  # raw: a backslash means itself
    r'|"""[\s\S]*?"""|"(?:\\.|[^"\\])*"'
    r"|'''[\s\S]*?'''|'(?:\\.|[^'\\])*'"
    r"|//[^\n]*"
)
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|existsOne|filter|map)\s*\(\s*([A-Za-z_]\w*)\s*,")
_FIELD = re.compile(r"(?<![\w.])(" + "|".join(VARIABLES) + r")\s*\.\s*([A-Za-z_]\w*)(?!\s*\()\b")
_INDEX = re.compile(r"(?<![\w.])(" + "|".join(VARIABLES) + r""")\s*\[\s*["'](\w+)["']\s*\]""")
_SYNTAX = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*?)(?: expecting [^\n]*)?(?:\n|$)")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence about an unknown *name*: the closest known one, or all when there are few."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= 12 else ""  # noqa: PLR2004 - what one line holds


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A compiled condition and the text it was written as."""

    text: str
    program: cel.Program

    def holds(self, context: cel.Context) -> bool:
        """Evaluate on one request.

        Raises ``ValueError``, with a sentence, for an evaluation that fails or gives anything but true or false.
        """
        try:
            outcome = self.program.execute(context)
        except KeyError as missing:
            raise ValueError(f"when asks for {missing.args[0]}, which this request does not have") from None
        except Exception as failure:  # noqa: BLE001 - CEL raises whatever Python error fits; each means "in doubt"
            raise ValueError(f"when cannot be evaluated: {_first_sentence(failure)}") from None
        return _truth(outcome)


def compiled(text: str, kinds: Sequence[str], examples: Examples | None) -> Condition:
    """Compile *text*, a condition on requests of *kinds* (empty: every kind).

    With *examples* the names after ``request.`` are checked too and the condition is tried on each kind. Raises
    ``ValueError`` with a sentence for a person who edits the file.
    """
    if len(text) > LONGEST:
        raise ValueError(f"when is {len(text)} characters long; at most {LONGEST} can be read")
    try:
        program = cel.compile(text)
    except ValueError as failure:
        raise ValueError(f"when is not valid CEL{_syntax(str(failure))}") from None
    bare = _TEXT.sub('""', text)
    _check_names(program, bare)
    concerned = {kind: examples[kind] for kind in kinds or examples if kind in examples} if examples else {}
    _check_fields(_FIELD.findall(bare) + _INDEX.findall(text), concerned)
    condition = Condition(text=text, program=program)
    for kind, request in concerned.items():
        _try(condition, kind, request)
    return condition


def _check_names(program: cel.Program, bare: str) -> None:
    """Refuse variables and functions that do not exist; CEL itself notices only when it gets there."""
    bound = set(_BOUND.findall(bare))
    for name in program.variables():
        if name not in {*VARIABLES, *_TYPES, *bound}:
            raise ValueError(f"{name} is not known in a condition{nearest(name, VARIABLES)}")
    for name in program.functions():
        if name[0].isalpha() and name not in FUNCTIONS:
            raise ValueError(f"{name}() is not a function of CEL{nearest(name, FUNCTIONS)}")


def _check_fields(fields: Iterable[tuple[str, str]], concerned: Examples) -> None:
    """Refuse fields that nothing has, inside ``has()`` too, where a slip would quietly be false for ever."""
    known: dict[str, set[str]] = {name: set(fields) for name, fields in EXAMPLE.items()}
    if concerned:
        known["request"] = set().union(*concerned.values())
    for variable, field in fields:
        if variable in known and field not in known[variable]:
            raise ValueError(f"{variable}.{field} is not known here{nearest(field, known[variable])}")


def _try(condition: Condition, kind: str, request: Mapping[str, Any]) -> None:
    """Evaluate on an example; only what is wrong for every request of this kind counts."""
    for facts, hint in ((EXAMPLE, ""), (_WITHOUT_LIMIT, "; project.limit and spend.limit are null without a limit")):
        example = Question(kind=kind, request=request, project=facts["project"], spend=facts["spend"])
        try:
            outcome = condition.program.execute(example.context())
        except KeyError as missing:
            problem = f"{kind} requests have no {missing.args[0]}; name the kinds of this rule, or guard it with has()"
            raise ValueError(problem) from None
        except (TypeError, RuntimeError) as failure:
            raise ValueError(f"when cannot be evaluated for {kind}: {_first_sentence(failure)}{hint}") from None
        except Exception:  # noqa: BLE001, S112 - an example's own value (a division by it) proves nothing
            continue
        _truth(outcome)


def _truth(outcome: Any) -> bool:
    if isinstance(outcome, bool):
        return outcome
    raise ValueError(f"when must be true or false; this gives a {type(outcome).__name__}")


def _first_sentence(failure: Exception) -> str:
    return re.split(r"\.\s|\n", str(failure), maxsplit=1)[0].rstrip(".")


def _syntax(message: str) -> str:
    """Return where and what, out of the parser's report."""
    match = _SYNTAX.search(message)
    if match is None:
        return ""
    line, column, problem = match.groups()
    where = f"column {column}" if line == "1" else f"its line {line}, column {column}"
    end = problem.replace("'<EOF>'", "the end")
    return f" at {where}: {end}"
