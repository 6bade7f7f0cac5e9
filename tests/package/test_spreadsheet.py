"""The workbook of the forward pass, recalculated by LibreOffice and compared with NumPy."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from itertools import pairwise

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import datasets, language, spreadsheet
from introdl.spreadsheet import default_workbook, write_forward_pass
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.formula import ArrayFormula

LANGUAGES = ("en", "zh-TW")
SHEETS = {"en": ["network", "printed"], "zh-TW": ["網路", "印出值"]}
RECALCULATED = 1e-9  # LibreOffice keeps 15 digits when it saves


# --- reading a workbook back ---------------------------------------------------------------------


class Book:
    """A workbook read back twice: what its cells hold, and what their formulas say."""

    def __init__(self, path):
        self.values = openpyxl.load_workbook(path, data_only=True)
        self.formulas = openpyxl.load_workbook(path)
        self.network = self.values.worksheets[0]

    def cells(self, sheet=0):
        """Return the cells that are not empty, as they are written."""
        return [cell for row in self.formulas.worksheets[sheet].iter_rows() for cell in row if cell.value is not None]

    def texts(self, sheet=0):
        """Return every text a reader sees."""
        return [cell.value for row in self.values.worksheets[sheet].iter_rows() for cell in row if is_text(cell)]

    def numbers(self, area, sheet=0):
        """Return the numbers a reader sees in an area, as a matrix."""
        found = self.values.worksheets[sheet][area]
        rows = found if isinstance(found, tuple) else ((found,),)
        return np.array([[cell.value for cell in row] for row in rows], dtype=float)

    def layers(self):
        """Find where each layer's numbers are: its own MMULT says it."""
        arrays = [cell.value for cell in self.cells() if isinstance(cell.value, ArrayFormula)]
        pattern = r"=MMULT\((?P<values>[^,]+),TRANSPOSE\((?P<weight>[^)]+)\)\)\+(?P<bias>\S+)"
        return [{"result": array.ref, **re.fullmatch(pattern, array.text).groupdict()} for array in arrays]

    def sumproducts(self):
        """Return each SUMPRODUCT of the first sheet: its three references, and the number in its cell."""
        pattern = re.compile(r"=SUMPRODUCT\(([^,]+),([^)]+)\)\+(\S+)")
        found = [(pattern.fullmatch(str(cell.value)), cell.coordinate) for cell in self.cells() if is_formula(cell)]
        return [(*match.groups(), self.network[place].value) for match, place in found if match]

    def verdict(self, sheet=0):
        """Return the words of the row that stays in view."""
        return next(text for text in self.texts(sheet) if text[0] in "✓✗")

    def output(self):
        """Return the last layer's results, after the sigmoid if there is one."""
        *_, last = self.layers()
        rows, columns = self.numbers(last["result"]).shape
        sigmoid = f"=1/(1+EXP(-{last['result'].split(':')[0]}))"
        first = [cell for cell in self.cells() if cell.value == sigmoid and is_formula(cell)]
        return self.numbers(area_from(first[0], rows, columns) if first else last["result"])


def area_from(cell, rows, columns):
    return f"{cell.coordinate}:{cell.offset(rows - 1, columns - 1).coordinate}"


def is_text(cell):
    return isinstance(cell.value, str) and cell.value != ""


def is_formula(cell):
    return cell.data_type == "f"


def network_of(seed, *, squash=False):
    """Draw a network of random depth and widths, and inputs for it."""
    rng = np.random.default_rng(seed)
    widths = rng.integers(1, 6, size=rng.integers(2, 6))
    layers = [(rng.normal(size=(out, into)), rng.normal(size=out)) for into, out in pairwise(widths)]
    X = rng.normal(size=(rng.integers(1, 6), widths[0])) * (1 if squash else 10)
    return layers, X


def forward(layers, X, *, squash=False):
    """Compute the results of every layer the other way, by NumPy's matrix product."""
    results = []
    for weight, bias in layers:
        X = X @ weight.T + bias
        X = 1 / (1 + np.exp(-X)) if squash else X
        results.append(X)
    return results


