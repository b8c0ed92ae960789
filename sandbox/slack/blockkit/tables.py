"""Blocks that show figures: plain tables, tables to page and sort, and charts."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit import elements, rich_text
from sandbox.slack.blockkit.rules import Problem, Rule, array, boolean, by_type, choice, integer, number, shape, string

_BLOCK: Mapping[str, Rule] = {"block_id": string(elements.IDENTIFIER)}

_raw: Mapping[str, Rule] = {
    "raw_text": shape({"text": string()}, {}),
    "raw_number": shape({"value": number, "text": string(minimum=1)}, {}),
}
_cell = by_type({**_raw, "rich_text": shape({"elements": rich_text.ELEMENTS}, _BLOCK)})
_heading = by_type(_raw)
_column = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})


def _nullable(item: Rule) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if value is not None:
            yield from item(value, at)

    return check


# docs.slack.dev/reference/block-kit/blocks/table-block
table = shape(
    {"rows": array(array(_cell, 20), 100)},
    {**_BLOCK, "column_settings": array(_nullable(_column), 20, 0)},
)


def _even_rows(value: Any, at: str) -> Iterator[Problem]:
    """Report what breaks this: all rows are equally long, and the first one, the header, is of plain cells."""
    rows = [each for each in value.get("rows") or [] if isinstance(each, list)]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(message="all rows must have the same number of cells", pointer=f"{at}/rows/{index}")
    for index, cell in enumerate(rows[0] if rows else []):
        yield from _heading(cell, f"{at}/rows/0/{index}")


# docs.slack.dev/reference/block-kit/blocks/data-table-block
data_table = shape(
    {"caption": string(minimum=1), "rows": array(array(_cell, 20), 101, 2)},
    {**_BLOCK, "page_size": integer(100, 1), "row_header_column_index": integer(19)},
    _even_rows,
)

_label = string(20, 1)
_point = shape({"label": _label, "value": number}, {})
_series = shape({"name": _label, "data": array(_point, 20)}, {})
_axes = shape({"categories": array(_label, 20)}, {"x_label": string(50), "y_label": string(50)})


def _one_point_a_category(value: Any, at: str) -> Iterator[Problem]:
    """Report what breaks this: series have names of their own, and one point for each category."""
    axes = value.get("axis_config")
    categories = axes.get("categories") if isinstance(axes, dict) else None
    seen: set[Any] = set()
    for index, each in enumerate(value.get("series") or []):
        if not isinstance(each, dict) or not isinstance(categories, list):
            continue
        if each.get("name") in seen:
            yield Problem(message="series names must be unique", pointer=f"{at}/series/{index}/name", code="duplicate")
        seen.add(each.get("name"))
        labels = [point.get("label") for point in each.get("data") or [] if isinstance(point, dict)]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            yield Problem(message="data must have one point for each category", pointer=f"{at}/series/{index}/data")


_drawn = shape({"series": array(_series, 6), "axis_config": _axes}, {}, _one_point_a_category)
_segment = shape({"label": _label, "value": number}, {})

# docs.slack.dev/reference/block-kit/blocks/data-visualization-block
data_visualization = shape(
    {
        "title": string(50, 1),
        "chart": by_type(
            {
                "pie": shape({"segments": array(_segment, 6)}, {}),
                "bar": _drawn,
                "area": _drawn,
                "line": _drawn,
            }
        ),
    },
    _BLOCK,
)
