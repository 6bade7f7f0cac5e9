"""Real data of others as tables: what :func:`introdl.datasets.fetch` brought is read, and its columns get plain names.

No value is changed and no row left out; what is odd stays, and the datasheets say what it is. All these functions are
reached as ``introdl.datasets.fetch_…``. Each raises :class:`introdl.datasets.DataError` where the set is neither at
hand nor to be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

AI4I_COLUMNS = {
    "Type": "type",
    "Air temperature [K]": "air_temperature",
    "Process temperature [K]": "process_temperature",
    "Rotational speed [rpm]": "speed",
    "Torque [Nm]": "torque",
    "Tool wear [min]": "tool_wear",
    "Machine failure": "failure",
    "TWF": "tool_wear_failure",
    "HDF": "heat_dissipation_failure",
    "PWF": "power_failure",
    "OSF": "overstrain_failure",
    "RNF": "random_failure",
}
BDS_COLUMNS = {
    "Trial": "trial",
    "Subject": "subject",
    "Vision": "vision",
    "Surface": "surface",
    "Age": "age",
    "AgeGroup": "age_group",
    "Gender": "sex",
    "Height": "height",
    "Weight": "weight",
    "BMI": "bmi",
    "FootLen": "foot_length",
    "Nmedication": "medicines",
    "Falls12m": "falls_12m",
    "FES_T": "fes",
    "TMT_timeA": "tmt_a",
    "TMT_errorsA": "tmt_errors_a",
    "TMT_timeB": "tmt_b",
    "TMT_errorsB": "tmt_errors_b",
    "Best_T": "best",
}
BDS_UNITS = {
    "age": "years",
    "height": "cm",
    "weight": "kg",
    "bmi": "kg/m²",
    "foot_length": "cm",
    "medicines": "number of medicines",
    "falls_12m": "falls in 12 months, as remembered",
    "fes": "points, short Falls Efficacy Scale",
    "tmt_a": "s, Trail Making Test A",
    "tmt_b": "s, Trail Making Test B",
    "best": "points of 28, Mini-BESTest",
}
RATE_OF_LOWBACK = 100.0  # Hz
RIGR_COLUMNS = {
    "mridate": "mri_date",
    "packyrs": "pack_years",
    "alb": "albumin",
    "crt": "creatinine",
    "plt": "platelets",
    "whgrd": "white_matter_grade",
    "numinf": "infarcts",
    "volinf": "infarct_volume",
}
RIGR_UNITS = {
    "mri_date": "described as month, day and year in one number, which it cannot be; perhaps a count of days",
    "age": "years",
    "weight": "pounds",
    "height": "cm",
    "albumin": "g/dL by its values; g/L by its description",
    "fev": "L",
    "dsst": "points, Digit Symbol Substitution Test, 0 to 100",
    "atrophy": "0 to 100",
    "white_matter_grade": "0 to 9",
    "obstime": "days",
}
NHANES_UNITS = {
    "fvc": "L",
    "fev1": "L",
    "ratio": "1",
    "pef": "L/s",
    "fef": "L/s",
    "volume": "mL",
    "fet": "s",
    "age": "years",
    "weight": "kg",
    "height": "cm",
    "bmi": "kg/m²",
}
TAG_UNITS = {
    "time": "s since the trial began",
    "acc_frontal": "g",
    "acc_vertical": "g",
    "acc_lateral": "g",
    "antenna": "number of the antenna that heard the tag",
    "rssi": "dBm",
    "phase": "rad",
    "frequency": "MHz",
    "activity": "1 sitting on the bed, 2 sitting on a chair, 3 lying, 4 walking",
}
DRYER_COLUMNS = {
    "batch_id": "batch",
    "CollectorTankLevel": "tank_level",
    "DifferentialPressure": "differential_pressure",
    "DryerPressure": "dryer_pressure",
    "AgitatorPower": "agitator_power",
    "AgitatorTorque": "agitator_torque",
    "AgitatorSpeed": "agitator_speed",
    "JacketTemperatureSP": "jacket_temperature_set",
    "JacketTemperature": "jacket_temperature",
    "DryerTemperatureSP": "dryer_temperature_set",
    "DryerTemp": "dryer_temperature",
    "ClockTime": "clock_time",
}


@dataclass(frozen=True)
class Recording:
    """One walk with a sensor on the lower back, and where the reference system saw a foot touch the ground.

    Parameters
    ----------
    name : str
        Cohort, participant, test and trial, as ``"HA 001 Test5 Trial1"``; HA are healthy adults, MS a person with
        multiple sclerosis.
    acceleration : ndarray of float64, shape (samples,)
        Along the body, upwards, in g; about 1 at rest.
    rate : float
        Samples a second.
    contacts : ndarray of float64, shape (steps,)
        Seconds from the beginning, rising; empty where the reference has none for this walk.
    """

    name: str
    acceleration: np.ndarray
    rate: float
    contacts: np.ndarray


def fetch_ai4i2020(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch *AI4I 2020*: 10,000 parts of a simulated milling process, of which 339 are marked as failed.

    Columns as :func:`introdl.simulate.milling` has them, so that the two tables can take each other's place.

    Parameters
    ----------
    download_if_missing : bool
        Download the file where it is not at hand; otherwise a missing file is an error.

    Returns
    -------
    pandas.DataFrame, shape (10000, 12)
        ``attrs`` holds ``units``, ``source``, ``licence``, ``citation`` and ``checksum``.

    Raises
    ------
    DataError
        If it is neither at hand nor to be had, or the file at hand is another.

    Notes
    -----
    9 parts are marked as failed without a reason, and 18 of the 19 random failures are not marked as failed: label
    noise of the file, which is left as it is. The two columns of numbers of parts are left out.
    """
    from introdl.simulate import MILLING_UNITS

    parts = _read("ai4i2020", download_if_missing, encoding="utf-8-sig", usecols=list(AI4I_COLUMNS))
    parts = parts.rename(columns=AI4I_COLUMNS)
    parts["type"] = parts["type"].astype(str)
    return _with_terms(parts, "ai4i2020", MILLING_UNITS | {"failure": "0 or 1, as marked in the file"})