def edited(path, target, *, changes=None, poison=False):
    """Copy a workbook with other numbers in some cells, as if typed there; what was stored is left or poisoned."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            content = old.read(item).decode("utf-8")
            if item.filename == "xl/worksheets/sheet1.xml":
                content = poisoned(content) if poison else content
                for cell, value in (changes or {}).items():
                    content = typed_in(content, cell, value)
            elif poison and item.filename.startswith("xl/worksheets/"):
                content = poisoned(content)
            new.writestr(item, content)
    return target


def typed_in(xml, cell, value):
    """Put a number, or nothing, into one cell in place of what it holds."""
    inside = "" if value is None else f"<v>{value!r}</v>"
    xml, count = re.subn(rf'(<c r="{cell}"(?: s="\d+")?>).*?</c>', rf"\g<1>{inside}</c>", xml)
    assert count == 1, f"{cell} is not in the sheet"
    return xml


def poisoned(xml):
    """Replace every stored result by 999: of formulas, and of the cells that an array formula fills."""
    xml = re.sub(r"(<c [^>]*>)(<f[^>]*>[^<]*</f>)<v>[^<]*</v>", r"\1\2<v>999</v>", xml)
    for area in re.findall(r'<f t="array" ref="([^"]+)"', xml):
        for row, column in (cell for cells in CellRange(area).rows for cell in cells):
            name = f"{get_column_letter(column)}{row}"
            xml = re.sub(rf'(<c r="{name}"[^>]*>)<v>[^<]*</v>', r"\1<v>999</v>", xml)
    return xml


# --- LibreOffice ---------------------------------------------------------------------------------

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculate(paths, folder):
    """Open workbooks in LibreOffice with a profile of its own, compute every cell anew, and save them elsewhere."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.fail("LibreOffice is needed to recalculate the workbook: install it (apt-get install libreoffice-calc)")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    out = folder / "recalculated"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    run = subprocess.run(
        [*command, "--outdir", str(out), *map(str, paths)], capture_output=True, text=True, timeout=180, check=False
    )
    missing = [path.name for path in paths if not (out / path.name).exists()]
    assert not missing, f"LibreOffice did not convert {missing}: {run.stdout}{run.stderr}"
    return {path.stem: Book(out / path.name) for path in paths}


SEEDS = range(6)
PRACTICE = datasets.load_matrix_operation()
TYPED = {"X": (2, 1, -7.25), "W1": (0, 1, 3.5), "b2": (0, 1, 100.0), "W3": (0, 0, -0.125)}


@pytest.fixture(scope="module", autouse=True)
def english():
    was = language.current()
    language.use("en")
    yield
    language.use(was)


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """Every workbook that LibreOffice is asked about, in one start of it. Stored results are poisoned first."""
    folder = tmp_path_factory.mktemp("workbooks")
    paths = []
    for name in LANGUAGES:
        paths.append(default_workbook(folder / f"plain-{name}.xlsx", name))
    places = Book(paths[0]).layers()
    for seed in SEEDS:
        layers, X = network_of(seed)
        paths.append(write_forward_pass(folder / f"plain-{seed}.xlsx", layers, X))
        layers, X = network_of(seed, squash=True)
        printed = {len(layers): forward(layers, X, squash=True)[-1]}
        paths.append(
            write_forward_pass(
                folder / f"plain-sigmoid-{seed}.xlsx", layers, X, activation="sigmoid", expected=printed, decimals=9
            )
        )
    books = [edited(path, folder / path.name.replace("plain-", ""), poison=True) for path in paths]
    english = paths[0]
    typed = {cell_in(places, name, row, column): value for name, (row, column, value) in TYPED.items()}
    books.append(edited(english, folder / "typed.xlsx", changes=typed, poison=True))
    books.append(edited(english, folder / "emptied.xlsx", changes={cell_in(places, "W2", 0, 0): None}))
    books.append(edited(english, folder / "overwritten.xlsx", changes={first_sumproduct(english): 1.5}))
    sigmoid = next(path for path in paths if "sigmoid" in path.name)
    changes = {cell_in(Book(sigmoid).layers(), "b1", 0, 0): -1e6}
    books.append(edited(sigmoid, folder / "overflowing.xlsx", changes=changes))
    return {f"stored-{path.stem.removeprefix('plain-')}": Book(path) for path in paths} | recalculate(books, folder)


