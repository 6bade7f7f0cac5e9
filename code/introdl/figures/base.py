"""The book's figure: one style, text that the reader's own browser sets, a description for those who cannot see it.

A figure is SVG whose text stays text, so Chinese needs no font in Python, can be selected and
searched, and follows the reader's. Nothing here touches pyplot or a backend.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

# Ink and paper: the site turns these two into the colours of the page, so figures follow dark mode.
INK = "#1b1f24"
PAPER = "#fefefe"

# Okabe and Ito's palette, told apart by colour-blind readers; vary marker or line style too, for grey print.
BLUE = "#0072b2"
ORANGE = "#d55e00"
GREEN = "#009e73"
PURPLE = "#aa4499"
GREY = "#8a8f98"

FONTS = "system-ui, 'Noto Sans TC', 'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC', sans-serif"

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "introdl",
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "axes.unicode_minus": True,
    "font.family": "sans-serif",
    "font.size": 11,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@dataclass(frozen=True)
class Figure:
    """A drawing and its description.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The drawing, still open to change.
    alt : str
        What is there, in the reader's language: the text for a reader who cannot see it.

    Examples
    --------
    >>> with new_figure(3, 2) as (canvas, axes):
    ...     _ = axes.plot([0, 1], [1, 0])
    >>> Figure(canvas, alt="A line that falls.")
    A line that falls.
    """

    figure: Canvas
    alt: str

    def __post_init__(self) -> None:
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ValueError("a figure needs an alt text that says what is there, got an empty one")

    def __repr__(self) -> str:
        return self.alt

    def svg(self) -> str:
        """Return the drawing as one ``<svg>`` element whose text is text and whose title is the description."""
        buffer = io.StringIO()
        with mpl.rc_context(STYLE), _no_word_of_missing_glyphs():
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        drawing = buffer.getvalue()
        drawing = drawing[drawing.index("<svg") :]
        drawing = re.sub(r"<metadata>.*?</metadata>\s*", "", drawing, flags=re.DOTALL)
        drawing = _each_id_once(re.sub(r"'DejaVu Sans'[^;\"]*", FONTS, drawing))
        title = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", self.alt)  # XML has no such characters
        title = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"(<svg[^>]*)>", rf'\1 role="img"><title>{_literal(title)}</title>', drawing, count=1)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": self.alt}


@dataclass(frozen=True)
class Steps:
    """Several drawings of one thing, shown one at a time; a row of buttons chooses which.

    It needs neither a script nor a running kernel, and arrow keys move along the buttons. On paper all are shown.

    Parameters
    ----------
    frames : sequence of Figure
        The drawings, in their order. Best of one size, so that nothing jumps.
    names : sequence of str
        What each button says, such as the number of the step; all different.
    title : str
        What the buttons choose, in the reader's language: ``"step"``.

    Examples
    --------
    >>> frames = []
    >>> for number in range(3):
    ...     with new_figure(3, 2) as (canvas, axes):
    ...         _ = axes.plot([0, number], [1, 0])
    ...     frames.append(Figure(canvas, alt=f"A line of length {number}."))
    >>> Steps(frames, ["0", "1", "2"], title="length")
    length 0: A line of length 0.
    length 1: A line of length 1.
    length 2: A line of length 2.
    """

    frames: Sequence[Figure]
    names: Sequence[str]
    title: str

    def __post_init__(self) -> None:
        if len(self.frames) < 2 or len(self.frames) != len(self.names):
            raise ValueError(
                f"expected at least two drawings and a name for each, "
                f"got {len(self.frames)} drawings and {len(self.names)} names"
            )
        for frame in self.frames:
            if not isinstance(frame, Figure):
                raise TypeError(f"every drawing must be a Figure, with a description, got {type(frame).__name__}")
        said = {str(name).strip() for name in self.names}
        if len(said) < len(self.names) or "" in said:
            raise ValueError(f"every button needs a name of its own, got {list(self.names)}")
        if not isinstance(self.title, str) or not self.title.strip():
            raise ValueError(f"the buttons need a title that says what they choose, got {self.title!r}")

    def __repr__(self) -> str:
        return "\n".join(
            f"{self.title} {name}: {frame.alt}" for name, frame in zip(self.names, self.frames, strict=True)
        )

    def html(self) -> str:
        """Return the drawings and their buttons as one element, with all the style it needs."""
        drawings = [frame.svg() for frame in self.frames]
        group = "steps-" + sha256("".join([self.title, *map(str, self.names), *drawings]).encode()).hexdigest()[:8]
        chosen = ['checked=""', *[""] * (len(drawings) - 1)]
        buttons = "".join(
            f'<input type="radio" name="{group}" id="{group}-{place}" {checked}/>'
            f'<label for="{group}-{place}">{escape(str(name))}</label>'
            for place, (name, checked) in enumerate(zip(self.names, chosen, strict=True))
        )
        shown = ",".join(
            f"#{group}-{place}:checked~.frames>:nth-child({place + 1})" for place in range(len(self.frames))
        )
        frames = "".join(
            f"<div>{own_ids(drawing, f'{group}-{place}-')}</div>" for place, drawing in enumerate(drawings)
        )
        return (
            f'<fieldset class="steps" id="{group}"><style>{STEPS_STYLE.replace("&", f"#{group}")}'
            f"{shown}{{display:block}}@media print{{#{group} .frames>*{{display:block}}}}</style>"
            f'<legend>{escape(self.title)}</legend>{buttons}<div class="frames">{frames}</div></fieldset>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}


# The buttons of Steps: the chosen one is told by weight and frame too, not by colour alone.
STEPS_STYLE = (
    "&{border:0;padding:0;margin:0;min-width:0}"
    "&>legend{font-size:inherit;width:auto;float:none;margin:0;padding:0 0 .3em}"
    "&>input{position:absolute;opacity:0}"
    "&>label{display:inline-block;min-width:2.4em;padding:.3em .6em;margin:0 .2em .3em 0;text-align:center;"
    "border:1px solid;border-radius:4px;cursor:pointer}"
    "&>input:checked+label{font-weight:bold;box-shadow:inset 0 0 0 2px}"
    "&>input:focus-visible+label{outline:3px solid;outline-offset:2px}"
    "& .frames{clear:both}& .frames>*{display:none}& svg{width:100%;height:auto;max-width:29rem}"
)


def own_ids(drawing: str, prefix: str) -> str:
    """Give the ids of an SVG drawing, and whatever refers to them, a prefix: a page holds many drawings.

    Examples
    --------
    >>> own_ids('<path id="p"/><use href="#p"/>', "a-")
    '<path id="a-p"/><use href="#a-p"/>'
    """
    drawing = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', drawing)
    drawing = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}\1"', drawing)
    drawing = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", drawing)
    # matplotlib's one rule is for everything; it must not reach the rest of the page
    return re.sub(r"<style type=\"text/css\">\*\{", f'<style>[id^="{prefix}"]{{', drawing)


def _each_id_once(drawing: str) -> str:
    """Take the id of a picture that stands in the drawing a second time: matplotlib names it by its content."""
    seen = set()

    def first(found: re.Match[str]) -> str:
        again = found[0] in seen
        seen.add(found[0])
        return "" if again else found[0]

    return re.sub(r' id="[^"]+"', first, drawing)


def _literal(text: str) -> str:
    """Escape what :func:`re.sub` would read as a reference in a replacement."""
    return text.replace("\\", "\\\\")


@contextmanager
def _no_word_of_missing_glyphs() -> Iterator[None]:
    """Keep matplotlib quiet about Chinese, whose glyphs the browser has and Python's font lacks."""
    logger = logging.getLogger("matplotlib.mathtext")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+")
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def new_figure(width: float = 4.8, height: float = 3.0, **grid: object) -> Iterator[tuple[Canvas, Axes]]:
    """Open an empty drawing in the book's style, ``width`` by ``height`` inches, and yield it with its axes.

    Parameters
    ----------
    width, height : float
        In inches. Up to 4.8 wide: a phone shows that at its full width, and the text stays readable.
    **grid
        Passed to ``Figure.subplots``: ``nrows=1, ncols=2`` yields an array of axes.
    """
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(width, height), layout="constrained")
        yield canvas, canvas.subplots(**grid)
