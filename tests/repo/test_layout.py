"""The house: where things stand, what the package holds, and what must not be committed."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from bookbuild.languages import ROOT, pages

TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split("\n")
TRACKED = [name for name in TRACKED if name and (ROOT / name).is_file()]
TEXTS = [
    name for name in TRACKED if not name.startswith("code/bookbuild/vendor/") and not name.endswith((".woff2", ".png"))
]


def test_the_code_folder_is_no_package():
    assert not (ROOT / "code" / "__init__.py").exists()


def test_the_standard_librarys_code_module_is_what_the_root_folder_imports():
    command = [sys.executable, "-c", "import code; code.InteractiveConsole"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_top_level_holds_what_the_design_names():
    names = [
        "book",
        "code",
        "data",
        "tests",
        "_config.yml",
        "_toc.yml",
        "requirements.txt",
        "pyproject.toml",
        "Makefile",
    ]
    names += [
        "README.md",
        "README.zh-TW.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "LICENSE",
        "LICENSE-TEXT.md",
    ]
    assert [name for name in names if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a copy: setuptools would leave a build/ in the checkout, and find it again next time
    for name in TRACKED:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(folder.glob("introdl-*.whl"))


def test_the_wheel_holds_introdl_with_its_data_and_labels_and_no_build_tool(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"introdl"}
    for file in ("data/tug_23_subjects.csv", "data/matrix_operation_reference.json", "data/registry.toml", "py.typed"):
        assert f"introdl/{file}" in names
    sources = {str(p.relative_to(ROOT / "code")) for p in (ROOT / "code" / "introdl").rglob("*.py")}
    sources |= {str(p.relative_to(ROOT / "code")) for p in (ROOT / "code" / "introdl" / "labels").glob("*.toml")}
    sources |= {f"introdl/data/recorded/{p.name}" for p in (ROOT / "data" / "recorded").glob("*.csv")}
    assert sources <= set(names)


def test_the_wheel_is_small_enough_to_be_installed_by_every_notebook(wheel):
    assert wheel.stat().st_size < 2_000_000


def test_an_installed_wheel_finds_its_data_away_from_the_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    check = "import introdl.datasets as d; assert 'installed' in d.__file__; print(d.verify(), d.load_tug().shape)"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); {check}"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "(23, 25)" in done.stdout


def test_the_editable_install_finds_its_data_away_from_the_checkout(tmp_path):
    command = [sys.executable, "-c", "import introdl.datasets as d; print(d.verify(), d.load_tug().shape)"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "(23, 25)" in done.stdout


def test_importing_introdl_does_not_import_torch():
    modules = ["introdl", "introdl.datasets", "introdl.exercises", "introdl.figures", "introdl.language"]
    command = f"import sys, {', '.join(modules)}, introdl.spreadsheet; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=False).returncode == 0


def test_every_direct_requirement_is_exact_and_fixed_the_same_in_the_constraints():
    exact = re.compile(r"^([\w.-]+)==([\w.]+)$")
    required = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    assert [line for line in required if not exact.match(line)] == []
    fixed = dict(
        exact.match(line).groups()
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line[:1] not in ("#", "")
    )
    normal = {name.lower().replace("_", "-"): version for name, version in fixed.items()}
    for line in required:
        name, version = exact.match(line).groups()
        assert normal[name.lower().replace("_", "-")] == version


def test_the_package_asks_for_lower_bounds_only():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [name for name in project["dependencies"] if not re.fullmatch(r"[\w.-]+>=[\d.]+", name)] == []


def test_no_page_imports_a_build_tool():
    for page in sorted((ROOT / "book").rglob("*.md")):
        assert not re.search(
            r"^\s*(?:import|from) (?:myst_nb|sphinx|bookbuild|jupyter_book)", page.read_text(), re.MULTILINE
        )


def test_no_page_installs_or_downloads():
    for page in sorted((ROOT / "book").rglob("*.md")):
        cells = "".join(re.findall(r"^`{3,}\{code-cell\}.*?^`{3,}$", page.read_text(), re.MULTILINE | re.DOTALL))
        assert not re.search(r"pip install|!pip|urlopen|requests\.|wget|curl ", cells)


def test_every_page_of_the_contents_stands_in_both_languages_and_no_other():
    for code in ("en", "zh-TW"):
        assert sorted(p.stem for p in (ROOT / "book" / code).glob("*.md")) == sorted(pages())


def test_no_file_names_a_host_of_a_package_index_or_a_path_of_a_machine():
    forbidden = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)|/(?:work|root|home)/[a-z]+/")
    named = [name for name in TEXTS if forbidden.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))]
    assert named == []


def test_no_executed_notebook_or_fetched_data_is_committed():
    assert [name for name in TRACKED if name.endswith(".ipynb")] == []
    assert [name for name in TRACKED if name.startswith("data/") and (ROOT / name).stat().st_size > 100_000] == []


def test_the_slides_data_are_unchanged():
    shared = ROOT.parent / "shared" / "data"
    for name in ("tug_23_subjects.csv", "matrix_operation_reference.json"):
        if (shared / name).is_file():
            assert (ROOT / "data" / name).read_bytes() == (shared / name).read_bytes()
    assert len((ROOT / "data" / "tug_23_subjects.csv").read_text().splitlines()) == 24