def cell_in(places, name, row, column):
    """Find the cell of an entry of X, W1, b1, …"""
    kind, layer = ("values", 0) if name == "X" else ({"W": "weight", "b": "bias"}[name[0]], int(name[1:]) - 1)
    left, top, *_ = range_boundaries(places[layer][kind])
    return f"{get_column_letter(left + column)}{top + row}"


def first_sumproduct(path):
    return next(c.coordinate for c in Book(path).cells() if is_formula(c) and str(c.value).startswith("=SUMPRODUCT"))


def assert_computes(book, layers, X, *, squash=False, tolerance):
    """Both ways give NumPy's results at every layer, and the given numbers are in their cells."""
    results = forward(layers, X, squash=squash)
    sumproducts = iter(book.sumproducts())
    before = X
    for (weight, bias), place, after in zip(layers, book.layers(), results, strict=True):
        linear = before @ weight.T + bias
        np.testing.assert_allclose(book.numbers(place["values"]), before, rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(book.numbers(place["weight"]), weight, rtol=tolerance)
        np.testing.assert_allclose(book.numbers(place["bias"]), bias[None], rtol=tolerance)
        np.testing.assert_allclose(book.numbers(place["result"]), linear, rtol=tolerance, atol=tolerance)
        one_by_one = np.array([next(sumproducts)[3] for _ in range(linear.size)]).reshape(linear.shape)
        np.testing.assert_allclose(one_by_one, linear, rtol=tolerance, atol=tolerance)
        before = after
    assert next(sumproducts, None) is None
    np.testing.assert_allclose(book.output(), results[-1], rtol=tolerance, atol=tolerance)


# --- the formulas, recalculated ------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", LANGUAGES)
def test_recalculated_formulas_redo_the_slides_network(recalculated, name):
    assert_computes(recalculated[name], PRACTICE.layers, PRACTICE.X, tolerance=RECALCULATED)
    assert recalculated[name].verdict().startswith("✓")


@pytest.mark.libreoffice
@pytest.mark.parametrize("seed", SEEDS)
def test_recalculated_formulas_redo_a_network_of_any_shape(recalculated, seed):
    assert_computes(recalculated[str(seed)], *network_of(seed), tolerance=RECALCULATED)
    assert recalculated[str(seed)].verdict().startswith("✓")


@pytest.mark.libreoffice
@pytest.mark.parametrize("seed", SEEDS)
def test_recalculated_formulas_apply_the_sigmoid_after_every_layer(recalculated, seed):
    book = recalculated[f"sigmoid-{seed}"]
    assert_computes(book, *network_of(seed, squash=True), squash=True, tolerance=RECALCULATED)
    assert [book.verdict(sheet)[0] for sheet in (0, 1)] == ["✓", "✓"]


@pytest.mark.libreoffice
def test_numbers_typed_by_the_reader_flow_through_both_ways(recalculated):
    numbers = {name: getattr(PRACTICE, name).copy() for name in ("X", "W1", "b1", "W2", "b2", "W3", "b3")}
    for name, (row, column, value) in TYPED.items():
        np.atleast_2d(numbers[name])[row, column] = value
    layers = [(numbers[f"W{i}"], numbers[f"b{i}"]) for i in (1, 2, 3)]
    assert_computes(recalculated["typed"], layers, numbers["X"], tolerance=RECALCULATED)
    assert recalculated["typed"].verdict() == "✓ MMULT and SUMPRODUCT agree"


@pytest.mark.libreoffice
def test_a_changed_number_no_longer_matches_the_slides(recalculated):
    assert recalculated["typed"].verdict(sheet=1) == "✗ More than rounding: did you change a number?"


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", LANGUAGES)
def test_rounding_explains_every_number_printed_on_the_slides(recalculated, name):
    assert recalculated[name].verdict(sheet=1).startswith("✓")


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("book", "verdict"),
    [
        ("overwritten", "✗ MMULT and SUMPRODUCT differ: was a formula changed?"),
        ("emptied", "✗ Every yellow cell needs a number"),
        ("overflowing", "✗ A cell holds no number: is an input too large?"),
    ],
)
def test_the_verdict_names_what_the_reader_did(recalculated, book, verdict):
    assert recalculated[book].verdict() == verdict


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["en", *[f"sigmoid-{seed}" for seed in SEEDS]])
def test_the_allowed_differences_are_recalculated_like_the_stored_ones(recalculated, name):
    stored, computed = (numbers_below(recalculated[key], ALLOWED) for key in (f"stored-{name}", name))
    assert stored
    for before, after in zip(stored, computed, strict=True):
        np.testing.assert_allclose(after, before, rtol=RECALCULATED)


