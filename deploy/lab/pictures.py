"""``python -m deploy pictures``: draws the picture of each claim, from a run's findings, as SVG.

The same findings give the same bytes. Each picture has its own card, so that it reads on a light and on a dark page.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.errors import DeployError
from deploy.lab.findings import Findings
from deploy.lab.panels import BAD, GOOD, Bar, Bars, Grid, Line, Lines, Panel
from deploy.lab.plates import PLATES, file_name
from deploy.lab.wording import LANGUAGES, NOT_MEASURED, number, told, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images" / "claims"
CARD, INK, FAINT = "#fbfaf6", "#22262b", "#c9cbc8"
# Told apart also where colours are not: WSGI is the darker one.
COLOURS = {"wsgi": "#9c3f21", "asgi": "#2f86a6", "both": "#6b5b95"}
# Of the lines in one panel, each has a shade of its own.
SHADES = {
    "wsgi": ("#9c3f21", "#cf8a2e", "#5b2a45", "#b5587a"),
    "asgi": ("#2f86a6", "#12444f", "#5f9e5a"),
    "both": ("#6b5b95",),
}
INTERFACES = {"wsgi": "WSGI", "asgi": "ASGI", "both": "WSGI + ASGI"}
MOODS = {GOOD: "#cfe8d5", BAD: "#f3cfc6"}
WIDTH_INCHES = 7.6
ROW_INCHES = 0.27
LINES_INCHES = 3.4
MARKERS = "osD^vP"
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Helvetica", "Arial"],
    "font.size": 9.5,
    # Text stays text: it is small, can be searched, and is read aloud.
    "svg.fonttype": "none",
    "svg.hashsalt": "ambos",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": CARD,
    "figure.facecolor": CARD,
    "savefig.facecolor": CARD,
    "text.parse_math": False,
}


def draw_all(findings: Findings, folder: Path = FOLDER) -> list[Path]:
    """Every claim in every language. Raises DeployError where matplotlib misses or the folder cannot be written."""
    drawn = []
    for claim in sorted(findings.claims.values(), key=lambda claim: int(claim["number"])):
        if claim["id"] not in PLATES:
            continue
        for language in LANGUAGES:
            path = folder / file_name(claim["id"], int(claim["number"]), language)
            title = f"{claim['number']}. {told(claim['title'], language)}"
            svg = draw(title, PLATES[claim["id"]](findings), language)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(svg, encoding="utf-8")
            except OSError as error:
                raise DeployError(f"cannot write {path}: {error.strerror}") from error
            drawn.append(path)
    return drawn


def draw(title: str, panels: list[Panel], language: str) -> str:
    """One picture, its panels one below the other."""
    try:
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DeployError("the pictures need matplotlib: pip install -r requirements-dev.txt") from error
    with matplotlib.rc_context(STYLE):
        heights = [_height(panel) for panel in panels]
        figure = Figure(figsize=(WIDTH_INCHES, sum(heights) + 0.45), layout="constrained")
        figure.suptitle(title, x=0.012, ha="left", fontsize=12.5, fontweight="bold")
        _add_key(figure, panels)
        grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
        for place, panel in enumerate(panels):
            _draw_panel(figure.add_subplot(grid[place]), panel, language, reach(panel, panels))
        buffer = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(buffer, metadata={"Date": None, "Title": title})
    return _small(buffer.getvalue())


def _add_key(figure: Figure, panels: list[Panel]) -> None:
    """What the colours mean, at the top on the right."""
    from matplotlib.patches import Patch

    shown = {mark.interface for panel in panels for mark in _marks(panel)}
    patches = [Patch(color=COLOURS[kind], label=INTERFACES[kind]) for kind in INTERFACES if kind in shown]
    if patches:
        figure.legend(
            handles=patches, loc="upper right", ncols=len(patches), frameon=False, handlelength=0.9, handleheight=0.9,
            borderaxespad=0.2, columnspacing=1.2,
        )  # fmt: skip


def _marks(panel: Panel) -> tuple[Bar, ...] | tuple[Line, ...]:
    if isinstance(panel, Bars):
        return panel.bars
    return panel.lines if isinstance(panel, Lines) else ()


def reach(panel: Panel, panels: list[Panel]) -> float:
    """The longest bar of all panels of that unit: what is compared by its length must have the same scale."""
    alike = [
        other for other in panels if isinstance(other, Bars) and isinstance(panel, Bars) and other.unit == panel.unit
    ]
    return max((bar.figure.median for other in alike for bar in other.bars), default=1.0) or 1.0


def _draw_panel(axes: Axes, panel: Panel, language: str, most: float) -> None:
    axes.set_title(told(panel.title, language), loc="left", fontsize=10)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if not (_marks(panel) or isinstance(panel, Grid)):
        axes.axis("off")
        axes.text(0, 0.5, NOT_MEASURED[language], transform=axes.transAxes, va="center", style="italic")
    elif isinstance(panel, Bars):
        _draw_bars(axes, panel, language, most)
    elif isinstance(panel, Lines):
        _draw_lines(axes, panel, language)
    else:
        _draw_grid(axes, panel, language)


def _height(panel: Panel) -> float:
    if isinstance(panel, Lines):
        return LINES_INCHES
    rows = len(panel.bars) if isinstance(panel, Bars) else len(panel.lines) + 1
    return 0.5 + ROW_INCHES * max(rows, 1)


def _draw_bars(axes: Axes, panel: Bars, language: str, most: float) -> None:
    places = range(len(panel.bars))
    values = [bar.figure.median for bar in panel.bars]
    axes.barh(places, values, color=[COLOURS[bar.interface] for bar in panel.bars], height=0.68)
    if panel.logarithmic and values:
        axes.set_xscale("log")
        axes.set_xlim(left=min(values) / 2)
    end = most * (3 if panel.logarithmic else 1.08)
    for place, bar in enumerate(panel.bars):
        figure = bar.figure
        if figure.low < figure.high:
            axes.plot([figure.low, figure.high], [place, place], color=INK, linewidth=1, solid_capstyle="butt")
        axes.annotate(
            with_unit(figure.median, panel.unit, language), (max(figure.median, min(figure.high, end)), place),
            xytext=(5, 0), textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(list(places), [told(bar.label, language) for bar in panel.bars])
    axes.tick_params(which="both", length=0, labelbottom=False)
    axes.spines["bottom"].set_visible(False)
    axes.invert_yaxis()
    axes.set_xlim(right=most * (6 if panel.logarithmic else 1.2))
    if not panel.logarithmic:
        axes.set_xlim(left=min(0.0, *values) if values else 0.0)


def _draw_lines(axes: Axes, panel: Lines, language: str) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    for place, (line, colour) in enumerate(zip(panel.lines, _shades(panel), strict=True)):
        across, up = [point for point, _ in line.points], [figure.median for _, figure in line.points]
        marker = MARKERS[place % len(MARKERS)]
        axes.plot(across, up, color=colour, marker=marker, markersize=4.5, linewidth=1.6)
        low, high = [figure.low for _, figure in line.points], [figure.high for _, figure in line.points]
        axes.fill_between(across, low, high, color=colour, alpha=0.15, linewidth=0)
    ticks = sorted({point for line in panel.lines for point, _ in line.points})
    axes.set_xticks(ticks, [number(tick, language) for tick in ticks])
    axes.yaxis.set_major_formatter(lambda value, _place: number(value, language))
    axes.minorticks_off()
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_xlabel(told(panel.across, language))
    _label_ends(axes, panel, language)


def _shades(panel: Lines) -> list[str]:
    shades = []
    for place, line in enumerate(panel.lines):
        before = sum(other.interface == line.interface for other in panel.lines[:place])
        shades.append(SHADES[line.interface][before % len(SHADES[line.interface])])
    return shades


def _label_ends(axes: Axes, panel: Lines, language: str) -> None:
    """Names at the lines' right ends, moved apart where they would meet."""
    if not panel.lines:
        return
    shades = _shades(panel)
    ends = sorted((_share(axes, line), place) for place, line in enumerate(panel.lines))
    least, last = 0.075, -1.0
    for share, number_of_line in ends:
        line = panel.lines[number_of_line]
        place = max(share, last + least)
        last = place
        axes.annotate(
            _end_label(line, panel.unit, language), (1.0, place), xycoords="axes fraction", xytext=(6, 0),
            textcoords="offset points", va="center", color=shades[number_of_line], annotation_clip=False,
        )  # fmt: skip


