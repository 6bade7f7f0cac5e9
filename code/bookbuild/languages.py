"""What differs between the languages of the book: one small table, applied over ``_config.yml``."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
SITE = BUILD / "site"
CONFIG = ROOT / "_config.yml"
TOC = ROOT / "_toc.yml"
NOTEBOOKS_BRANCH = "notebooks"  # CI keeps it as one commit that holds the notebooks and nothing else


@dataclass(frozen=True)
class Language:
    """One language of the book: its codes, its names and what Sphinx is told about it."""

    code: str  # the folder under book/ and under the site, and the tag in <html lang>
    name: str  # as its own readers call it
    title: str
    settings: dict[str, object] = field(default_factory=dict)  # Sphinx settings that differ
    theme: dict[str, object] = field(default_factory=dict)  # theme options that differ

    @property
    def source(self) -> Path:
        """The folder of the pages."""
        return BOOK / self.code


LANGUAGES = {
    language.code: language
    for language in (
        Language(
            "en",
            "English",
            "Introduction to Deep Learning: concepts and PyTorch development",
            theme={
                "extra_footer": (
                    "<p>© 2026 The contributors. Text: CC BY 4.0. Code: MIT. The slides' own data: outside both, see "
                    "the page they stand on.</p>"
                    "<p>For teaching only; not a medical device; nothing here may be used to diagnose or treat.</p>"
                )
            },
        ),
        Language(
            "zh-TW",
            "繁體中文",
            "深度學習導論：概念與 PyTorch 實作",
            settings={
                "language": "zh_TW",
                "nb_code_prompt_show": "顯示{type}程式碼",
                "nb_code_prompt_hide": "隱藏{type}程式碼",
                "togglebutton_hint": "展開",
                "togglebutton_hint_hide": "收合",
                "numfig_format": {
                    "figure": "圖 %s",
                    "table": "表 %s",
                    "code-block": "程式碼 %s",
                    "section": "第 %s 節",
                    "exercise": "習題 %s",
                },
            },
            theme={
                "search_bar_text": "搜尋本書",
                "toc_title": "本頁內容",
                "extra_footer": (
                    "<p>© 2026 本書貢獻者。文字：CC BY 4.0。程式碼：MIT。投影片本身的資料不在兩者之內，見各頁說明。</p>"
                    "<p>本書僅供教學，並非醫療器材，不得用於診斷或治療。</p>"
                ),
            },
        ),
    )
}


def of_source(folder: Path) -> Language:
    """Return the language whose pages stand in ``folder``.

    Raises
    ------
    ValueError
        If the folder is not one of the book's.
    """
    for language in LANGUAGES.values():
        if language.source.resolve() == Path(folder).resolve():
            return language
    folders = ", ".join(f"book/{code}" for code in LANGUAGES)
    raise ValueError(f"expected a folder of pages, one of {folders}, got {folder}")


def read_yaml(path: Path) -> dict:
    """Return the settings of a YAML file of the project.

    Raises
    ------
    ValueError
        If the file is not YAML in UTF-8, or holds anything but names and values.
    """
    import yaml  # here, so that a published fork's last step needs nothing but Python and git

    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not YAML: {' '.join(str(error).split())} (mend the line it names)") from None
    if not isinstance(settings, dict):
        raise ValueError(f"{path.name}: expected names and values, got {type(settings).__name__}: restore the file")
    return settings


def pages() -> list[str]:
    """Return the page names of ``_toc.yml``, in reading order, the root first."""
    contents = read_yaml(TOC)

    def walk(entry: dict) -> list[str]:
        below = [page for key in ("chapters", "sections") for child in entry.get(key, []) for page in walk(child)]
        own = [entry[key] for key in ("root", "file") if key in entry]
        return own + below

    return walk(contents)


@dataclass(frozen=True)
class Repository:
    """Where the book is published: ``owner/name`` on GitHub."""

    owner: str
    name: str
    is_placeholder: bool = False  # the name shipped in _config.yml, which stands for "not known yet"

    @property
    def slug(self) -> str:
        """``owner/name``."""
        return f"{self.owner}/{self.name}"

    @property
    def address(self) -> str:
        """Where the sources are."""
        return f"https://github.com/{self.slug}"

    def must_be_known(self) -> None:
        """Refuse to go on with the name shipped in ``_config.yml``: nothing may be published under it.

        Raises
        ------
        ValueError
            If this is that name.
        """
        if self.is_placeholder:
            raise ValueError(
                f"no repository is known, so there is nowhere to publish ({self.slug} stands for one): "
                "set GITHUB_REPOSITORY=owner/name, or repository.url in _config.yml"
            )

    @property
    def site(self) -> str:
        """The address that GitHub Pages gives the site, with a slash at its end."""
        own = f"{self.owner.lower()}.github.io"
        return f"https://{own}/" if self.name.lower() == own else f"https://{own}/{self.name}/"


def repository() -> Repository:
    """Return where the book is published: ``GITHUB_REPOSITORY``, else ``repository.url`` of ``_config.yml``.

    Raises
    ------
    ValueError
        If neither names an owner and a repository.
    """
    named = os.environ.get("GITHUB_REPOSITORY", "").strip()
    origin = "GITHUB_REPOSITORY"
    if not named:
        url = (read_yaml(CONFIG).get("repository") or {}).get("url") or ""
        named, origin = url.removesuffix("/").removesuffix(".git").removeprefix("https://github.com/"), "_config.yml"
    found = re.fullmatch(r"([\w-]+)/([\w.-]+?)(?:\.git)?", named, re.ASCII)
    if not found:
        raise ValueError(f"{origin}: expected a repository as owner/name, got {named!r}: correct it, or leave it out")
    owner, name = found.groups()
    # No GitHub account may hold an underscore, so the name shipped in _config.yml is nobody's.
    return Repository(owner, name, is_placeholder=origin == "_config.yml" and "_" in owner)


def address(base: str, language: str, pagename: str) -> str:
    """Return the address of a page; the root page of a language is its folder."""
    return f"{base}{language}/" + ("" if pagename == "index" else f"{pagename}.html")
