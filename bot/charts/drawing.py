"""Draws a month: spend against the limit, where it leads, and what last month was. Imported only where it is drawn.

A PNG cannot know the reader's theme: it brings its own calm, opaque ground, which stands on white and on dark. Slack
shows it some 360 points wide, so everything is large and there are few words, which are beside no line that could run
through them.
"""

import logging
from collections.abc import Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import FancyBboxPatch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from bot.charts.chart import Chart
from bot.charts.words import share, short, tick

WIDTH, HEIGHT, DPI = 1000, 680, 100
"""Pixels, and pixels in an inch."""

GROUND, INK, SOFT, FAINT = "#f7f5f0", "#22282c", "#5b666d", "#dcd8cf"
SPENT, AHEAD, BEFORE, LIMIT, OVER = "#0b5fa5", "#b4540a", "#93a0a8", "#a3182c", "#a3182c"
"""Each of the colours of words has a contrast of 4.5 to 1 or more on the ground, that of last month's words is SOFT."""

NAME = 44
"""Characters of a name that are drawn."""

FONT = "DejaVu Sans"
"""Comes with matplotlib: the picture looks the same on every machine."""

LEFT, RIGHT, BOTTOM, TOP = 0.125, 0.965, 0.145, 0.735
"""Where the axes stand, as parts of the picture."""

MOST_TICKS = 4


def draw(chart: Chart) -> bytes:
    """Return the PNG of *chart*."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with mpl.rc_context({"font.family": FONT, "text.parse_math": False, "axes.unicode_minus": False}):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
        FigureCanvasAgg(figure)
        _ground(figure)
        axes = figure.add_axes((LEFT, BOTTOM, RIGHT - LEFT, TOP - BOTTOM))
        _lines(axes, chart)
        _axes(axes, chart)
        _limit(axes, chart)
        _head(figure, chart)
        written = BytesIO()
        figure.savefig(written, format="png", dpi=DPI, facecolor="none", metadata={"Software": None})
        return written.getvalue()


def _ground(figure: Figure) -> None:
    """Lay a sheet with round corners under everything."""
    sheet = FancyBboxPatch(
        (0.004, 0.006),
        0.992,
        0.988,
        boxstyle="round,pad=0,rounding_size=0.025",
        mutation_aspect=WIDTH / HEIGHT,
        facecolor=GROUND,
        edgecolor=FAINT,
        linewidth=2,
        transform=figure.transFigure,
        zorder=-1,
    )
    figure.add_artist(sheet)


def _lines(axes: Axes, chart: Chart) -> None:
    _whole(axes, chart.last_month[: chart.days], BEFORE, 3.5)
    _whole(axes, chart.month, SPENT, 6)
    if chart.month:
        axes.plot([len(chart.month)], [chart.spent], "o", color=SPENT, markersize=13, clip_on=False, zorder=5)
    if not chart.path:
        return
    first = chart.days - len(chart.path)
    start = chart.month[first - 1] if 0 < first <= len(chart.month) else 0
    days = range(first, chart.days + 1)
    axes.fill_between(days, [start, *chart.low], [start, *chart.high], color=AHEAD, alpha=0.22, linewidth=0)
    axes.plot(days, [start, *chart.path], color=AHEAD, linewidth=4.5, linestyle=(0, (2.2, 1.3)), zorder=3)


def _whole(axes: Axes, sums: Sequence[int], colour: str, width: float) -> None:
    """Draw sums from nothing on; a day's sum stands at its end."""
    if any(sums):
        axes.plot(range(len(sums) + 1), [0, *sums], color=colour, linewidth=width, solid_capstyle="round", zorder=2)


def _axes(axes: Axes, chart: Chart) -> None:
    shown = [0, *chart.month, *chart.path, *chart.high, *chart.low, *chart.last_month, chart.limit or 0]
    lowest, highest = min(shown), max(*shown, 100)
    room = 0.14 * (highest - lowest)
    axes.set_xlim(0, chart.days)
    axes.set_ylim(lowest - (room if lowest < 0 else 0), highest + room)
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=FAINT, linewidth=2)
    axes.yaxis.set_major_locator(MaxNLocator(MOST_TICKS, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(round(value))))
    axes.xaxis.set_major_locator(FixedLocator([each - 0.5 for each in (1, 10, 20, chart.days)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(value + 0.5)}"))
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=1.5)
    axes.tick_params(colors=SOFT, labelsize=23, length=0, pad=8)
    axes.set_axisbelow(True)
    if 0 < len(chart.month) < chart.days:  # what lies beyond has not been yet
        axes.axvspan(len(chart.month), chart.days, color=INK, alpha=0.045, linewidth=0, zorder=0)


def _limit(axes: Axes, chart: Chart) -> None:
    """Draw the limit with its amount, and thinly where people are warned before it."""
    for mark in chart.marks:
        if mark > 0 and mark != chart.limit and mark < axes.get_ylim()[1]:
            axes.axhline(mark, color=LIMIT, linewidth=1.5, alpha=0.45, linestyle=(0, (1, 3)), zorder=1)
    if chart.limit is None:
        return
    axes.axhline(chart.limit, color=LIMIT, linewidth=3.5, zorder=2, clip_on=False)
    words = axes.annotate(
        f"limit {short(chart.limit)}", (0, chart.limit), (3, 5), textcoords="offset points", color=LIMIT, zorder=6
    )
    words.set(size=23, weight="bold", va="bottom", path_effects=[withStroke(linewidth=6, foreground=GROUND)])


def _head(figure: Figure, chart: Chart) -> None:
    """Say whose month it is, how much of what, and which line is which."""
    name = _drawable(chart.name)
    title = f"{name} · {chart.title}" if name else chart.title
    _say(figure, 0.04, 0.945, title, SOFT, 23)
    part = share(chart.spent, chart.limit)
    of = f" of {short(chart.limit)}" if chart.limit is not None else ""
    colour = OVER if chart.limit is not None and chart.spent >= chart.limit else INK
    _say(figure, 0.04, 0.875, f"{short(chart.spent)}{of}" + (f" ({part})" if part else ""), colour, 33, bold=True)
    left = _say(figure, 0.04, 0.79, "● this month", SPENT, 22)
    if chart.foreseen is not None:
        left = _say(figure, left + 0.035, 0.79, f"● forecast {short(chart.foreseen)}", AHEAD, 22)
    if chart.before is not None:
        _say(figure, left + 0.035, 0.79, f"● last month {short(chart.before)}", SOFT, 22)
    _say(figure, 0.04, 0.045, f"UTC days · as of {chart.as_of}", SOFT, 20)


def _say(
    figure: Figure, left: float, middle: float, text: str, colour: str, size: float, *, bold: bool = False
) -> float:
    """Write, and return where the words end; what would run out of the picture is written smaller."""
    words = figure.text(left, middle, text, color=colour, size=size, va="center")
    words.set_fontweight("bold" if bold else "normal")
    wide = words.get_window_extent().width / WIDTH
    if left + wide > RIGHT:
        words.set_fontsize(size * (RIGHT - left) / wide)
    return min(left + wide, RIGHT)


def _drawable(name: str) -> str:
    """Return the name on one line and not too long; an empty text where the font lacks a sign of it.

    The message beside the picture names it in any script; boxes in its place would help nobody.
    """
    line = " ".join(name.split())
    known = get_font(findfont(FontProperties(family=FONT))).get_charmap()
    if not all(ord(each) in known for each in line):
        return ""
    return line if len(line) <= NAME else f"{line[: NAME - 1]}…"