def _end_label(line: Line, unit: str, language: str) -> str:
    return f"{told(line.label, language)}  {with_unit(line.points[-1][1].median, unit, language)}"


def _share(axes: Axes, line: Line) -> float:
    """How far up the line ends, of the axes' height."""
    where = axes.transData.transform((line.points[-1][0], line.points[-1][1].median))
    return float(axes.transAxes.inverted().transform(where)[1])


def _draw_grid(axes: Axes, panel: Grid, language: str) -> None:
    from matplotlib.transforms import Bbox

    axes.axis("off")
    columns = [told(column, language) for column in panel.columns]
    cells = [[told(spot.text, language) for spot in spots] for _, spots in panel.lines]
    colours = [[MOODS.get(spot.mood, CARD) for spot in spots] for _, spots in panel.lines]
    labels = [told(label, language) for label, _ in panel.lines]
    table = axes.table(
        cellText=cells, cellColours=colours, rowLabels=labels, colLabels=columns, cellLoc="center", loc="upper center",
        bbox=Bbox.from_bounds(0.22, 0, 0.78, 1),
    )  # fmt: skip
    table.auto_set_font_size(False)
    table.set_fontsize(9)
    for cell in table.get_celld().values():
        cell.set_edgecolor(FAINT)
        cell.set_linewidth(0.5)


def _small(svg: str) -> str:
    """Without what no reader needs: the program's name, and more digits than a screen has points."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"(\d+\.\d{2})\d+", r"\1", svg)
    return re.sub(r"[ \t]+\n", "\n", svg)
