"""What a worker of the fault tests is told, and what it says: JSON, one line each."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

Job = Literal["execute", "notify"]


class Order(BaseModel):
    """One life of one worker.

    *kill_at* is the point (counted from 1) at which it kills itself, 0 for a long life; points whose names do not fit
    *counted* (a regular expression) count for nothing. *later* shifts its clock, so that it finds the leases of a dead
    one over. It ends by itself once its *jobs* have nothing left to do for *request*; before that it approves as
    *approver*, if there is one, when everybody was told of the request.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    environment: dict[str, str]
    request: str
    jobs: tuple[Job, ...] = ("execute", "notify")
    kill_at: int = 0
    counted: str = ""
    later: timedelta = timedelta(0)
    approver: str = ""


class Said(BaseModel):
    """``born`` is the process id, ``point`` a point that was reached, ``code`` how it ended (negative: the signal)."""

    name: str
    born: int | None = None
    point: str | None = None
    code: int | None = None