def test_without_libreoffice_the_tests_fail_and_say_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="apt-get install libreoffice-calc"):
        recalculate([], tmp_path)


# --- what is stored, without any recalculation -----------------------------------------------------


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    return Book(default_workbook(tmp_path_factory.mktemp("one") / "matrix-operations.xlsx", "en"))


ALLOWED = "How far can rounding bring them apart?"


def numbers_below(book, heading):
    """Return the blocks of numbers under each such heading of the second sheet."""
    sheet = book.values.worksheets[1]
    blocks = []
    for start in (cell for row in sheet.iter_rows() for cell in row if cell.value == heading):
        top = start.offset(4, 1)  # below the heading: a note, the formula, the nodes' names
        width = next(i for i in range(9) if not isinstance(top.offset(0, i).value, float))
        height = next(i for i in range(9) if not isinstance(top.offset(i, 0).value, float))
        blocks.append(book.numbers(area_from(top, height, width), sheet=1))
    return blocks


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), squash=st.booleans())
def test_a_preview_shows_numpys_numbers(tmp_path_factory, seed, squash):
    layers, X = network_of(seed, squash=squash)
    path = tmp_path_factory.mktemp("preview") / "net.xlsx"
    book = Book(write_forward_pass(path, layers, X, activation="sigmoid" if squash else None))
    assert_computes(book, layers, X, squash=squash, tolerance=1e-12)
    assert book.verdict().startswith("✓")


def test_the_first_hidden_node_is_the_sum_worked_out_by_hand(workbook):
    first = workbook.numbers(workbook.layers()[0]["result"])[0, 0]
    assert first == pytest.approx(1 * 0.4727 + 2 * -0.5188 - 0.6986, abs=1e-15)


def test_every_mmult_is_an_array_formula_over_its_full_range(tmp_path):
    path = default_workbook(tmp_path / "net.xlsx")
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    formulas = [found for xml in sheets for found in re.findall(r"<f([^>]*)>([^<]*)</f>", xml)]
    arrays = [attributes for attributes, text in formulas if "MMULT(" in text]
    assert all('t="array"' in attributes for attributes in arrays)
    shapes = [Book(path).numbers(re.search('ref="([^"]+)"', attributes).group(1)).shape for attributes in arrays]
    assert shapes == [(3, 3), (3, 2), (3, 1)]


def test_each_element_has_a_sumproduct_of_two_ranges_of_one_shape(workbook):
    found = workbook.sumproducts()
    assert len(found) == 9 + 6 + 3
    for row, weights, bias, _ in found:
        assert workbook.numbers(row).shape == workbook.numbers(weights).shape
        assert workbook.numbers(bias).shape == (1, 1)


