"""What every test starts from."""

import importlib.util
import os
from pathlib import Path

import pytest
from introdl import datasets, language

# `make test-without-torch` runs the rest where there is no torch; `make test` always has it.
NEED_TORCH = [
    f"package/test_{name}.py"
    for name in (
        "detectors",
        "device",
        "device_trouble",
        "figures_failures",
        "figures_training",
        "mlp",
        "parallel",
        "saving",
        "tape",
        "training",
    )
]
collect_ignore = [] if importlib.util.find_spec("torch") else NEED_TORCH

# Tests that read fetched data run where it is at hand: make data, or INTRODL_DATA.
NEED_DATA = {
    "package/test_simulate_ai4i2020.py": ["ai4i2020"],
    "package/test_signals_fetched.py": ["mobgap_lowback_imu"],
    "package/test_simulate_lungs_fetched.py": ["nhanes_spirometry", "rigr_mri"],
    "package/test_fetched.py": datasets.fetchable(),
    "package/test_datasheets_fetched.py": datasets.fetchable(),
    "book/test_recorded_live.py": datasets.fetchable(),
}
# What make data throws away once it is converted, a mirror may keep.
ORIGINALS = ["tug_accel_falls/featuresAcc.npy", "ad_csf/original/ad_data.RData", "rigr_mri/original/mri.rda"]
ORIGINALS += ["rigr_fev/original/fev.rda", "nhanes_spirometry/original/SpirometryUS.rda"]
MIRROR = Path(os.environ.get("INTRODL_DATA") or "nowhere")
collect_ignore += [] if all((MIRROR / file).is_file() for file in ORIGINALS) else ["package/test_originals.py"]
collect_ignore += [file for file, sets in NEED_DATA.items() if not all(datasets.at_hand(name) for name in sets)]


@pytest.fixture(autouse=True)
def _language_is_nobodys(monkeypatch):
    """Neither the caller's INTRODL_LANGUAGE nor another test's ``use`` reaches a test."""
    monkeypatch.delenv("INTRODL_LANGUAGE", raising=False)
    monkeypatch.setattr(language, "_chosen", None)
