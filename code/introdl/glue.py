"""Numbers in the prose come from cells: give a computed text a name, and the page prints it there.

``myst_nb.glue`` does the same on the page, and fails in a notebook where the book's builder is
not installed; this one needs IPython alone.
"""

from __future__ import annotations

from IPython.display import display


def glue(name: str, value: object) -> None:
    """Keep the text of ``value`` under ``name`` for the page's prose; a notebook shows nothing, a script the record.

    Parameters
    ----------
    name : str
        What the page writes in its ``glue:text`` role.
    value : object
        Its ``str`` is what the reader sees, so format numbers first: ``f"{error:.2f}"``.

    Raises
    ------
    ValueError
        If the name is empty.

    Examples
    --------
    >>> glue("largest-gap", f"{0.00061:.4f}")
    {'application/papermill.record/text/plain': "'0.0006'"}
    """
    if not name:
        raise ValueError("glue needs a name to keep the value under, got an empty one")
    # In quotes, as IPython shows a text: without them the page would read a number, and print 2.50 as 2.5.
    metadata = {"scrapbook": {"name": name, "mime_prefix": PREFIX}}
    display({PREFIX + "text/plain": repr(str(value))}, raw=True, metadata=metadata)


# A front end does not know this type, so it shows nothing; MyST-NB looks for exactly this prefix.
PREFIX = "application/papermill.record/"