def test_the_sumproducts_use_no_array_formula_on_the_way(workbook):
    """So that they are right even where a program does not know array formulas."""
    arrays = {cell for place in workbook.layers() for cell in cells_of(workbook, place["result"])}
    used = {cell for row, *_ in workbook.sumproducts() for cell in cells_of(workbook, row)}
    assert used & arrays == set()


def cells_of(book, area):
    found = book.network[area]
    return {cell.coordinate for row in found for cell in row} if isinstance(found, tuple) else {found.coordinate}


@pytest.mark.parametrize("activation", [None, "sigmoid"])
def test_the_formula_shown_above_a_block_is_the_formula_in_it(tmp_path, activation):
    layers, X = network_of(3, squash=True)
    printed = forward(layers, X, squash=activation == "sigmoid")
    book = Book(write_forward_pass(tmp_path / "net.xlsx", layers, X, activation=activation, expected=printed))
    shown, used = set(), set()
    for sheet in (0, 1):
        for cell in book.cells(sheet):
            if isinstance(cell.value, ArrayFormula):
                used.add(f"{{{cell.value.text}}}")
            elif is_formula(cell):
                used.add(cell.value)
            elif str(cell.value).startswith(("=", "{=")):
                shown.add(cell.value)
    assert len(shown) >= 3 * len(layers)
    assert shown <= used


@pytest.mark.torch
def test_pytorch_layers_are_written_as_they_are(tmp_path):
    import torch
    from torch import nn

    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    X = torch.randn(5, 4)
    path = write_forward_pass(tmp_path / "net.xlsx", [(layer.weight, layer.bias) for layer in net], X)
    book = Book(path)
    # float32 carries about 7 digits; the workbook computes in float64
    np.testing.assert_allclose(book.output(), net(X).detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.torch
def test_half_precision_tensors_are_accepted(tmp_path):
    import torch

    weight = torch.tensor([[0.5, -2.0]], dtype=torch.bfloat16, requires_grad=True)
    book = Book(write_forward_pass(tmp_path / "net.xlsx", [(weight, torch.tensor([1.0]))], torch.ones(1, 2)))
    assert book.output().item() == -0.5


def test_importing_the_module_does_not_import_torch():
    code = "import sys, introdl.spreadsheet; sys.exit('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


# --- the second sheet ------------------------------------------------------------------------------


def test_the_allowed_difference_of_the_first_layer_is_the_rule_of_the_practice(workbook):
    first, _ = numbers_below(workbook, ALLOWED)
    by_hand = [5e-5 * (1 + 2 + 2), 5e-5 * (2 + 3 + 2), 5e-5 * (10 + 5 + 2)]
    np.testing.assert_allclose(first, np.transpose([by_hand] * 3))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), squash=st.booleans(), decimals=st.integers(1, 5))
def test_rounding_never_exceeds_what_the_sheet_allows(tmp_path_factory, seed, squash, decimals):
    layers, X = network_of(seed, squash=squash)
    printed = [np.round(result, decimals) for result in forward(layers, X, squash=squash)]
    rounded = [(np.round(weight, decimals), np.round(bias, decimals)) for weight, bias in layers]
    path = tmp_path_factory.mktemp("printed") / "net.xlsx"
    activation = "sigmoid" if squash else None
    write_forward_pass(path, rounded, X, activation=activation, expected=printed, decimals=decimals)
    assert Book(path).verdict(sheet=1).startswith("✓")


def test_the_allowed_difference_is_reached_when_all_roundings_conspire(tmp_path):
    half = 0.5e-4
    printed = [np.array([[1.0 * (2 + half) + 3.0 * (1 + half) + (1 + half) + half]])]
    layers, X = [([[2.0, 1.0]], [1.0])], [[1.0, 3.0]]
    just_inside = [values - 1e-12 for values in printed]
    just_outside = [values + 1e-12 for values in printed]
    inside = Book(write_forward_pass(tmp_path / "in.xlsx", layers, X, expected=just_inside))
    outside = Book(write_forward_pass(tmp_path / "out.xlsx", layers, X, expected=just_outside))
    assert [inside.verdict(1)[0], outside.verdict(1)[0]] == ["✓", "✗"]