def fetch_tug_accel_falls(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch 79 older people's Timed-Up-and-Go acceleration features, and who fell within 12 months.

    Returns
    -------
    pandas.DataFrame, shape (79, 14)
        ``volunteer_id`` (text), nine features of the power spectrum, ``age_group`` (missing for 6), ``excluded`` and
        ``faller_12m`` (0 or 1), ``first_fall_within_months`` (missing where there was no fall).
    """
    walks = _read("tug_accel_falls", download_if_missing, dtype={"volunteer_id": str})
    units = {"first_fall_within_months": "months", "pspf1": "bin of the spectrum"}
    return _with_terms(walks, "tug_accel_falls", units)


def fetch_bds_balance(level: str = "trial", download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch the people of a balance study: age, size, remembered falls and the Mini-BESTest score.

    Parameters
    ----------
    level : {"trial", "subject"}
        A row for each trial of 60 s on a force plate (1930), or one for each person (163).
    download_if_missing : bool
        As for :func:`fetch_ai4i2020`.

    Returns
    -------
    pandas.DataFrame
        Illnesses, medicines by name, nationality and skin colour are left out.

    Raises
    ------
    DataError, ValueError
    """
    if level not in ("trial", "subject"):
        raise ValueError(f'level must be "trial" or "subject", got {level!r}')
    trials = _read("bds_balance", download_if_missing, usecols=list(BDS_COLUMNS)).rename(columns=BDS_COLUMNS)
    if level == "subject":
        trials = trials.drop(columns=["trial", "vision", "surface"]).drop_duplicates("subject").reset_index(drop=True)
    return _with_terms(trials, "bds_balance", BDS_UNITS)


def fetch_mobgap_lowback(download_if_missing: bool = True) -> dict[str, Recording]:
    """Fetch walks recorded at the lower back, with the steps of a reference system.

    Returns
    -------
    dict of str to Recording
        By name, in the order of the names.
    """
    import pandas as pd

    files = {file.name: file for file in _files("mobgap_lowback_imu", download_if_missing)}
    seen = pd.read_csv(files.pop("reference_initial_contacts_INDIP.csv"), dtype={"participant": str})
    recordings = {}
    for name in sorted(files):
        cohort, participant, _, test, trial = Path(name).stem.split("_")
        here = (seen["cohort"] == cohort) & (seen["participant"] == participant)
        here &= (seen["test"] == test) & (seen["trial"] == trial)
        contacts = np.sort(seen.loc[here, "initial_contact_s"].to_numpy())
        upwards = pd.read_csv(files[name], usecols=["acc_x"])["acc_x"].to_numpy()
        called = f"{cohort} {participant} {test} {trial}"
        recordings[called] = Recording(called, upwards, RATE_OF_LOWBACK, contacts)
    return recordings


def fetch_nhanes_spirometry(age_from: float | None = None, download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch spirometry of 16,596 people of the US survey NHANES, 2007 to 2012.

    Parameters
    ----------
    age_from : float, optional
        Only people of this age and older, in years; 7,019 are 40 or older.
    download_if_missing : bool
        As for :func:`fetch_ai4i2020`.

    Returns
    -------
    pandas.DataFrame
        ``fvc``, ``fev1``, ``ratio``, ``pef``, ``fef``, ``volume``, ``fet``, ``gender``, ``age``, ``weight``,
        ``height``, ``bmi``, ``ethnicity``. Survey weights are not in the file.
    """
    people = _read("nhanes_spirometry", download_if_missing)
    if age_from is not None:
        people = people[people["age"] >= age_from].reset_index(drop=True)
    return _with_terms(people, "nhanes_spirometry", NHANES_UNITS)


def fetch_older_adults_rfid(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch 75,128 readings of a batteryless tag worn by 14 people aged 66 to 86, in 87 trials in two rooms.

    Returns
    -------
    pandas.DataFrame, shape (75128, 12)
        ``trial``, ``room``, ``sex`` (from the file's name), ``time``, three accelerations, ``antenna``, ``rssi``,
        ``phase``, ``frequency``, ``activity``. Who wore the tag is not in the file.
    """
    readings = _read("older_adults_rfid_har", download_if_missing)
    plain = {column: column.removesuffix("_s").removesuffix("_g").removesuffix("_mhz") for column in readings}
    return _with_terms(readings.rename(columns=plain), "older_adults_rfid_har", TAG_UNITS)


def fetch_nylon(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch 57 batches of a nylon autoclave: 10 unnamed tags, of which the first is the phase; no labels.

    Returns
    -------
    pandas.DataFrame, shape (6641, 11)
        ``batch``, ``tag01`` to ``tag10``, in the order of time.
    """
    samples = _read("process_improve", download_if_missing, file="nylon.csv")
    plain = {column: "batch" if column == "batch_id" else column.lower() for column in samples}
    return _with_terms(samples.rename(columns=plain), "process_improve", {"tag01": "number of the phase"})


def fetch_dryer(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch 71 batches of an agrochemical dryer: levels, pressures, agitator, temperatures; no labels.

    Returns
    -------
    pandas.DataFrame, shape (9220, 12)
        ``batch``, ten measurements and ``clock_time``. The source states no units.
    """
    samples = _read("process_improve", download_if_missing, file="dryer.csv").rename(columns=DRYER_COLUMNS)
    return _with_terms(samples, "process_improve", {"clock_time": "samples since the batch began, evenly spaced"})


def fetch_ad_csf(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch biomarkers in cerebrospinal fluid of 333 people, with a class made from the CDR.

    Returns
    -------
    pandas.DataFrame, shape (333, 131)
        ``class`` is ``"Control"`` or ``"Impaired"``; ``ab_42``, ``p_tau``, ``tau``, ``genotype``, ``male``, ``age``
        (transformed, not years) and 124 more proteins, all on scales of their authors.
    """
    people = _read("ad_csf", download_if_missing).rename(columns=str.lower)
    return _with_terms(people, "ad_csf", {"age": "transformed: not years"})


def fetch_rigr_mri(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch MRI, cognition, blood tests, lung function and survival of 735 older adults of the United States.

    Returns
    -------
    pandas.DataFrame, shape (735, 30)
    """
    people = _read("rigr_mri", download_if_missing).rename(columns=RIGR_COLUMNS)
    return _with_terms(people, "rigr_mri", RIGR_UNITS)


def fetch_rigr_fev(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch forced expiratory volume of 654 children and young people aged 3 to 19.

    Returns
    -------
    pandas.DataFrame, shape (654, 7)
    """
    people = _read("rigr_fev", download_if_missing)
    return _with_terms(people, "rigr_fev", {"age": "years", "fev": "L", "height": "inches"})


def fetch_darwin_handwriting(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch DARWIN: 25 writing tasks with 18 features each, of 89 patients and 85 healthy people.

    Returns
    -------
    pandas.DataFrame, shape (174, 452)
        ``id``, the features, and ``class``, ``"P"`` or ``"H"``; sorted by class.
    """
    return _with_terms(_read("darwin_handwriting", download_if_missing).rename(columns=str.lower), "darwin_handwriting")


def fetch_eeg_participants(download_if_missing: bool = True) -> pd.DataFrame:
    """Fetch the participants of an EEG study, without the EEG: sex, age, group and MMSE of 88 people.

    Returns
    -------
    pandas.DataFrame, shape (88, 5)
        ``group``: A Alzheimer's disease, F frontotemporal dementia, C healthy.
    """
    people = _read("eeg_ds004504_participants", download_if_missing, sep="\t").rename(columns=str.lower)
    return _with_terms(people, "eeg_ds004504_participants", {"age": "years", "mmse": "points of 30"})


def _files(name: str, download_if_missing: bool) -> tuple[Path, ...]:
    from introdl import datasets

    return datasets.fetch(name, download_if_missing).files


def _read(name: str, download_if_missing: bool, file: str | None = None, **how: object) -> pd.DataFrame:
    """Return the one file of a set as a table, or the one that is named."""
    import pandas as pd

    places = _files(name, download_if_missing)
    (place,) = places if file is None else [place for place in places if place.name == file]
    return pd.read_csv(place, **how)


def _with_terms(frame: pd.DataFrame, name: str, units: dict[str, str] | None = None) -> pd.DataFrame:
    from introdl import datasets

    frame.attrs = {"units": units or {}, **datasets.terms(name)}
    return frame
