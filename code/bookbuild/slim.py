"""A page asks for one small style sheet instead of eight large ones, and no script holds up its text.

The theme's styles cover every component it could show; a rule stays here only if the classes and ids
it names occur in a page, or in a script that could add them.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx

from bookbuild import icons

SHEET = re.compile(r'\s*<link(?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^"]*"[^>]*/?>')
SCRIPT = re.compile(r'<script(?: defer(?:="defer")?)? src="([^"]+)"(?: defer(?:="defer")?)?>')
# Jupyter Book always brings Thebe, which would fetch its code from another site.
THEBE = re.compile(
    r'\s*<script type="text/x-thebe-config">.*?</script>|\s*<script>kernelName = .*?</script>', re.DOTALL
)
# Bootstrap's script names every component it has; these are the states of the few that the theme uses.
BOOTSTRAP_STATES = {
    "active", "bs-tooltip-auto", "bs-tooltip-bottom", "bs-tooltip-end", "bs-tooltip-start", "bs-tooltip-top",
    "fade", "show", "tooltip", "tooltip-arrow", "tooltip-inner",
}  # fmt: skip


def used_names(pages: list[str], scripts: list[str]) -> set[str]:
    """Return the classes and ids of the pages, and every word of the scripts, any of which may become one."""
    names = set(BOOTSTRAP_STATES)
    for page in pages:
        for value in re.findall(r'\s(?:class|id)="([^"]*)"', page):
            names.update(value.split())
    for script in scripts:
        names.update(re.findall(r"[A-Za-z][\w-]*", script))
    return names


def slim(style: str, names: set[str]) -> str:
    """Return a style sheet without the rules that no page can use, its comments and its white space."""
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rule, names) for rule in rules)


def _kept(rule: tinycss2.ast.Node, names: set[str]) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "".join(_kept(child, names) for child in inner)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}" if body else ""
    if rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and "Font Awesome" in rule.serialize():
        return ""  # icons are drawn in the page
    if rule.type != "qualified-rule":
        return "" if rule.type == "error" or getattr(rule, "lower_at_keyword", "") == "charset" else rule.serialize()
    if re.search(r"--fa-font|Font\\? ?Awesome", tinycss2.serialize(rule.content)):
        return ""  # an icon of the icon font, drawn before or after something: without the font an empty box
    selectors = [selector for selector in _split(rule.prelude) if _names_in(selector) <= names]
    if not selectors:
        return ""
    heads = ",".join(tinycss2.serialize(selector).strip() for selector in selectors)
    return f"{heads}{{{_squeezed(tinycss2.serialize(rule.content))}}}"


def _split(prelude: list) -> list[list]:
    selectors: list[list] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _names_in(selector: list) -> set[str]:
    """Return the classes and ids that a selector needs; what stands inside ``:not(…)`` and its like is not needed."""
    names = set()
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "hash":
            names.add(token.value)
        elif token.type == "ident" and before is not None and before.type == "literal" and before.value == ".":
            names.add(token.value)
    return names


def _squeezed(declarations: str) -> str:
    return re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", declarations, flags=re.DOTALL)).strip().removesuffix(";")


def finish(app: Sphinx, error: Exception | None) -> None:
    """Give every page of a built site its icons, the one style sheet and scripts that wait for the text."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {path: icons.draw(path.read_text(encoding="utf-8")) for path in sorted(out.rglob("*.html"))}
    static = out / "_static"
    scripts = [p.read_text(encoding="utf-8") for p in sorted(static.rglob("*.js")) if p.name != "bootstrap.js"]
    names = used_names(list(pages.values()), scripts)
    sheets = list(dict.fromkeys(href for page in pages.values() for href in SHEET.findall(page)))
    ours = [href for href in sheets if "/katex/" not in href]
    style = slim("\n".join(_with_imports(out / href) for href in ours), names)
    name = f"book-{sha256(style.encode()).hexdigest()[:8]}.css"
    (static / name).write_text(style, encoding="utf-8")
    _quote_as_read(static / "searchtools.js")
    options = (static / "documentation_options.js").read_text(encoding="utf-8")
    for path, page in pages.items():
        path.write_text(_rewritten(page, f"_static/{name}", options), encoding="utf-8")
    for href in ours:
        (out / href).unlink(missing_ok=True)


def _quote_as_read(script: Path) -> None:
    """Let the search quote a page as it is read: of a formula what is seen, not its source for a screen reader too."""
    if not script.is_file():
        return
    text = script.read_text(encoding="utf-8")
    removed = '[".headerlink", "script", "style"]'
    if removed not in text:
        raise ValueError(f"{script.name}: Sphinx no longer lists {removed}: look up how it makes the text of a result")
    script.write_text(text.replace(removed, removed[:-1] + ', ".katex-mathml", "svg"]'), encoding="utf-8")


def _with_imports(path: Path) -> str:
    """Return a style sheet with the sheet it imports in place of the import: theme.css holds no more than that."""
    style = path.read_text(encoding="utf-8")
    return re.sub(
        r'@import\s+(?:url\()?"([^"]+)"\)?;',
        lambda found: _with_imports(path.parent / found.group(1)) if (path.parent / found.group(1)).is_file() else "",
        style,
    )


def _rewritten(page: str, sheet: str, options: str) -> str:
    first = True

    def replace(link: re.Match) -> str:
        nonlocal first
        if "/katex/" in link.group(1):
            return link.group(0)
        text = f'\n    <link rel="stylesheet" href="{sheet}" />' if first else ""
        first = False
        return text

    page = SHEET.sub(replace, page)
    # Small scripts in the page read these options at once, so they stand in the page too; all else waits.
    page = re.sub(r'<script src="[^"]*documentation_options\.js[^"]*"></script>', f"<script>{options}</script>", page)
    page = THEBE.sub("", page).replace(" </span>（", "</span>（")  # no space beside a full-width mark
    return SCRIPT.sub(r'<script defer src="\1">', page)


def setup(app: Sphinx) -> None:
    """Slim the pages after everything else has been written."""
    app.connect("build-finished", finish, priority=900)