def test_a_layer_that_was_not_printed_is_passed_over(tmp_path):
    layers, X = network_of(2)
    last = forward(layers, X)[-1]
    path = write_forward_pass(tmp_path / "net.xlsx", layers, X, expected=[*[None] * (len(layers) - 1), last])
    book = Book(path)
    assert book.verdict(sheet=1).startswith("✓")
    assert [text for text in book.texts(sheet=1) if text.endswith("as printed")] == ["Y as printed"]


def test_without_printed_results_there_is_one_sheet(tmp_path):
    layers, X = network_of(0)
    assert Book(write_forward_pass(tmp_path / "net.xlsx", layers, X)).values.sheetnames == ["network"]


# --- the reader's language, and the file ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("en", {"The forward pass in a spreadsheet", "Weight W1", "Bias of layer 3: one for each node"}),
        ("zh-TW", {"用試算表做前向傳播", "權重 W1", "第 3 層的偏差：每個節點一個"}),
    ],
)
def test_headings_are_in_the_readers_language(tmp_path, name, headings):
    book = Book(default_workbook(tmp_path / "net.xlsx", name))
    assert book.values.sheetnames == SHEETS[name]
    assert headings <= set(book.texts())


def test_only_names_and_functions_are_latin_in_the_chinese_workbook(tmp_path):
    book = Book(default_workbook(tmp_path / "net.xlsx", "zh-TW"))
    written = [text for sheet in (0, 1) for text in book.texts(sheet) if not text.startswith(("=", "{="))]
    latin = {word for text in written for word in re.findall("[A-Za-z]{2,}", text)}
    assert latin <= {"MMULT", "SUMPRODUCT", "Ctrl", "Shift", "Enter", "by"}


def test_nodes_are_numbered_as_on_the_slides(workbook):
    names = {text for text in workbook.texts() if re.fullmatch("[xnyb][0-9y]?", text)}
    assert names == set("x1 x2 n3 n4 n5 n6 n7 y b3 b4 b5 b6 b7 by".split())


def test_several_outputs_are_numbered_too(tmp_path):
    texts = Book(write_forward_pass(tmp_path / "net.xlsx", [(np.eye(2), [0, 0])], [[1, 2]])).texts()
    assert {"y1", "y2", "by1", "by2"} <= set(texts)


@pytest.mark.parametrize("before", LANGUAGES)
def test_writing_in_another_language_leaves_the_readers_as_it_was(tmp_path, before):
    was = language.current()
    try:
        language.use(before)
        for name in LANGUAGES:
            default_workbook(tmp_path / "net.xlsx", name)
            assert language.current() == before
    finally:
        language.use(was)


def test_every_label_stands_in_both_languages_with_the_same_values_and_is_used(tmp_path, monkeypatch):
    labels = tomllib.loads((resources.files("introdl") / "labels/spreadsheet.toml").read_text(encoding="utf-8"))
    for key, texts in labels.items():
        assert set(texts) == set(LANGUAGES), key
        braces, digits = ([sorted(re.findall(p, texts[name])) for name in LANGUAGES] for p in (r"\{\w+\}", r"\d"))
        assert braces[0] == braces[1], key
        assert digits[0] == digits[1], key
    used = set()
    monkeypatch.setattr(spreadsheet, "label", lambda key, **values: used.add(key) or language.label(key, **values))
    default_workbook(tmp_path / "net.xlsx")
    write_forward_pass(tmp_path / "net.xlsx", ONE, [[1, 2]], activation="sigmoid")
    assert used == {f"spreadsheet.{key}" for key in labels}


@pytest.mark.parametrize("name", LANGUAGES)
def test_sheet_names_are_legal_and_short(name):
    assert all(len(sheet) <= 31 and not set(sheet) & set("[]:*?/\\'") for sheet in SHEETS[name])


