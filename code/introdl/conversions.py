"""How the file that is read is made of the originals as published; ``data/registry.toml`` says which way, by name.

Every conversion takes the originals' bytes in the order of the registry and returns the bytes of one file. It decides
nothing: names, order and values are the originals'. What an original holds is read as data and never run.
"""

from __future__ import annotations

import ast
import gzip
import io
import re
import warnings
from collections.abc import Callable, Sequence

import numpy as np

TAG_COLUMNS = (
    "time_s",
    "acc_frontal_g",
    "acc_vertical_g",
    "acc_lateral_g",
    "antenna",
    "rssi",
    "phase",
    "frequency_mhz",
    "activity",
)
TAG_TRIAL = re.compile(r"d([12])p\d\d([MF])")  # room, number of the trial, sex: the names of the published files
ROUNDED = {"fvc": 4, "fev1": 4, "pef": 4, "fef": 4, "ratio": 6}  # digits kept of the survey's spirometry
TUG_FEATURES = ("volunteer_id", "pse", "psp1", "psp2", "psp3", "pspf1", "pspf2", "pspf3", "wpsp", "cpt")
AGE_LISTS = {"index_60": "60-69", "index_70": "70-79", "index_80": "80+"}
FALL_LISTS = {"index_faller3M": 3, "index_faller6M": 6, "index_faller9M": 9, "index_faller": 12}  # months


def unchanged(originals: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """Return the one original as it is.

    Examples
    --------
    >>> unchanged([b"a,b"])
    b'a,b'
    """
    (only,) = originals
    return only


def r_frame(originals: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """Return the one table of an R data file as comma-separated text.

    Raises
    ------
    ValueError
        If the file holds more than one thing, or no table.
    """
    import pandas as pd
    import rdata

    (content,) = originals
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing constructor for R class")  # tibbles: read as data frames
        held = rdata.conversion.convert(rdata.parser.parse_data(content))
    if len(held) != 1:
        raise ValueError(f"the R file must hold one table, got {', '.join(held)}")
    (frame,) = held.values()
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"the R file must hold a data frame, got {type(frame).__name__}")
    return frame.to_csv(index=False, lineterminator="\n").encode()


def r_frame_rounded(originals: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """Return the survey's spirometry as comma-separated text, volumes and flows with 4 digits, the ratio with 6."""
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(r_frame(originals)))
    return frame.round(ROUNDED).to_csv(index=False, lineterminator="\n").encode()


def tag_trials(originals: Sequence[bytes], names: Sequence[str]) -> bytes:
    """Return the trials one after the other, packed, with the trial, its room and the sex from the file's name."""
    import pandas as pd

    trials = []
    for content, name in zip(originals, names, strict=True):
        trial = name.rsplit("/", 1)[-1]
        found = TAG_TRIAL.fullmatch(trial)
        if not found:
            raise ValueError(f"a trial's file must be called as d1p01M, got {trial}")
        table = pd.read_csv(io.BytesIO(content), header=None, names=list(TAG_COLUMNS))
        for place, (column, value) in enumerate((("trial", trial), ("room", f"S{found[1]}"), ("sex", found[2]))):
            table.insert(place, column, value)
        trials.append(table)
    whole = pd.concat(trials, ignore_index=True).to_csv(index=False, lineterminator="\n")
    return gzip.compress(whole.encode(), mtime=0)


def tug_falls(originals: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """Return features and falls in one table, out of the authors' features and the lists in their program's text.

    The program is read as text: of its syntax tree only the lists of whole numbers that are named here are taken.

    Raises
    ------
    ValueError
        If a list is missing from the program, or is no list of whole numbers.
    """
    import pandas as pd

    features, program = originals
    table = pd.DataFrame(np.load(io.BytesIO(features), allow_pickle=False)[:, :10], columns=list(TUG_FEATURES))
    lists = _lists_of_numbers(program.decode(), [*AGE_LISTS, *FALL_LISTS, "index_excluded"])
    for name, group in AGE_LISTS.items():
        table.loc[lists[name], "age_group"] = group
    table["excluded"], table["faller_12m"] = 0, 0
    table.loc[lists["index_excluded"], "excluded"] = 1
    table.loc[lists["index_faller"], "faller_12m"] = 1
    months = pd.Series("", index=table.index)
    for name, month in reversed(FALL_LISTS.items()):  # the earlier a fall, the later it is written: the first stays
        months[lists[name]] = str(month)
    table["first_fall_within_months"] = months
    return table.to_csv(index=False, lineterminator="\n").encode()


def reference_contacts(originals: Sequence[bytes], names: Sequence[str]) -> bytes:
    """Return the initial contacts that the reference system saw, walk by walk, out of three MATLAB files.

    Everything that is listed stays: contacts without a time, and those that stand in the list twice.
    """
    import pandas as pd
    from scipy.io import loadmat

    rows = []
    for content, name in zip(originals, names, strict=True):
        cohort, participant = name.split("/")[-3:-1]
        measured = loadmat(io.BytesIO(content), squeeze_me=True, struct_as_record=False)["data"].TimeMeasure1
        for test in measured._fieldnames:
            for trial in getattr(measured, test)._fieldnames:
                for bout in _bouts(getattr(getattr(measured, test), trial)):
                    times, feet = np.atleast_1d(bout.InitialContact_Event), np.atleast_1d(bout.InitialContact_LeftRight)
                    rows += [
                        (cohort, participant, test, trial, float(time), str(foot), float(bout.WalkingSpeed))
                        for time, foot in zip(times, feet, strict=True)
                    ]
    columns = ["cohort", "participant", "test", "trial", "initial_contact_s", "foot", "wb_walking_speed_m_s"]
    return pd.DataFrame(rows, columns=columns).to_csv(index=False, lineterminator="\n").encode()


def _bouts(trial: object) -> list[object]:
    """Return the walking bouts of the reference system in one trial, or none where it has none."""
    reference = getattr(getattr(trial, "Standards", None), "INDIP", None)
    return list(np.atleast_1d(getattr(reference, "ContinuousWalkingPeriod", [])))


def _lists_of_numbers(program: str, names: Sequence[str]) -> dict[str, list[int]]:
    found = {}
    for statement in ast.parse(program).body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id in names:
                found[target.id] = _numbers_only(statement.value, target.id)
    if missing := [name for name in names if name not in found]:
        raise ValueError(f"the program's text has no list {', '.join(missing)}: it is another version")
    return found


def _numbers_only(value: ast.expr, name: str) -> list[int]:
    entries = value.elts if isinstance(value, ast.List) else []
    numbers = [entry.value for entry in entries if isinstance(entry, ast.Constant) and type(entry.value) is int]
    if not numbers or len(numbers) != len(entries):
        raise ValueError(f"{name} must be a list of whole numbers in the program's text, got something else")
    return numbers


CONVERSIONS: dict[str, Callable[[Sequence[bytes], Sequence[str]], bytes]] = {
    "none": unchanged,
    "r-frame": r_frame,
    "r-frame-rounded": r_frame_rounded,
    "tag-trials": tag_trials,
    "tug-falls": tug_falls,
    "reference-contacts": reference_contacts,
}
"""The conversions by the names that stand in the registry."""
