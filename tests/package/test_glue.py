"""A glued number is kept for the prose of the page under its name."""

import pytest
from introdl import glue


def test_the_record_is_the_one_that_myst_nb_looks_for(monkeypatch):
    shown = []
    monkeypatch.setattr(glue, "display", lambda data, **options: shown.append((data, options)))
    glue.glue("gap", f"{0.00060014:.4f}")
    data, options = shown[0]
    assert data == {"application/papermill.record/text/plain": "'0.0006'"}
    assert options["metadata"]["scrapbook"] == {"name": "gap", "mime_prefix": "application/papermill.record/"}
    assert options["raw"] is True


def test_a_name_is_needed():
    with pytest.raises(ValueError, match="glue needs a name"):
        glue.glue("", 3)
