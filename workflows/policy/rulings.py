"""A ruling as JSON, the way it is stored with the request it was made for."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from workflows.model import Ruling


@cache
def _adapter() -> TypeAdapter[Ruling]:
    return TypeAdapter(Ruling)


def ruling_to_json(ruling: Ruling) -> dict[str, Any]:
    """Return *ruling* as a value that ``json.dumps`` takes."""
    stored: dict[str, Any] = _adapter().dump_python(ruling, mode="json")
    return stored


def ruling_from_json(stored: Mapping[str, Any]) -> Ruling:
    """Return the ruling that ``ruling_to_json`` stored. Raises pydantic's ``ValidationError`` for anything else."""
    return _adapter().validate_python(dict(stored))
