"""The process that draws: a chart as a line of JSON comes in, a PNG goes out, until the input ends.

The answer is four bytes with the length of the PNG, the highest byte first, and then the PNG; no length at all says
that it could not be drawn.
"""

import contextlib
import json
import os
import sys
import traceback
from typing import BinaryIO

from bot.charts.chart import Chart

PATIENT = 10
"""Drawing gives way to whoever acknowledges a click."""


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Draw one chart after the other; what goes wrong is told on the standard error."""
    for order in orders:
        try:
            png = _drawn(order)
        except Exception:  # noqa: BLE001 - whatever it is: the alert goes out without its picture, and the log says why
            traceback.print_exc()
            png = b""
        answers.write(len(png).to_bytes(4, "big") + png)
        answers.flush()


def _drawn(order: bytes) -> bytes:
    from bot.charts.drawing import draw  # noqa: PLC0415 - half a second, and it may fail: then that is an answer too

    return draw(Chart.read(json.loads(order)))


if __name__ == "__main__":
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such thing
        os.nice(PATIENT)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
