"""A workbook whose live formulas redo the forward pass, with numbers the reader can change.

Each layer is computed twice: the whole block at once with ``MMULT``, as an array formula, and
cell by cell with ``SUMPRODUCT``, which every spreadsheet knows, on a phone too.

Chapter: ``matrix-operations``. Source: the slides' practice 1.1, "Use Excel to verify".
"""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from introdl import datasets, language
from introdl.language import label

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384  # what Excel and LibreOffice hold
LARGEST_NUMBER = 9.99e307  # the largest that can be typed into a cell
LARGEST_EXPONENT = 709.0  # EXP of more than this is an error in a spreadsheet
MOST_LAYERS = 30  # with more, the verdict's formula could outgrow the 8192 characters Excel takes
AGREEMENT = "1E-9"  # relative; float64 sums of a layer differ by about 1e-15

TEXT_COLUMNS = 3  # a block is at least this many numbers wide, so that its note can be read
LABEL_WIDTH, NUMBER_WIDTH, GAP_WIDTH = 11, 9.6, 2  # in characters
NOTE_HEIGHT = 28  # in points: two lines
SHOWN, DIFFERENCE = "0.0000", "[=0]0;0.0E+00"
INK, GREY, PAPER, SHADE = "#1B2A41", "#4A5568", "#FFFFFF", "#EEF1F5"
INPUT_INK = "#0B4AA2"
GOOD_FILL, GOOD_INK, BAD_FILL, BAD_INK = "#D8F0DD", "#14532D", "#F9D7D3", "#8A1C12"
INPUT_LOOK = {"bg_color": "#FFF1C2", "font_color": INPUT_INK, "border": 1, "border_color": "#D3A625"}
RESULT_LOOK = {"border": 1, "border_color": "#C8CFD8"}

_Formula = Callable[[int, int], str]  # the formula of a row and a column of a block


def write_forward_pass(
    path: str | os.PathLike[str],
    layers: Sequence[tuple[ArrayLike, ArrayLike]],
    X: ArrayLike,
    *,
    activation: Literal["sigmoid"] | None = None,
    expected: Mapping[int, ArrayLike] | Sequence[ArrayLike | None] | None = None,
    decimals: int = 4,
) -> Path:
    """Write a workbook whose formulas compute the network's answer to every row of ``X``.

    The yellow cells (``X``, weights, biases) are the reader's to change; everything else is a formula and
    follows. Formulas and their results are both stored, to 16 digits, so a preview shows numbers too.
    Headings are in the language in use. The same arguments give the same bytes.

    Parameters
    ----------
    path : path-like
        Where to write, ending in ``.xlsx``. An older file there is replaced, whole or not at all.
    layers : sequence of (weight, bias)
        In the order of the forward pass and in PyTorch's layout: weight (out, in), bias (out,).
        Arrays, nested lists or tensors, on any device. At most 30 layers.
    X : array-like, shape (n, in)
        One example a row.
    activation : {None, "sigmoid"}
        Applied after every layer. The practice on the slides has none.
    expected : mapping or sequence, optional
        Results printed elsewhere, compared on a second sheet: by layer number, the first being 1,
        or in the layers' order with None where nothing was printed. Shapes (n, out).
    decimals : int
        How many digits after the point the expected results, and the weights and biases they came from,
        were printed with. The second sheet derives from it how far apart rounding can bring them; X is taken as exact.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is missing or too large for a cell, or the sheet would not hold it all.
    FileNotFoundError, IsADirectoryError, PermissionError
        If the folder does not exist, the path is a folder, or the file is open in a spreadsheet program.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_forward_pass(f"{folder}/net.xlsx", [([[2.0, 1.0]], [0.5])], X=[[1.0, 3.0]])
    ...     written.name
    'net.xlsx'
    """
    target = _checked_path(path)
    network = _network(layers, X, activation)
    printed = _Printed(_checked_expected(expected, network), _checked_decimals(decimals))
    _save(_workbook_bytes(network, printed), target)
    return target


def default_workbook(path: str | os.PathLike[str], language: str | None = None) -> Path:
    """Write the workbook of the chapter: the network, inputs and results printed in practice 1.1.

    Parameters
    ----------
    path : path-like
        Where to write, ending in ``.xlsx``.
    language : {"en", "zh-TW"}, optional
        Of the headings and notes; the language in use if not given.

    Returns
    -------
    Path
        The file written.
    """
    practice = datasets.load_matrix_operation()
    printed = {1: practice.hidden_layer_1, 2: practice.hidden_layer_2}
    with _in_language(language):
        return write_forward_pass(path, practice.layers, practice.X, expected=printed)


@contextmanager
def _in_language(chosen: str | None) -> Iterator[None]:
    before = language.current()
    if chosen in (None, before):
        yield
        return
    language.use(chosen)
    try:
        yield
    finally:
        language.use(before)


# --- what comes in -------------------------------------------------------------------------------


