"""A page about each data set: what a row is, how it came about, who is missing, on what terms, and what is odd in it.

What a person must write stands in ``labels/datasheet-<name>.toml``, in both languages; what can be looked up, in
``data/registry.toml``. All of it shows without the data themselves. Reached as ``introdl.datasets.datasheet``.

Chapter: ``data-catalogue``.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ("row", "people", "collected", "absent", "columns", "oddities")
"""What is written for each set by a person, besides its title and the evidence for its licence."""

HEADS = ("title", "kind", "rows", "licence")
HEAD = 'style="text-align:left;vertical-align:top;white-space:normal;min-width:5em"'
WORD = 'style="text-align:left;vertical-align:top;white-space:nowrap"'
TEXT = 'style="text-align:left;vertical-align:top;white-space:normal;overflow-wrap:anywhere"'
TABLE = 'class="dataframe"'  # as pandas calls its own: the theme then sets it well in the dark, too


@dataclass(frozen=True)
class Datasheet:
    """What must be known of a data set before it is used; it shows itself as a table in the reader's language.

    Parameters
    ----------
    name, title : str
    texts : dict of str to str
        The texts of :data:`TEXTS`, and ``evidence`` of the licence, in the reader's language.
    kind : {"loaded", "fetched"}
        Whether it comes with the package, or is downloaded by :func:`introdl.datasets.fetch`.
    loaders : dict of str to int
        The functions of :mod:`introdl.datasets` that read it, and how many rows each returns.
    licence, source, citation : str
    checksum : str
        sha256 of its file, or of its files' checksums.
    download : int
        Bytes to be downloaded where it is not at hand; 0 for a set that comes with the package.
    """

    name: str
    title: str
    texts: dict[str, str]
    kind: str
    loaders: dict[str, int]
    licence: str
    source: str
    citation: str
    checksum: str
    download: int

    @property
    def frame(self) -> pd.DataFrame:
        """The same, a row each, under heads in the reader's language."""
        import pandas as pd

        return pd.DataFrame({self.title: self._lines()})

    def _lines(self) -> dict[str, str]:
        how = ", ".join(
            label("datasheets.read", loader=f"datasets.{loader}()", n=n) for loader, n in self.loaders.items()
        )
        where = label(f"datasheets.{self.kind}", size=_in_words(self.download))
        lines = {
            **{key: self.texts[key] for key in TEXTS},
            "licence": self.licence,
            "evidence": self.texts["evidence"],
            "citation": self.citation,
            "source": self.source,
            "where": where,
            "how": how,
            "checksum": f"sha256 {self.checksum}",
        }
        return {label(f"datasheets.{key}"): line for key, line in lines.items()}

    def __repr__(self) -> str:
        lines = [label("datasheets.line", head=head, line=line) for head, line in self._lines().items()]
        return "\n".join([f"{self.title} · {self.name}", *lines])

    def _repr_html_(self) -> str:
        rows = [
            f'<tr><th scope="row" {HEAD}>{html.escape(head)}</th><td {TEXT}>{html.escape(line)}</td></tr>'
            for head, line in self._lines().items()
        ]
        return f"<table {TABLE}><caption>{self._called()}</caption><tbody>{''.join(rows)}</tbody></table>"

    def _called(self) -> str:
        return f"{html.escape(self.title)}<br><code>{html.escape(self.name)}</code>"


@dataclass(frozen=True)
class Catalogue:
    """All datasheets, one beneath the other; it shows a line of each, in the reader's language."""

    sheets: tuple[Datasheet, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """Title, kind, number of rows and licence of each, by name."""
        import pandas as pd

        lines = [
            (sheet.title, label(f"datasheets.kind-{sheet.kind}"), _counted(sheet), _in_short(sheet))
            for sheet in self.sheets
        ]
        names = pd.Index([sheet.name for sheet in self.sheets], name=label("datasheets.head-name"))
        return pd.DataFrame(lines, index=names, columns=[label(f"datasheets.head-{head}") for head in HEADS])

    def __repr__(self) -> str:
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" {WORD}>{html.escape(word)}</th>' for word in self.frame.columns)
        rows = [
            f'<tr><th scope="row" {HEAD}>{sheet._called()}</th>'
            + "".join(f"<td {WORD}>{html.escape(word)}</td>" for word in line[1:])
            + "</tr>"
            for sheet, line in zip(self.sheets, self.frame.itertuples(index=False), strict=True)
        ]
        return f"<table {TABLE}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def datasheet(name: str) -> Datasheet:
    """Return the datasheet of a data set, in the reader's language. It needs no data and no network.

    Parameters
    ----------
    name : str
        One of :func:`introdl.datasets.names`.

    Raises
    ------
    DataError
        If there is no such set.

    Examples
    --------
    >>> sheet = datasheet("tug")
    >>> sheet.kind, sheet.loaders
    ('loaded', {'load_tug': 23})
    """
    from introdl import datasets

    entry = datasets.registered(name)
    texts = {key: label(f"datasheet-{name}.{key}") for key in ("title", *TEXTS, "evidence")}
    files = entry.get("files", [])
    return Datasheet(
        name=name,
        title=texts.pop("title"),
        texts=texts,
        kind=entry["kind"],
        loaders=dict(entry["loaders"]),
        # A licence that is a sentence, and not a licence's name, is a text like the others.
        licence=label(f"datasheet-{name}.licence") if known(f"datasheet-{name}.licence") else entry["licence"],
        source=entry["source"],
        citation=entry["citation"],
        checksum=datasets.checksum(name) if files else entry["sha256"],
        download=sum(original["bytes"] for file in files for original in file["originals"]),
    )


def catalogue() -> Catalogue:
    """Return the datasheets of all data sets, in the order of the registry.

    Examples
    --------
    >>> catalogue().frame.loc["tug"].tolist()[1:3]
    ['loaded', '23']
    """
    from introdl import datasets

    return Catalogue(tuple(datasheet(name) for name in datasets.names()))


def _in_short(sheet: Datasheet) -> str:
    """Return the licence where it has a name, and else where to read about it."""
    return label("datasheets.see") if known(f"datasheet-{sheet.name}.licence") else sheet.licence


def _counted(sheet: Datasheet) -> str:
    return " + ".join(f"{n:,}" for n in sheet.loaders.values())


def _in_words(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
