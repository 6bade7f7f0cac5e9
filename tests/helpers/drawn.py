"""What a drawing says, read from the SVG that a browser gets, and in which language it says it."""

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

from introdl import language
from introdl.figures import Figure, Steps

TEXT = "{http://www.w3.org/2000/svg}text"
CHINESE = re.compile("[\u4e00-\u9fff]")


def texts(figure: Figure) -> list[str]:
    """Return every text of a drawing, as the browser shows it."""
    root = ElementTree.fromstring(figure.svg())
    return ["".join(element.itertext()).strip() for element in root.iter(TEXT)]


def frames(drawing: Figure | Steps) -> list[Figure]:
    """Return the drawings that are shown one at a time, or the only one."""
    return list(drawing.frames) if isinstance(drawing, Steps) else [drawing]


def assert_labels_are_drawn(draw: Callable[[], Figure | Steps], labels: Sequence[str], code: str) -> None:
    """Every label stands in every frame in the reader's language, and Chinese stands on Chinese pages only."""
    language.use(code)
    for frame in frames(draw()):
        shown = texts(frame)
        assert [key for key in labels if not any(language.label(key) in text for text in shown)] == []
        assert any(map(CHINESE.search, shown)) == (code == "zh-TW")


def assert_described_in_both_languages(draw: Callable[[], Figure | Steps]) -> None:
    """The description is in the reader's language, frame by frame, and nothing in it is left to fill in."""
    said = {}
    for code in ("en", "zh-TW"):
        language.use(code)
        said[code] = [frame.alt for frame in frames(draw())]
    assert not any(map(CHINESE.search, said["en"]))
    assert all(map(CHINESE.search, said["zh-TW"]))
    assert not any("{" in alt for alt in said["en"] + said["zh-TW"])
    assert not any(re.search(r"[。；] ", alt) for alt in said["zh-TW"])