class _Node(NamedTuple):
    """A node's name as the slides write it: a letter and a subscript. Texts mark a subscript as in n_3."""

    letter: str
    subscript: str

    def __str__(self) -> str:
        return f"{self.letter}_{self.subscript}" if self.subscript else self.letter

    @property
    def end(self) -> str:
        """What the names of a weight and a bias take over: 3 of n3, but all of y."""
        return f"y{self.subscript}" if self.letter == "y" else self.subscript


@dataclass(frozen=True)
class _Layer:
    """One layer with its numbers and its results."""

    number: int
    weight: np.ndarray  # (out, in)
    bias: np.ndarray  # (out,)
    source: str  # the name of what comes in: X, H_1, …
    name: str  # the name of what goes out: H_1, …, Y
    sources: list[_Node]  # in
    nodes: list[_Node]  # out
    linear: np.ndarray  # (n, out), before the activation
    output: np.ndarray  # (n, out)


@dataclass(frozen=True)
class _Network:
    """Everything the sheets show, already computed."""

    X: np.ndarray  # (n, in)
    layers: list[_Layer]
    activation: str | None

    @property
    def widest_input(self) -> int:
        """The most columns that X, a weight or a bias needs."""
        return max(TEXT_COLUMNS, *(max(layer.weight.shape) for layer in self.layers))

    @property
    def widest_output(self) -> int:
        """The most columns that a layer's results need."""
        return max(TEXT_COLUMNS, *(len(layer.nodes) for layer in self.layers))


class _Printed(NamedTuple):
    """Results printed elsewhere, by layer number, and the digits they were printed with."""

    values: dict[int, np.ndarray]
    decimals: int


def _network(layers: Sequence[tuple[ArrayLike, ArrayLike]], inputs: ArrayLike, activation: str | None) -> _Network:
    """Check the numbers, name the nodes, and compute what previews show."""
    if activation not in (None, "sigmoid"):
        raise ValueError(f'activation must be None or "sigmoid", got {activation!r}')
    pairs = _checked_layers(layers)
    values = _checked_inputs(inputs, pairs[0][0].shape[1])
    names = _node_names([values.shape[1], *(len(bias) for _, bias in pairs)])
    network = _Network(values, [], activation)
    source = "X"
    for number, (weight, bias) in enumerate(pairs, start=1):
        linear, values = _forward(values, weight, bias, activation, number)
        name = "Y" if number == len(pairs) else f"H_{number}"
        ends = names[number - 1 : number + 1]
        network.layers.append(_Layer(number, weight, bias, source, name, *ends, linear, values))
        source = name
    return network