def test_the_check_stays_in_view_and_inputs_look_different_from_formulas(workbook):
    places = workbook.layers()
    given = {workbook.network[cell].fill.fgColor.rgb for p in places for cell in cells_of(workbook, p["weight"])}
    computed = {workbook.network[cell].fill.fgColor.rgb for p in places for cell in cells_of(workbook, p["result"])}
    assert workbook.network.freeze_panes == "A3"
    assert len(given) == 1
    assert not given & computed


def test_four_decimals_are_shown_and_all_are_kept(tmp_path):
    book = Book(write_forward_pass(tmp_path / "net.xlsx", [([[1 / 3]], [0.0])], [[1.0]]))
    place = book.layers()[0]["weight"]
    assert book.network[place].number_format == "0.0000"
    assert book.network[place].value == pytest.approx(1 / 3, rel=1e-15)


def test_writing_twice_gives_the_same_bytes(tmp_path):
    first = default_workbook(tmp_path / "a.xlsx", "zh-TW").read_bytes()
    code = f"from introdl.spreadsheet import default_workbook; default_workbook({str(tmp_path / 'b.xlsx')!r}, 'zh-TW')"
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Taipei", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **elsewhere}, check=True)
    assert first == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert b"2000-01-01T00:00:00Z</dcterms:created>" in parts.read("docProps/core.xml")
        assert {item.date_time for item in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_older_workbook_is_replaced(tmp_path):
    path = tmp_path / "net.xlsx"
    write_forward_pass(path, [([[1.0]], [0.0])], [[1.0]])
    write_forward_pass(path, [([[2.0]], [0.0])], [[1.0]])
    assert Book(path).output().item() == 2.0
    assert [item.name for item in tmp_path.iterdir()] == ["net.xlsx"]


# --- bad input ---------------------------------------------------------------------------------------

ONE = [([[1.0, 2.0]], [0.5])]


@pytest.mark.parametrize(
    ("layers", "X", "message"),
    [
        ([], [[1, 2]], r"1 to 30 \(weight, bias\) pairs, got 0"),
        (ONE * 31, [[1, 2]], r"1 to 30 \(weight, bias\) pairs, got 31"),
        ([np.eye(3)], [[1, 2, 3]], r"layer 1 must be a pair \(weight, bias\), got array"),
        ([object], [[1, 2]], r"layer 1 must be a pair .* pass \(layer\.weight, layer\.bias\)"),
        ([(np.eye(2), None)], [[1, 2]], "bias of layer 1 is None.* pass zeros"),
        ([([1.0, 2.0], [0.5])], [[1, 2]], r"weight of layer 1 must have shape \(out, in\).* got \(2,\)"),
        ([(np.ones((0, 2)), [])], [[1, 2]], r"weight of layer 1 must have shape \(out, in\).* got \(0, 2\)"),
        ([(np.ones((3, 2)), [0, 0])], [[1, 2]], r"bias of layer 1 must have shape \(3,\), got \(2,\)"),
        ([(np.ones((3, 2)), [[0, 0, 0]])], [[1, 2]], r"bias of layer 1 must have shape \(3,\), got \(1, 3\)"),
        (
            [(np.ones((3, 2)), np.zeros(3)), (np.ones((3, 2)), np.zeros(3))],
            [[1, 2]],
            r"weight of layer 2 must have shape \(out, 3\), because layer 1 gives 3 numbers, got \(3, 2\).*transposed",
        ),
        ([([["a", "b"]], [0])], [[1, 2]], "weight of layer 1 must hold numbers.* got .*'a'"),
        ([([[1], [2, 3]], [0, 0])], [[1, 2]], "weight of layer 1 must hold numbers, in rows of equal length"),
        ([([[1.0, np.nan]], [0.5])], [[1, 2]], r"weight of layer 1 must hold finite numbers.* got nan at \(0, 1\)"),
        ([([[1.0, 2.0]], [-np.inf])], [[1, 2]], r"bias of layer 1 must hold finite numbers.* got -inf at \(0,\)"),
        (ONE, [[1, 2], [3, np.nan]], r"X must hold finite numbers.* got nan at \(1, 1\)"),
        (ONE, [[1, 1e308]], "X must hold finite numbers"),
        (ONE, [[1j, 2]], "X must hold numbers"),
        (ONE, [[1, 10**400]], "X must hold numbers"),
        (ONE, [1, 2], r"X must have shape \(n, 2\).* got \(2,\): write one example as \[\[…, …\]\]"),
        (ONE, [[1, 2, 3]], r"X must have shape \(n, 2\).* got \(1, 3\)"),
        (ONE, np.ones((0, 2)), r"X must hold at least one example, got shape \(0, 2\)"),
        (ONE, [[1e300, 9e307]], "layer 1 gives a number too large"),
        ([(np.ones((1, 16_384)), [0])], np.ones((1, 16_384)), "16400 columns and a spreadsheet holds 16384"),
        ([([[1.0]], [0])], np.ones((600_000, 1)), r"rows and a spreadsheet holds 1048576: show fewer examples"),
    ],
)
def test_numbers_that_do_not_fit_are_named_and_nothing_is_written(tmp_path, layers, X, message):
    with pytest.raises(ValueError, match=message):
        write_forward_pass(tmp_path / "net.xlsx", layers, X)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "relu"}, "activation must be None or \"sigmoid\", got 'relu'"),
        ({"expected": {2: [[1.0]]}}, "expected is for layers 1 to 1, got one for layer 2"),
        ({"expected": {0: [[1.0]]}}, "expected is for layers 1 to 1, got one for layer 0"),
        ({"expected": [[[1.0, 2.0]]]}, r"expected for layer 1 must have shape \(1, 1\), got \(1, 2\)"),
        ({"expected": [[[np.nan]]]}, "expected for layer 1 must hold finite numbers"),
        ({"decimals": -1}, "decimals must be a whole number from 0 to 15, got -1"),
        ({"decimals": 2.5}, "decimals must be a whole number from 0 to 15, got 2.5"),
    ],
)
def test_options_that_make_no_sense_are_named(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        write_forward_pass(tmp_path / "net.xlsx", ONE, [[1, 2]], **options)
    assert list(tmp_path.iterdir()) == []


def test_a_sigmoid_that_a_spreadsheet_cannot_compute_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"layer 1 gives -1000 before the sigmoid"):
        write_forward_pass(tmp_path / "net.xlsx", [([[-1000.0]], [0.0])], [[1.0]], activation="sigmoid")


