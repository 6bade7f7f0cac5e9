"""The label of a heading is its one published id, the same in both languages.

Sphinx would publish a slug of the title first (``#one-step`` in English, ``#sec-one`` in Chinese),
and a link to a section would not survive the change of language.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


class LabelIsTheId(SphinxTransform):
    """Keep of every section's ids those of its explicit labels."""

    default_priority = 870  # after the targets were joined to their headings, before the contents are collected

    def apply(self, **kwargs: object) -> None:
        """Drop the ids that docutils made from titles; a heading without a label is a warning."""
        document = self.document
        explicit = {document.nameids.get(name) for name, is_explicit in document.nametypes.items() if is_explicit}
        for number, section in enumerate(document.findall(nodes.section)):
            title = section[0] if section.children and isinstance(section[0], nodes.title) else None
            labels = [identifier for identifier in section["ids"] if identifier in explicit]
            if title is None:  # the body of an exercise: sphinx-exercise gives every one the same id
                section["ids"] = [f"exercise-content-{number}"]
            elif labels:
                section["ids"] = labels
            else:
                logger.warning(
                    "heading %r has no label: put (sec-page-word)= on the line before it",
                    title.astext(),
                    location=section,
                    type="bookbuild",
                )
