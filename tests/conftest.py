"""What every test starts from."""

import importlib.util

import pytest
from introdl import datasets, language

# `make test-without-torch` runs the rest where there is no torch; `make test` always has it.
NEED_TORCH = [
    f"package/test_{name}.py"
    for name in ("detectors", "figures_failures", "figures_training", "mlp", "saving", "tape", "training")
]
collect_ignore = [] if importlib.util.find_spec("torch") else NEED_TORCH

# Tests that read fetched data run where it is at hand: make data, or INTRODL_DATA.
NEED_DATA = {"package/test_simulate_ai4i2020.py": "ai4i2020", "book/test_recorded_live.py": "ai4i2020"}
collect_ignore += [file for file, data in NEED_DATA.items() if not datasets.at_hand(data)]


@pytest.fixture(autouse=True)
def _language_is_nobodys(monkeypatch):
    """Neither the caller's INTRODL_LANGUAGE nor another test's ``use`` reaches a test."""
    monkeypatch.delenv("INTRODL_LANGUAGE", raising=False)
    monkeypatch.setattr(language, "_chosen", None)