@pytest.mark.parametrize("name", ["net.xls", "net", "net.csv"])
def test_another_ending_is_refused_with_the_right_one(tmp_path, name):
    with pytest.raises(ValueError, match=r"must end in \.xlsx.* name it net\.xlsx"):
        default_workbook(tmp_path / name)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        default_workbook(tmp_path / "nowhere" / "net.xlsx")


def test_a_folder_in_the_way_is_named(tmp_path):
    (tmp_path / "net.xlsx").mkdir()
    with pytest.raises(IsADirectoryError, match=r"net\.xlsx is a folder"):
        default_workbook(tmp_path / "net.xlsx")


@pytest.mark.parametrize("lock", ["~$net.xlsx", ".~lock.net.xlsx#"], ids=["Excel", "LibreOffice"])
def test_a_workbook_open_in_a_spreadsheet_program_is_left_alone(tmp_path, lock):
    (tmp_path / lock).touch()
    with pytest.raises(PermissionError, match=r"net\.xlsx is open .* close it"):
        default_workbook(tmp_path / "net.xlsx")
    assert not (tmp_path / "net.xlsx").exists()


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_a_write_that_fails_leaves_the_older_file_and_no_other(tmp_path, monkeypatch, error):
    path = default_workbook(tmp_path / "net.xlsx")
    older = path.read_bytes()

    def refuse(*_):
        raise error("refused")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(error):
        write_forward_pass(path, ONE, [[1, 2]])
    assert path.read_bytes() == older
    assert [item.name for item in tmp_path.iterdir()] == ["net.xlsx"]
