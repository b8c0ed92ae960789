"""A policy's text with its places: the values, and the line on which each name stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import yaml

from workflows.errors import PolicyInvalid

Path = Sequence[str | int]
MOST_VALUES = 50_000
DEEPEST = 20
LARGEST = 1_000_000  # bytes; a policy of 200 rules is about 60,000


@dataclass(frozen=True, kw_only=True)
class Source:
    """The file: ``name`` as messages say it, ``values`` as Python has them, ``root`` to find lines again."""

    name: str
    values: Any
    root: yaml.Node

    def line(self, path: Path) -> int:
        """Return the line, counted from 1, of the deepest part of *path* that stands in the file."""
        node, mark = self.root, self.root.start_mark
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            mark, node = found
        return int(mark.line) + 1

    def place(self, path: Path) -> str:
        """Return file, line and section of *path*, as a message begins."""
        section = self._section(path)
        return f"{self.name}, line {self.line(path)}{', ' if section else ''}{section}"

    def fault(self, path: Path, sentence: str) -> PolicyInvalid:
        """Return the error that says *sentence* about what stands at *path*."""
        return PolicyInvalid(f"{self.place(path)}: {sentence}")

    def _section(self, path: Path) -> str:
        match list(path[:2]):
            case ["rules", int(index)]:
                name = _get(_get(_get(self.values, "rules"), index), "name")
                return f'rule "{name}"' if isinstance(name, str) and name.isprintable() else f"rule {index + 1}"
            case ["cases", int(index)]:
                name = _get(_get(_get(self.values, "cases"), index), "name")
                return f'case "{name}"' if isinstance(name, str) and name.isprintable() else f"case {index + 1}"
            case ["environments", str(name)]:
                return f"environment {name}"
            case _:
                return ""


def text_of(path: File, what: str) -> str:
    """Return the text of a file that is a *what*. Raises ``PolicyInvalid`` for what cannot be read as one."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise PolicyInvalid(f"{path} is larger than {LARGEST:,} bytes; that is no {what}")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise PolicyInvalid(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyInvalid(f"{path}, line {line}: this is not UTF-8 text") from None


def read(text: str, name: str, begins: str = "version: 1") -> Source:
    """Read YAML *text*, which *begins* so. Raises ``PolicyInvalid`` for what is no YAML, or says one thing twice."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise PolicyInvalid(f"{name} is empty; it must begin with {begins}")
        _check(name, root)
        return Source(name=name, values=loader.construct_document(root), root=root)
    except yaml.MarkedYAMLError as error:
        raise PolicyInvalid(_unreadable(name, error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise PolicyInvalid(f"{name}, line {line}: a character that YAML does not allow") from None
    except ValueError as error:
        raise PolicyInvalid(f"{name}: a value cannot be read: {error}") from None
    except RecursionError:
        raise PolicyInvalid(f"{name}: values stand inside each other too deeply") from None


def _check(name: str, root: yaml.Node) -> None:
    """Refuse names given twice (YAML would keep the last, quietly), names that are no words, and endless aliases."""
    waiting: list[tuple[yaml.Node, int]] = [(root, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen > MOST_VALUES or depth > DEEPEST:
            raise PolicyInvalid(f"{name}, line {node.start_mark.line + 1}: the file unfolds to too many values")
        if isinstance(node, yaml.MappingNode):
            _check_keys(name, node)
            waiting.extend((value, depth + 1) for _, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((value, depth + 1) for value in node.value)


def _check_keys(name: str, node: yaml.MappingNode) -> None:
    given: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise PolicyInvalid(f"{name}, line {line}: a name must be one word before a colon")
        if key.value in given:
            raise PolicyInvalid(f"{name}, line {line}: {key.value} is given twice")
        given.add(key.value)


def _unreadable(name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f", line {mark.line + 1}" if mark else ""
    problem = (error.problem or error.context or "it cannot be read").replace("\n", " ")
    return f"{name}{where}: this is not valid YAML: {problem}"


def _child(node: yaml.Node, step: str | int) -> tuple[Any, yaml.Node] | None:
    """Return where the name or entry *step* of *node* stands, with its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    return None


def _get(values: Any, step: str | int) -> Any:
    """Return what stands at *step* of values whose shape nobody has checked yet, or None."""
    if isinstance(values, dict):
        return values.get(step)
    if isinstance(values, list) and isinstance(step, int) and step < len(values):
        return values[step]
    return None
