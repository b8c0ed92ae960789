"""Drawing a day's usage: filtered, grouped, summed, and written as JSON at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from pydantic_core import to_json

from sandbox.openai.usage.book import Label, UsageRecord
from sandbox.openai.usage.endpoints import UsageEndpoint

Group = tuple[Label, ...]
Counts = tuple[int, ...]
SOURCE = "api_source"
# What OpenAI shows beside the counts; nothing but text is metered here.
TOKEN_FIELDS = (
    *("input_tokens", "input_cached_tokens", "output_tokens", "num_model_requests"),
    *("input_uncached_tokens", "input_text_tokens", "output_text_tokens", "input_cached_text_tokens"),
)
NEVER = (
    *("input_cache_write_tokens", "input_audio_tokens", "input_cached_audio_tokens", "output_audio_tokens"),
    *("input_image_tokens", "input_cached_image_tokens", "output_image_tokens"),
)


class Drawing:
    """How one question wants a day drawn: buckets of *width* seconds, grouped, only the labels that are *wanted*."""

    def __init__(
        self,
        endpoint: UsageEndpoint,
        width: int,
        group_by: frozenset[str],
        wanted: Mapping[str, frozenset[Label]],
    ) -> None:
        grouped = [name for name in endpoint.labels if name in group_by]
        self.shape = (endpoint.name, width, group_by, *sorted(wanted.items()))
        self._endpoint = endpoint
        self._width = width
        self._wanted = [(endpoint.labels.index(name), labels) for name, labels in wanted.items()]
        self._group_of = picker(itemgetter, [endpoint.labels.index(name) for name in grouped])
        self._template = _template(endpoint, group_by)
        self._labels = Labelled(grouped)

    def draw(self, records: Iterable[UsageRecord]) -> dict[int, bytes]:
        """Return the results of a day's buckets, by their start."""
        template, labels, endpoint = self._template, self._labels, self._endpoint
        drawn: dict[int, bytes] = {}
        for start, groups in self._found(records).items():
            results = [template % (*_shown(endpoint, _sum(counts)), labels[group]) for group, counts in groups.items()]
            drawn[start] = ",".join(results).encode()
        return drawn

    def _found(self, records: Iterable[UsageRecord]) -> dict[int, dict[Group, list[Counts]]]:
        width, wanted, group_of = self._width, self._wanted, self._group_of
        found: dict[int, dict[Group, list[Counts]]] = {}
        for record in records:
            if wanted and not all(record.labels[place] in labels for place, labels in wanted):
                continue
            groups = found.setdefault(record.at - record.at % width, {})
            groups.setdefault(group_of(record.labels), []).append(record.counts)
        return found


def _sum(counts: list[Counts]) -> Counts:
    return counts[0] if len(counts) == 1 else tuple(map(sum, zip(*counts, strict=True)))


def picker(getter: Callable[..., Callable[[Any], Any]], names: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what picks *names* with *getter* (``itemgetter``, ``attrgetter``), as a tuple however many they are."""
    if len(names) > 1:
        return getter(*names)
    if not names:
        return lambda _record: ()
    pick = getter(*names)
    return lambda record: (pick(record),)


def _template(endpoint: UsageEndpoint, group_by: frozenset[str]) -> str:
    """Return one result with a place for each count, and one for the labels that are grouped by."""
    parts = [f'"object":"organization.usage.{endpoint.result}.result"']
    parts += [f'"{name}":%d' for name in (TOKEN_FIELDS if endpoint.has_tokens else endpoint.counts)]
    parts += [f'"{name}":0' for name in (NEVER if endpoint.has_tokens else ())]
    parts += [f'"{name}":null' for name in endpoint.labels if name not in group_by]
    parts += ['"api_source":"unlabeled"'] if SOURCE in group_by else []
    return "{" + ",".join(parts) + "%s}"


def _shown(endpoint: UsageEndpoint, counts: Counts) -> Counts:
    if not endpoint.has_tokens:
        return counts
    into, cached, out, requests = counts
    return (into, cached, out, requests, into - cached, into - cached, out, cached)


class Labelled(dict[tuple[Any, ...], str]):
    """A group's labels as they follow in its result, each group's written once."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._names = tuple(names)

    def __missing__(self, group: tuple[Any, ...]) -> str:
        parts = (f',"{name}":{to_json(label).decode()}' for name, label in zip(self._names, group, strict=True))
        self[group] = written = "".join(parts)
        return written
