"""What the chapter says outside its cells: the formulas to type, the cells to click, and what must agree."""

import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import torch
from introdl import datasets, mlp, spreadsheet
from openpyxl.worksheet.formula import ArrayFormula

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "matrix-operations.md" for language in ("en", "zh-TW")]
SLIDES = datasets.load_matrix_operation()
VALUES = mlp.forward([(torch.tensor(w), torch.tensor(b)) for w, b in SLIDES.layers], torch.tensor(SLIDES.X))

TYPED_BLOCK, TYPED_CELL = "U16:W18", "U21"


@pytest.fixture
def workbook(tmp_path):
    return spreadsheet.default_workbook(tmp_path / "matrix-operations.xlsx")


def block(sheet, area):
    return [[cell.value for cell in row] for row in sheet[area]]


def typed(page: Path) -> list[str]:
    """Return the formulas that the page asks for."""
    return re.findall(r"^=[A-Z]+\(.+$", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_page_quotes_the_formulas_that_stand_in_the_workbook(page, workbook):
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    array, single = sheet["G16"].value, sheet["L16"].value
    assert isinstance(array, ArrayFormula)
    assert array.ref == "G16:I18"
    assert typed(page) == [array.text, single]


def test_the_page_names_the_cells_where_the_numbers_are(workbook):
    sheet = openpyxl.load_workbook(workbook, data_only=True).worksheets[0]
    assert block(sheet, "B7:C9") == SLIDES.X.tolist()
    assert block(sheet, "B16:C18") == SLIDES.W1.tolist()
    assert block(sheet, "B22:D22") == [SLIDES.b1.tolist()]
    torch.testing.assert_close(torch.tensor(block(sheet, "G16:I18")), VALUES[0].float())
    torch.testing.assert_close(torch.tensor(block(sheet, "G41:G43")), VALUES[2].float())
    assert "MMULT" in sheet["G2"].value


def test_the_block_to_type_into_is_empty(workbook):
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    assert {value for row in block(sheet, TYPED_BLOCK) for value in row} == {None}
    assert sheet[TYPED_CELL].value is None


@pytest.mark.libreoffice
def test_typing_the_pages_formulas_gives_the_first_hidden_layer(workbook, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.fail("LibreOffice is needed to recalculate the workbook: install it (apt-get install libreoffice-calc)")
    whole, single = typed(PAGES[0])
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    sheet["U16"] = ArrayFormula(TYPED_BLOCK, whole)
    sheet[TYPED_CELL] = single
    sheet["B7"] = 2  # step 6: x1 of the first example grows by 1
    (tmp_path / "typed").mkdir()
    book.save(tmp_path / "typed.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "typed"]
    subprocess.run([*convert, tmp_path / "typed.xlsx"], check=True, capture_output=True, timeout=120)
    sheet = openpyxl.load_workbook(tmp_path / "typed" / "typed.xlsx", data_only=True).worksheets[0]
    expected = VALUES[0].clone()
    expected[0] += torch.tensor(SLIDES.W1[:, 0])
    torch.testing.assert_close(torch.tensor(block(sheet, TYPED_BLOCK), dtype=torch.float64), expected)
    assert sheet[TYPED_CELL].value == pytest.approx(expected[0, 0].item(), abs=1e-9)
    assert sheet["G16"].value == pytest.approx(VALUES[0][0, 0].item() + SLIDES.W1[0, 0], abs=1e-9)


def test_at_layer_2_the_narrow_ruler_holds_here_without_being_guaranteed():
    """The page calls 2e-4 seen and the bound derived: the bound must really be wider, and both must hold."""
    printed = torch.tensor(SLIDES.hidden_layer_1)
    W2, b2 = torch.tensor(SLIDES.W2), torch.tensor(SLIDES.b2)
    gap = (printed @ W2.T + b2 - torch.tensor(SLIDES.hidden_layer_2)).abs()
    bound = 5e-5 * (printed.abs().sum(dim=1, keepdim=True) + W2.abs().sum(dim=1) + 2)
    left_out = 3 * 5e-5**2  # the products of two rounding errors, which the page leaves out of the bound
    assert (gap <= bound).all()
    assert bound.min() > 2e-4 > gap.max()
    assert left_out < 1e-4 * bound.min(), "too small to matter"


def test_the_bound_at_layer_2_can_be_reached():
    """Push all 8 rounded numbers to their worst side: the gap is the bound, but for products of two errors."""
    half = 5e-5
    n, w, b = torch.tensor(SLIDES.hidden_layer_1[2]), torch.tensor(SLIDES.W2[0]), SLIDES.b2[0]
    rounded = (n @ w).item() + b
    pushed = ((n + half * torch.sign(w)) @ (w + half * torch.sign(n))).item() + (b + half) + half
    bound = half * (n.abs().sum() + w.abs().sum() + 2).item()
    assert pushed - rounded == pytest.approx(bound, abs=3 * half**2 * 1.01)
