"""Colab's versions: what the package asks of them, and the environment that has them."""

import json
import re
import tomllib

import pytest
from bookbuild import colab
from bookbuild.languages import ROOT
from packaging.requirements import Requirement

REQUIRED = [
    Requirement(line) for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
]


@pytest.mark.parametrize("requirement", REQUIRED, ids=str)
def test_what_the_package_asks_for_is_met_by_colab_or_named_as_lacking_there(requirement):
    image, name = colab.image(), colab.normal(requirement.name)
    assert (name in image.lacking) != (name in image.versions)
    if name in image.versions:
        assert requirement.specifier.contains(image.versions[name])


def test_colabs_python_is_one_that_the_package_runs_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(colab.image().python)


def test_every_version_is_the_one_of_colabs_image():
    published = ROOT.parent / "shared" / "colab" / "versions-2026-08-19.txt"
    image = colab.image()
    if published.is_file():
        text = published.read_text()
        theirs = {colab.normal(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.M)}
        assert {name: theirs.get(name) for name in image.versions} == image.versions
        assert not set(image.lacking) & theirs.keys()
        assert f"Python {image.python}." in text.splitlines()[0]
    assert image.versions["ipython"] == "7.34.0"


def test_a_line_that_fixes_no_version_is_refused_by_its_number(tmp_path):
    (tmp_path / "list.txt").write_text("# Python 3.13.15\nnumpy>=2\n")
    with pytest.raises(colab.ColabError, match=r"list\.txt:2: expected name==version, got 'numpy>=2'"):
        colab.image(tmp_path / "list.txt")


def test_a_list_that_does_not_name_its_python_is_refused(tmp_path):
    (tmp_path / "list.txt").write_text("numpy==2.1.3\n")
    with pytest.raises(colab.ColabError, match=r"expected a line '# Python 3\.x\.y'"):
        colab.image(tmp_path / "list.txt")


def test_a_package_that_cannot_be_installed_is_named_with_what_pip_said(environment):
    with pytest.raises(colab.ColabError, match=r"No matching distribution found for introdl==99") as failed:
        environment.pip("install", "--quiet", "--no-index", "introdl==99")
    assert "try make colab again" in str(failed.value)


# -- which PyTorch


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What is asked for, of whom, when Colab's PyTorch cannot be had; nothing is installed."""
    commands, said = [], []

    def refuse(command, **environment):
        commands.append(("uv" if "uv" in command else "pip", command[-1]))
        if command[-1] == f"torch=={colab.image().versions['torch']}":
            raise colab.ColabError("pip failed. It said:\nno such version")

    def ask(platform, backend=None):
        monkeypatch.setattr(colab.sys, "platform", platform)
        monkeypatch.setattr(colab.importlib.util, "find_spec", lambda name: object())
        monkeypatch.delenv("TORCH_BACKEND", raising=False)
        if backend:
            monkeypatch.setenv("TORCH_BACKEND", backend)
        colab._install_torch(colab.Environment(tmp_path, ()), colab.image(), said.append)
        return commands, said

    monkeypatch.setattr(colab, "_run", refuse)
    monkeypatch.setattr(colab, "FOLDER", tmp_path)
    return ask


LISTED = f"torch=={colab.image().versions['torch']}"
LOCKED = re.search(r"^torch==.*$", colab.LOCKED.read_text(), re.MULTILINE)[0]


def test_on_linux_pip_is_not_asked_for_another_pytorch_for_it_might_bring_cuda(asked):
    assert asked("linux") == ([("pip", LOCKED)], [])


def test_with_a_backend_colabs_pytorch_is_asked_of_uv_and_replaced_by_the_books_with_a_word(asked):
    commands, (said,) = asked("linux", backend="cpu")
    assert commands == [("uv", LISTED), ("uv", LOCKED)]
    assert said == f"{LISTED}, Colab's, cannot be had here, so {LOCKED} it is: no such version"


def test_where_no_build_brings_cuda_pip_is_asked_for_colabs_pytorch(asked):
    assert asked("darwin")[0] == [("pip", LISTED), ("pip", LOCKED)]


# -- the environment


@pytest.mark.slow
def test_the_environment_differs_from_colab_in_nothing_but_what_it_says(environment):
    colab_has, lacking = colab.image().versions, colab.image().lacking
    listed = json.loads(environment.pip("list", "--format=json"))
    here = {colab.normal(entry["name"]): entry["version"].partition("+")[0] for entry in listed}
    brought = {"introdl", *lacking}  # by the first cell of a notebook that was run here
    others = {name for name in here.keys() | colab_has.keys() if here.get(name) != colab_has.get(name)} - brought
    assert others == {words.split()[0] for words in environment.differs} - {"Python"}
    assert others <= {"torch", "setuptools"}


@pytest.mark.slow
def test_matplotlib_has_no_font_there_but_its_own_and_none_of_them_is_chinese(environment):
    (file,) = environment.settings_of_matplotlib.glob("fontlist-*.json")
    fonts = [font for kind in ("ttflist", "afmlist") for font in json.loads(file.read_text())[kind]]
    assert len(fonts) > 50
    assert [font["fname"] for font in fonts if not font["fname"].startswith("fonts/")] == []
    assert [font["name"] for font in fonts if "CJK" in font["name"] or "Noto" in font["name"]] == []


@pytest.mark.slow
def test_the_environment_is_made_once(environment):
    said = []
    assert colab.ensure(said.append) == environment
    assert said == []
