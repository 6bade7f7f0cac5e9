"""What every test starts from."""

import pytest
from introdl import language


@pytest.fixture(autouse=True)
def _language_is_nobodys(monkeypatch):
    """Neither the caller's INTRODL_LANGUAGE nor another test's ``use`` reaches a test."""
    monkeypatch.delenv("INTRODL_LANGUAGE", raising=False)
    monkeypatch.setattr(language, "_chosen", None)