def _forward(
    values: np.ndarray, weight: np.ndarray, bias: np.ndarray, activation: str | None, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a layer's results before and after the activation.

    The sum runs over the inputs in order, as SUMPRODUCT's does, and not through a library for
    matrices, whose last digit depends on the processor: the same file must come out everywhere.
    """
    linear = np.zeros((len(values), len(bias)))
    with np.errstate(over="ignore", invalid="ignore"):
        for column in range(values.shape[1]):
            linear = linear + values[:, column, None] * weight[None, :, column]
        linear = linear + bias
    if not (np.abs(linear) < LARGEST_NUMBER).all():
        raise ValueError(f"layer {number} gives a number too large for a spreadsheet: scale X or the weights down")
    if activation is None:
        return linear, linear
    if linear.min() < -LARGEST_EXPONENT:
        raise ValueError(
            f"layer {number} gives {linear.min():.4g} before the sigmoid, and EXP in a spreadsheet ends at "
            f"{LARGEST_EXPONENT:.0f}: scale X or the weights down"
        )
    return linear, 1 / (1 + np.exp(-linear))


def _node_names(widths: list[int]) -> list[list[_Node]]:
    """Return the nodes' names as on the slides: x1 x2, then n3 n4 n5, n6 n7, and y at the end."""
    count, *hidden, last = widths
    names = [[_Node("x", str(i + 1)) for i in range(count)]]
    for width in hidden:
        names.append([_Node("n", str(count + i + 1)) for i in range(width)])
        count += width
    names.append([_Node("y", "" if last == 1 else str(i + 1)) for i in range(last)])
    return names


def _checked_path(path: str | os.PathLike[str]) -> Path:
    """Return the path if a workbook can be written there, and say what to do otherwise."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"path must end in .xlsx, got {target.name!r}: name it {target.stem}.xlsx")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"the folder {target.parent} does not exist: make it first, or choose another")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: choose another name for the workbook")
    for lock in (target.with_name(f"~${target.name}"), target.with_name(f".~lock.{target.name}#")):
        if lock.exists():
            raise PermissionError(
                f"{target.name} is open in a spreadsheet program: close it there and run this again "
                f"(if it is not open anywhere, delete {lock})"
            )
    return target


def _numbers(value: Any, what: str) -> np.ndarray:
    """Return float64 numbers from an array, a nested list or a tensor."""
    if hasattr(value, "detach"):  # a PyTorch tensor: perhaps on a GPU, in bfloat16, or with a gradient
        value = value.detach().cpu().double().numpy()
    try:
        array = np.asarray(value)
        array = array.astype(np.float64) if array.dtype.kind in "buifO" else None
    except (TypeError, ValueError, OverflowError):
        array = None
    if array is None:
        raise ValueError(f"{what} must hold numbers, in rows of equal length, got {_briefly(value)}")
    unusable = np.argwhere(~(np.abs(array) <= LARGEST_NUMBER))
    if len(unusable):
        place = tuple(int(i) for i in unusable[0])
        raise ValueError(f"{what} must hold finite numbers (up to {LARGEST_NUMBER:.2e}), got {array[place]} at {place}")
    return array


def _briefly(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _checked_layers(layers: Sequence[tuple[ArrayLike, ArrayLike]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return weights and biases as arrays, once each layer takes what the one before gives."""
    pairs = [_checked_pair(layer, number) for number, layer in enumerate(layers, start=1)]
    if not 1 <= len(pairs) <= MOST_LAYERS:
        raise ValueError(f"layers must hold 1 to {MOST_LAYERS} (weight, bias) pairs, got {len(pairs)}")
    for number, ((before, _), (weight, _)) in enumerate(pairwise(pairs), start=2):
        given, taken = len(before), weight.shape[1]
        if given != taken:
            hint = ": is it transposed? PyTorch's layout is (out, in)" if len(weight) == given else ""
            raise ValueError(
                f"weight of layer {number} must have shape (out, {given}), because layer {number - 1} "
                f"gives {given} numbers, got {weight.shape}{hint}"
            )
    return pairs


def _checked_pair(layer: Any, number: int) -> tuple[np.ndarray, np.ndarray]:
    try:
        weight, bias = layer
    except (TypeError, ValueError):
        raise ValueError(
            f"layer {number} must be a pair (weight, bias), got {_briefly(layer)}: "
            "for a PyTorch layer pass (layer.weight, layer.bias)"
        ) from None
    if bias is None:
        raise ValueError(f"bias of layer {number} is None: for a layer without bias pass zeros, one for each output")
    weight = _numbers(weight, f"weight of layer {number}")
    bias = _numbers(bias, f"bias of layer {number}")
    if weight.ndim != 2 or 0 in weight.shape:
        raise ValueError(f"weight of layer {number} must have shape (out, in), neither of them 0, got {weight.shape}")
    if bias.shape != (len(weight),):
        raise ValueError(f"bias of layer {number} must have shape ({len(weight)},), got {bias.shape}")
    return weight, bias


def _checked_inputs(inputs: ArrayLike, taken: int) -> np.ndarray:
    values = _numbers(inputs, "X")
    if values.ndim != 2 or values.shape[1] != taken:
        hint = f": write one example as [[{', '.join(['…'] * min(taken, 3))}]]" if values.ndim == 1 else ""
        raise ValueError(f"X must have shape (n, {taken}), as the weight of layer 1 takes, got {values.shape}{hint}")
    if len(values) == 0:
        raise ValueError(f"X must hold at least one example, got shape {values.shape}")
    return values


def _checked_expected(
    expected: Mapping[int, ArrayLike] | Sequence[ArrayLike | None] | None, network: _Network
) -> dict[int, np.ndarray]:
    """Return the printed results as arrays, by layer number."""
    if expected is None:
        return {}
    entries = expected.items() if isinstance(expected, Mapping) else enumerate(expected, start=1)
    printed = {}
    for number, values in entries:
        if values is None:
            continue
        if number not in range(1, len(network.layers) + 1):
            raise ValueError(f"expected is for layers 1 to {len(network.layers)}, got one for layer {number!r}")
        printed[number] = _numbers(values, f"expected for layer {number}")
        wanted = network.layers[number - 1].output.shape
        if printed[number].shape != wanted:
            raise ValueError(f"expected for layer {number} must have shape {wanted}, got {printed[number].shape}")
    return printed


def _checked_decimals(decimals: int) -> int:
    if decimals not in range(16):
        raise ValueError(f"decimals must be a whole number from 0 to 15, got {decimals!r}")
    return int(decimals)


# --- the file ------------------------------------------------------------------------------------


def _workbook_bytes(network: _Network, printed: _Printed) -> bytes:
    """Return the whole workbook. Dates are fixed: the same numbers give the same bytes."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": label("spreadsheet.title-network"), "created": datetime.datetime(2000, 1, 1)})
    style = _Style(book)
    places = _NetworkSheet(book, style, network).write()
    if printed.values:
        _PrintedSheet(book, style, network, printed, places).write()
    book.close()
    return content.getvalue()


def _save(content: bytes, target: Path) -> None:
    """Write beside the target, then put it in its place in one step: no reader sees half a file."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, target)
    except PermissionError as error:
        raise PermissionError(
            f"{target} cannot be written: close it where it is open, or choose a folder you may write to"
        ) from error
    finally:
        part.unlink(missing_ok=True)


# --- cells ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """A rectangle of cells that formulas refer to."""

    sheet: str
    top: int
    left: int
    height: int
    width: int

    @property
    def area(self) -> str:
        """Every cell, as in B7:C9."""
        return xl_range(self.top, self.left, self.top + self.height - 1, self.left + self.width - 1)

    def row(self, index: int) -> str:
        """Return one row, as in B8:C8."""
        return xl_range(self.top + index, self.left, self.top + index, self.left + self.width - 1)

    def cell(self, row: int, column: int) -> str:
        """Return one cell, as in C8."""
        return xl_rowcol_to_cell(self.top + row, self.left + column)

    def elsewhere(self, reference: str) -> str:
        """Return a reference as another sheet writes it."""
        return f"'{self.sheet}'!{reference}"


class _Look(NamedTuple):
    """The look of a cell whose text may have subscripts, and of the pieces of that text."""

    cell: Format
    plain: Format
    subscript: Format


class _Style:
    """The formats of the workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.font = label("spreadsheet.font")
        self.title = self._make(bold=True, font_size=16)
        self.strip = self._make(bold=True, font_size=12, font_color=PAPER, bg_color=INK, indent=1)
        self.heading = self._look({"bold": True})
        self.text = self._make(indent=1)
        self.note = self._look({"font_size": 9, "font_color": GREY}, text_wrap=True, valign="top")
        self.formula = self._look(
            {"font_name": "Consolas", "font_size": 9, "font_color": INPUT_INK}, text_wrap=True, valign="top"
        )
        self.corner = self._make(font_size=9, font_color=GREY, align="right", bottom=1)
        self.column_name = self._look({"italic": True}, align="center", bg_color=SHADE, bottom=1)
        self.row_name = self._look({"italic": True}, align="right", bg_color=SHADE)
        self.row_text = self._make(font_size=10, align="right", bg_color=SHADE)
        self.check_label = self._look({}, align="right")
        self.largest = self._make(bold=True, align="center", num_format=DIFFERENCE, border=1)
        self.count = self._make(bold=True, align="center", num_format="0", border=1)
        self.verdict = self._make(bold=True, border=1, indent=1)
        self.good = book.add_format({"bg_color": GOOD_FILL, "font_color": GOOD_INK})
        self.bad = book.add_format({"bg_color": BAD_FILL, "font_color": BAD_INK})
        self.input_sample = self._make(**INPUT_LOOK, align="center")
        self.result_sample = self._make(**RESULT_LOOK, align="center")
        self.result = self._make(**RESULT_LOOK, num_format=SHOWN)
        self.difference = self._make(**RESULT_LOOK, num_format=DIFFERENCE)

    def _make(self, **properties: Any) -> Format:
        return self.book.add_format(
            {"font_name": self.font, "font_size": 11, "font_color": INK, "valign": "vcenter", **properties}
        )

    def _look(self, font: dict[str, Any], **properties: Any) -> _Look:
        return _Look(self._make(**font, **properties), self._make(**font), self._make(**font, font_script=2))

    def input(self, number_format: str) -> Format:
        """Return the look of a cell for the reader to change."""
        return self._make(**INPUT_LOOK, num_format=number_format)


class _Sheet:
    """A worksheet of blocks side by side, each with a heading, a note, its formula and its numbers."""

    def __init__(self, book: xlsxwriter.Workbook, style: _Style, key: str, widths: list[int]) -> None:
        self.name, self.style = label(f"spreadsheet.sheet-{key}"), style
        self.widths = widths  # how many numbers stand side by side in each block
        self.lefts = [sum(widths[:i]) + 2 * i for i in range(len(widths))]  # each has a label and a gap too
        self.last_column = self.lefts[-1] + widths[-1]
        _check_size("columns", self.last_column + 1, SHEET_COLUMNS, "nodes")
        self.sheet: Worksheet = book.add_worksheet(self.name)
        self._dress(label(f"spreadsheet.title-{key}"))

    def _dress(self, title: str) -> None:
        """Set what the whole sheet shares: widths, the two rows that stay in view, and how it prints."""
        sheet = self.sheet
        for left, width in zip(self.lefts, self.widths, strict=True):
            sheet.set_column(left, left, LABEL_WIDTH)
            sheet.set_column(left + 1, left + width, NUMBER_WIDTH)
            sheet.set_column(left + width + 1, left + width + 1, GAP_WIDTH)
        sheet.set_row(0, 30)
        sheet.set_row(1, 22)
        sheet.write_string(0, 0, title, self.style.title)
        sheet.freeze_panes(2, 0)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)

    def strip(self, row: int, text: str) -> None:
        """Write a dark line across the sheet, where a layer begins."""
        self.sheet.set_row(row, 22)
        for column in range(self.last_column + 1):
            self.sheet.write_blank(row, column, None, self.style.strip)
        self.sheet.write_string(row, 0, text, self.style.strip)

    def line(self, row: int, block: int, text: str, look: _Look) -> None:
        """Write a text across a block."""
        left = self.lefts[block]
        self.sheet.merge_range(row, left, row, left + self.widths[block], "", look.cell)
        self.text(row, left, text, look)

    def text(self, row: int, column: int, text: str, look: _Look) -> None:
        """Write a text, never a formula, with true subscripts: W_1 looks like no cell of the sheet."""
        pieces = re.split("_([0-9a-z]+)", text)
        if len(pieces) == 1:
            self.sheet.write_string(row, column, text, look.cell)
            return
        fonts = cycle((look.plain, look.subscript))
        fragments = [part for font, piece in zip(fonts, pieces, strict=False) if piece for part in (font, piece)]
        self.sheet.write_rich_string(row, column, *fragments, look.cell)

    def names_above(self, row: int, block: int, nodes: Sequence[_Node], corner: str = "") -> None:
        """Name the columns of a block."""
        self.sheet.write_string(row, self.lefts[block], corner, self.style.corner)
        for column, node in enumerate(nodes, start=self.lefts[block] + 1):
            self.text(row, column, str(node), self.style.column_name)

    def examples_beside(self, row: int, block: int, count: int) -> None:
        """Name the rows of a block that holds one example a row."""
        for index in range(count):
            text = label("spreadsheet.example", n=index + 1)
            self.sheet.write_string(row + index, self.lefts[block], text, self.style.row_text)

    def head(self, row: int, block: int, layer: _Layer, *texts: str) -> _Block:
        """Write a block's texts (heading, note if any, formula) and names. Return where its numbers go."""
        styles = (self.style.heading, *[self.style.note] * (len(texts) - 2), self.style.formula)
        for text, style in zip(texts, styles, strict=True):
            self.line(row, block, text, style)
            row += 1
        self.names_above(row, block, layer.nodes)
        self.examples_beside(row + 1, block, len(layer.output))
        return self.place(row + 1, block, layer.output.shape)

    def place(self, row: int, block: int, shape: tuple[int, int]) -> _Block:
        """Return the cells where an array of this shape goes."""
        return _Block(self.name, row, self.lefts[block] + 1, *shape)

    def inputs(self, place: _Block, values: np.ndarray, number_format: str) -> None:
        """Write numbers the reader may change. Anything but a number is refused as it is typed."""
        style = self.style.input(number_format)
        for (row, column), value in np.ndenumerate(values):
            self.sheet.write_number(place.top + row, place.left + column, float(value), style)
        rule = {
            "validate": "custom",
            "value": f"=ISNUMBER({place.cell(0, 0)})",
            "error_title": label("spreadsheet.not-a-number-title"),
            "error_message": label("spreadsheet.not-a-number"),
        }
        self.sheet.data_validation(place.area, rule)

    def formulas(self, place: _Block, formula: _Formula, values: np.ndarray, style: Format) -> None:
        """Write one formula a cell, each with its value."""
        for (row, column), value in np.ndenumerate(values):
            self.sheet.write_formula(place.cell(row, column), formula(row, column), style, float(value))

    def array_formula(self, place: _Block, formula: str, values: np.ndarray, style: Format) -> None:
        """Write one formula over a whole block, with the value of every cell.

        XlsxWriter stores zeros for all cells but the first, so these are written over.
        """
        self.sheet.write_array_formula(place.area, f"{{{formula}}}", style, float(values[0, 0]))
        for (row, column), value in np.ndenumerate(values):
            if (row, column) != (0, 0):
                self.sheet.write_number(place.cell(row, column), float(value), style)

    @property
    def verdict_value(self) -> str:
        """The cell with the number that the verdict is about."""
        return xl_rowcol_to_cell(1, self.lefts[1])

    def verdict(self, text: str, value: tuple[str, Format, float], verdict: tuple[str, str], good: str) -> None:
        """Fill the row that stays in view: a number, and in words what it means, each a formula with its result."""
        sheet, style, left = self.sheet, self.style, self.lefts[1]
        self.line(1, 0, text, style.check_label)
        sheet.write_formula(1, left, *value)
        sheet.merge_range(1, left + 1, 1, self.last_column, "", style.verdict)
        sheet.write_formula(1, left + 1, verdict[0], style.verdict, verdict[1])
        cell = xl_rowcol_to_cell(1, left + 1, row_abs=True, col_abs=True)
        for sign, look in (("=", style.good), ("<>", style.bad)):
            rule = {"type": "formula", "criteria": f"={cell}{sign}{_quoted(good)}", "format": look}
            sheet.conditional_format(1, left, 1, self.last_column, rule)

    def silence(self, last_row: int) -> None:
        """Spare the reader Excel's green corners, which suspect neighbours that differ on purpose."""
        used = xl_range(0, 0, last_row, self.last_column)
        self.sheet.ignore_errors({"formula_differs": used, "formula_range": used})


def _check_size(what: str, needed: int, held: int, fewer: str) -> None:
    if needed > held:
        raise ValueError(f"the sheet would need {needed} {what} and a spreadsheet holds {held}: show fewer {fewer}")


def _quoted(text: str) -> str:
    """Return a text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def _listed(blocks: Sequence[_Block]) -> str:
    return ",".join(block.area for block in blocks)


# --- the first sheet: the network ----------------------------------------------------------------

FIRST_ROW = 3  # below the title, the verdict and an empty row
INPUT, AT_ONCE, ONE_BY_ONE, APART = range(4)  # the blocks from left to right


class _Ways(NamedTuple):
    """Where the two ways of computing the same numbers stand."""

    at_once: _Block
    one_by_one: _Block


class _Places(NamedTuple):
    """Where the first sheet keeps what the second refers to, layer by layer."""

    inputs: list[_Block]
    weights: list[_Block]
    outputs: list[_Block]


class _NetworkSheet:
    """The inputs, and for each layer its weight and bias, its results computed twice, and their difference."""

    def __init__(self, book: xlsxwriter.Workbook, style: _Style, network: _Network) -> None:
        self.network, self.style = network, style
        self.page = _Sheet(book, style, "network", [network.widest_input, *[network.widest_output] * 3])
        self.below_inputs = FIRST_ROW + 4 + max(len(network.X), 2)
        self.last_row = self.below_inputs + sum(map(self._height, network.layers))
        _check_size("rows", self.last_row + 1, SHEET_ROWS, "examples")
        self.given: list[_Block] = []  # all yellow cells
        self.results: list[_Block] = []  # all results, of both ways
        self.differences: list[_Block] = []

    def _height(self, layer: _Layer) -> int:
        """Count the rows of a layer: its strip, the higher of its blocks, and an empty row."""
        results = 4 + len(layer.output)
        if self.network.activation is not None:
            results += 4 + len(layer.output)
        return 2 + max(8 + len(layer.nodes), results)

    def write(self) -> _Places:
        """Write everything. Return the places that the second sheet refers to."""
        places = _Places([], [], [])
        inputs = self._write_inputs()
        self._write_guide(FIRST_ROW + 1)
        ways, row = _Ways(inputs, inputs), self.below_inputs
        for layer in self.network.layers:
            places.inputs.append(ways.at_once)
            weight, ways = self._write_layer(row, layer, ways)
            places.weights.append(weight)
            places.outputs.append(ways.at_once)
            row += self._height(layer)
        self._write_verdict()
        self.page.silence(self.last_row)
        self.page.sheet.set_selection(inputs.cell(0, 0))
        return places

    def _write_inputs(self) -> _Block:
        values, page, row = self.network.X, self.page, FIRST_ROW
        page.strip(row, label("spreadsheet.input", examples=len(values), numbers=values.shape[1]))
        page.line(row + 1, INPUT, label("spreadsheet.input-note"), self.style.note)
        page.names_above(row + 2, INPUT, self.network.layers[0].sources)
        page.examples_beside(row + 3, INPUT, len(values))
        place = page.place(row + 3, INPUT, values.shape)
        whole = bool((values == np.round(values)).all())
        page.inputs(place, values, "General" if whole else SHOWN)
        self.given.append(place)
        return place

    def _write_guide(self, row: int) -> None:
        """Say, beside the inputs, what each colour means and how the two ways are typed."""
        left, sheet = self.page.lefts[AT_ONCE], self.page.sheet
        sheet.write_string(row, left, label("spreadsheet.yellow"), self.style.input_sample)
        sheet.write_string(row + 1, left, label("spreadsheet.white"), self.style.result_sample)
        for index, key in enumerate(("yellow", "white", "mmult", "sumproduct")):
            sheet.write_string(row + index, left + 1, label(f"spreadsheet.guide-{key}"), self.style.text)

    def _write_layer(self, row: int, layer: _Layer, before: _Ways) -> tuple[_Block, _Ways]:
        """Write one layer. Return where its weight and its results are."""
        self.page.strip(
            row,
            label("spreadsheet.layer", n=layer.number, numbers_in=len(layer.sources), numbers_out=len(layer.nodes)),
        )
        self.page.sheet.set_row(row + 2, NOTE_HEIGHT)
        weight, bias = self._write_parameters(row + 1, layer)
        squashed = self.network.activation is not None
        shown = f"Z_{layer.number}" if squashed else layer.name
        ways = _Ways(
            self._write_at_once(row + 1, layer, shown, (before.at_once, weight, bias)),
            self._write_one_by_one(row + 1, layer, shown, (before.one_by_one, weight, bias)),
        )
        self._write_difference(row + 1, layer, shown, ways, label("spreadsheet.difference-note"))
        if squashed:
            row += 6 + len(layer.output)
            columns = zip((AT_ONCE, ONE_BY_ONE), ways, strict=True)
            ways = _Ways(*(self._write_sigmoid(row, block, layer, shown, linear) for block, linear in columns))
            self._write_difference(row, layer, layer.name, ways)
        return weight, ways

    def _write_parameters(self, row: int, layer: _Layer) -> tuple[_Block, _Block]:
        """Write the weight and, below it, the bias as a row. Return where they are."""
        page, style = self.page, self.style
        source, node = layer.sources[0], layer.nodes[0]
        note = label("spreadsheet.weight-note", to=node, source=source, name=f"w_{source.end}{node.end}")
        page.line(row, INPUT, label("spreadsheet.weight", n=layer.number), style.heading)
        page.line(row + 1, INPUT, note, style.note)
        page.names_above(row + 3, INPUT, layer.sources, label("spreadsheet.to-from"))
        for index, node in enumerate(layer.nodes):
            page.text(row + 4 + index, page.lefts[INPUT], str(node), style.row_name)
        weight = page.place(row + 4, INPUT, layer.weight.shape)
        page.inputs(weight, layer.weight, SHOWN)

        row = weight.top + weight.height + 1
        page.line(row, INPUT, label("spreadsheet.bias", n=layer.number), style.heading)
        page.names_above(row + 1, INPUT, [_Node("b", node.end) for node in layer.nodes])
        page.sheet.write_string(row + 2, page.lefts[INPUT], label("spreadsheet.bias-row"), style.row_text)
        bias = page.place(row + 2, INPUT, (1, len(layer.bias)))
        page.inputs(bias, layer.bias[None, :], SHOWN)
        self.given += [weight, bias]
        return weight, bias

    def _write_at_once(self, row: int, layer: _Layer, shown: str, uses: tuple[_Block, _Block, _Block]) -> _Block:
        values, weight, bias = uses
        formula = f"=MMULT({values.area},TRANSPOSE({weight.area}))+{bias.area}"
        heading = label("spreadsheet.at-once", name=shown)
        note = label("spreadsheet.at-once-note", source=layer.source, n=layer.number)
        place = self.page.head(row, AT_ONCE, layer, heading, note, f"{{{formula}}}")
        self.page.array_formula(place, formula, layer.linear, self.style.result)
        self.results.append(place)
        return place

    def _write_one_by_one(self, row: int, layer: _Layer, shown: str, uses: tuple[_Block, _Block, _Block]) -> _Block:
        values, weight, bias = uses

        def formula(example: int, node: int) -> str:
            return f"=SUMPRODUCT({values.row(example)},{weight.row(node)})+{bias.cell(0, node)}"

        heading = label("spreadsheet.one-by-one", name=shown)
        note = label("spreadsheet.one-by-one-note", source=layer.source, n=layer.number)
        place = self.page.head(row, ONE_BY_ONE, layer, heading, note, formula(0, 0))
        self.page.formulas(place, formula, layer.linear, self.style.result)
        self.results.append(place)
        return place

    def _write_sigmoid(self, row: int, block: int, layer: _Layer, shown: str, linear: _Block) -> _Block:
        def formula(example: int, node: int) -> str:
            return f"=1/(1+EXP(-{linear.cell(example, node)}))"

        heading = label("spreadsheet.sigmoid", name=layer.name, linear=shown)
        place = self.page.head(row, block, layer, heading, formula(0, 0))
        self.page.formulas(place, formula, layer.output, self.style.result)
        self.results.append(place)
        return place

    def _write_difference(self, row: int, layer: _Layer, shown: str, ways: _Ways, *note: str) -> None:
        def formula(example: int, node: int) -> str:
            return f"=ABS({ways.at_once.cell(example, node)}-{ways.one_by_one.cell(example, node)})"

        heading = label("spreadsheet.difference", name=shown)
        place = self.page.head(row, APART, layer, heading, *note, formula(0, 0))
        self.page.formulas(place, formula, np.zeros_like(layer.output), self.style.difference)
        self.differences.append(place)

    def _write_verdict(self) -> None:
        """Write the largest difference and what it means: agree, differ, a cell left empty, or a number too large."""
        value, results = self.page.verdict_value, _listed(self.results)
        words = {key: label(f"spreadsheet.{key}") for key in ("agree", "differ", "incomplete", "overflow")}
        agree, differ, incomplete, overflow = map(_quoted, words.values())
        filled = f"COUNT({_listed(self.given)})={sum(block.height * block.width for block in self.given)}"
        close = f"{value}<={AGREEMENT}*MAX(1,MAX({results}),-MIN({results}))"
        verdict = f"=IF({filled},IF(ISNUMBER({value}),IF({close},{agree},{differ}),{overflow}),{incomplete})"
        largest = f"=MAX({_listed(self.differences)})"
        text = label("spreadsheet.largest-difference")
        self.page.verdict(text, (largest, self.style.largest, 0.0), (verdict, words["agree"]), words["agree"])


# --- the second sheet: results printed elsewhere -------------------------------------------------

PRINTED, FAR, ALLOWED = range(3)  # the blocks from left to right


class _PrintedSheet:
    """Printed results beside the workbook's own, and how far apart rounding alone can bring them.

    A number printed with four decimals is off by half a unit of the last one at most. Redoing a layer
    from printed weights w and bias b moves a result by at most half·(|x₁| + |x₂| + … + 1), and the printed
    result is off by half a unit itself. A later layer also inherits what the layer before left open.
    The sigmoid is nowhere steeper than 1/4.
    """

    def __init__(
        self, book: xlsxwriter.Workbook, style: _Style, network: _Network, printed: _Printed, places: _Places
    ) -> None:
        self.network, self.style, self.printed, self.places = network, style, printed, places
        self.page = _Sheet(book, style, "printed", [network.widest_output] * 3)
        self.half = 0.5 * 10.0**-printed.decimals
        self.half_cell = xl_rowcol_to_cell(FIRST_ROW + 1, self.page.widths[0], row_abs=True, col_abs=True)

    def write(self) -> None:
        """Write every layer up to the last printed one, and the verdict."""
        self._write_rounding(FIRST_ROW)
        row, place, allowed = FIRST_ROW + 3, None, None
        pairs, beyond = [], 0
        for layer in self.network.layers[: max(self.printed.values)]:
            self.page.strip(row, label("spreadsheet.printed-layer", n=layer.number))
            self.page.sheet.set_row(row + 2, NOTE_HEIGHT)
            self.page.sheet.set_row(row + 3, NOTE_HEIGHT if place is None else 3 * NOTE_HEIGHT // 2)
            allowed = self._allowed(layer, allowed)
            place = self._write_allowed(row + 1, layer, allowed, place)
            if layer.number in self.printed.values:
                values = self.printed.values[layer.number]
                pairs.append((self._write_comparison(row + 1, layer, values), place))
                beyond += int((np.abs(layer.output - values) > allowed).sum())
            row = place.top + place.height + 1
        self._write_verdict(pairs, beyond)
        self.page.silence(row)

    def _write_rounding(self, row: int) -> None:
        """Write how many digits were printed, and what that leaves open."""
        sheet, style, last, left = self.page.sheet, self.style, self.page.widths[0], self.page.lefts[FAR]
        for index, key in enumerate(("decimals", "half-unit")):
            sheet.merge_range(
                row + index, 0, row + index, last - 1, label(f"spreadsheet.{key}"), style.check_label.cell
            )
            sheet.write_string(row + index, left, label(f"spreadsheet.{key}-note"), style.text)
        decimals = xl_rowcol_to_cell(row, last)
        sheet.write_number(decimals, self.printed.decimals, style.input("0"))
        sheet.write_formula(row + 1, last, f"=0.5*10^-{decimals}", style.difference, self.half)

    def _allowed(self, layer: _Layer, before: np.ndarray | None) -> np.ndarray:
        """Return, for each result, how far rounding alone can bring the printed one from the one redone."""
        values = self.network.X if layer.number == 1 else self.network.layers[layer.number - 2].output
        off = self.half * (np.abs(values).sum(axis=1, keepdims=True) + 1) + np.zeros_like(layer.output)
        if before is not None:
            off += ((before - self.half)[:, None, :] * (np.abs(layer.weight) + self.half)).sum(axis=2)
        steepest = 1.0 if self.network.activation is None else 0.25
        return steepest * off + self.half

    def _write_allowed(self, row: int, layer: _Layer, allowed: np.ndarray, before: _Block | None) -> _Block:
        half = self.half_cell
        values, weight = self.places.inputs[layer.number - 1], self.places.weights[layer.number - 1]

        def formula(example: int, node: int) -> str:
            total = f"SUMPRODUCT(ABS({values.elsewhere(values.row(example))}))"
            passed_on = ""
            if before is not None:
                weights = f"ABS({weight.elsewhere(weight.row(node))})"
                passed_on = f"+SUMPRODUCT({before.row(example)}-{half},{weights}+{half})"
            if self.network.activation is None:
                return f"={half}*({total}+2){passed_on}"
            return f"=({half}*({total}+1){passed_on})/4+{half}"

        note = label(f"spreadsheet.allowed-note-{'first' if before is None else 'later'}")
        place = self.page.head(row, ALLOWED, layer, label("spreadsheet.allowed"), note, formula(0, 0))
        self.page.formulas(place, formula, allowed, self.style.difference)
        return place

    def _write_comparison(self, row: int, layer: _Layer, printed: np.ndarray) -> _Block:
        """Write the printed results and their differences. Return where the differences are."""
        digits, redone = self.printed.decimals, self.places.outputs[layer.number - 1]
        heading, note = label("spreadsheet.printed", name=layer.name), label("spreadsheet.printed-note")
        place = self.page.head(row, PRINTED, layer, heading, note, "")
        self.page.inputs(place, printed, f"0.{'0' * digits}" if digits else "0")

        def formula(example: int, node: int) -> str:
            return f"=ABS({redone.elsewhere(redone.cell(example, node))}-{place.cell(example, node)})"

        heading, note = label("spreadsheet.far"), label("spreadsheet.far-note")
        far = self.page.head(row, FAR, layer, heading, note, formula(0, 0))
        self.page.formulas(far, formula, np.abs(layer.output - printed), self.style.difference)
        return far

    def _write_verdict(self, pairs: list[tuple[_Block, _Block]], beyond: int) -> None:
        """Write how many differences are larger than rounding can make them, and what that means."""
        good, bad = label("spreadsheet.explained"), label("spreadsheet.unexplained")
        count = "+".join(f"SUMPRODUCT(--({far.area}>{allowed.area}))" for far, allowed in pairs)
        verdict = f"=IF(IFERROR({self.page.verdict_value},1)=0,{_quoted(good)},{_quoted(bad)})"
        value = (f"={count}", self.style.count, float(beyond))
        self.page.verdict(label("spreadsheet.beyond"), value, (verdict, bad if beyond else good), good)
