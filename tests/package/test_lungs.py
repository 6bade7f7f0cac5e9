"""Reference values, spectra and what is read from them: cases by hand, the definition on a fine grid, and bad input."""

import cmath
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl import language
from introdl.lungs import (
    FREQUENCIES,
    INPUTS,
    crossing,
    extended_ric,
    fit_extended_ric,
    inputs,
    inside_healthy,
    named,
    reference,
    variance_inflation,
    z_scores,
)

HEALTHY = {"R": 0.25, "I": 0.00053, "Rp": 0.30, "Cp": 0.19}
GRID = np.arange(5, 51)


def person(**changes):
    return pd.DataFrame([{"sex": "male", "age": 60.0, "height": 175.0, "fev1": 3.0, "fvc": 4.0} | changes])


# --- reference equations ---


def test_a_man_of_60_and_175_cm_by_hand():
    found = reference(["male"], [60], [175]).iloc[0]
    assert found["fev1"] == pytest.approx(0.5536 - 0.01303 * 60 - 0.000172 * 3600 + 0.00014098 * 30625)
    assert found["fev1_lln"] == pytest.approx(0.5536 - 0.01303 * 60 - 0.000172 * 3600 + 0.00011607 * 30625)
    assert found["fvc"] == pytest.approx(-0.1933 + 0.00064 * 60 - 0.000269 * 3600 + 0.00018642 * 30625)
    assert found["ratio"] == pytest.approx((88.066 - 0.2066 * 60) / 100)
    assert found["ratio_lln"] == pytest.approx((78.388 - 0.2066 * 60) / 100)


def test_a_woman_of_70_and_160_cm_by_hand():
    found = reference(["female"], [70], [160]).iloc[0]
    assert found["fev1"] == pytest.approx(0.4333 - 0.00361 * 70 - 0.000194 * 4900 + 0.00011496 * 25600)
    assert found["fvc_lln"] == pytest.approx(-0.3560 + 0.01870 * 70 - 0.000382 * 4900 + 0.00012198 * 25600)
    assert found["ratio_lln"] == pytest.approx((81.015 - 0.2125 * 70) / 100)


def test_the_quotient_of_the_two_references_is_near_the_third():
    ages, heights = np.repeat([40, 60, 80], 2), np.tile([155, 180], 3)
    for sex in ("female", "male"):
        found = reference([sex] * 6, ages, heights)
        assert (
            np.abs(found["fev1"] / found["fvc"] - found["ratio"]).max() < 0.03
        )  # fitted apart from each other, the largest for small women of 80


def test_at_the_lower_limit_the_score_is_minus_1_645():
    limits = reference(["male"], [60], [175]).iloc[0]
    scores = z_scores(person(fev1=limits["fev1_lln"], fvc=limits["fvc"])).iloc[0]
    assert scores["z_fev1"] == pytest.approx(-1.645)
    assert scores["z_fvc"] == pytest.approx(0)


def test_scores_keep_the_names_of_the_rows():
    people = pd.concat([person(), person()]).set_axis([7, 3])
    assert z_scores(people).index.tolist() == [7, 3]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"height": 1.75}, "height must be from 100 to 230 cm"),
        ({"age": 12.0}, "age must be from 20 to 80 years"),
        ({"age": 95.0}, "age must be from 20 to 80 years"),
        ({"sex": "F"}, "sex must be female or male"),
        ({"fev1": 0.0}, "fev1 must be above 0"),
        ({"fvc": np.nan}, "fvc must hold finite numbers"),
    ],
)
def test_a_person_outside_of_the_equations_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        z_scores(person(**changes))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="got none called height"):
        z_scores(person().drop(columns="height"))
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        z_scores([1, 2])


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="same length, got 1, 2, 1"):
        reference(["male"], [50, 60], [170])


# --- the model ---


def test_resistance_and_reactance_by_hand_where_the_time_constant_is_one():
    omega = 2 * np.pi * 5
    resistance, reactance = extended_ric([5], R=0.2, I=0.0, Rp=0.4, Cp=1 / (omega * 0.4))
    assert (resistance[0], reactance[0]) == (pytest.approx(0.4), pytest.approx(-0.2))


@given(st.floats(1, 60), st.floats(0.05, 1), st.floats(0, 0.002), st.floats(0.05, 2), st.floats(0.01, 0.5))
def test_the_two_curves_are_the_parts_of_one_complex_number(f, r, i, rp, cp):
    omega = 2 * math.pi * f
    impedance = r + 1j * omega * i + rp / (1 + 1j * omega * rp * cp)
    resistance, reactance = extended_ric([f], r, i, rp, cp)
    assert resistance[0] == pytest.approx(impedance.real)
    assert reactance[0] == pytest.approx(impedance.imag)


def test_z5_is_the_size_of_the_complex_impedance():
    omega = 2 * math.pi * 5
    impedance = 0.25 + 1j * omega * 0.00053 + 0.3 / (1 + 1j * omega * 0.3 * 0.19)
    curves = extended_ric(GRID, **{name: [value] for name, value in HEALTHY.items()})
    assert inputs(GRID, *curves, [0.6], ["male"], [60])["Z5"][0] == pytest.approx(abs(impedance))
    assert abs(impedance) == pytest.approx(math.hypot(*cmath.polar(impedance)[:1]))


def test_without_a_periphery_resistance_does_not_fall():
    resistance, _ = extended_ric(GRID, R=0.3, I=0.0005, Rp=0.0, Cp=0.2)
    assert np.ptp(resistance) == 0


def test_many_lungs_at_once_give_a_row_each():
    resistance, reactance = extended_ric(GRID, [0.2, 0.3], 0.0005, [0.3, 0.3], 0.2)
    assert resistance.shape == reactance.shape == (2, len(GRID))
    assert np.allclose(resistance[1] - resistance[0], 0.1)


@pytest.mark.parametrize("frequency", [[0, 5], [10, 5], [5, 5], [-1]])
def test_frequencies_must_rise_from_above_zero(frequency):
    with pytest.raises(ValueError, match="frequency must be above 0 Hz and rise"):
        extended_ric(frequency, **HEALTHY)


def test_lungs_of_different_number_are_refused():
    with pytest.raises(ValueError, match="must have the same length"):
        extended_ric(GRID, [0.2, 0.3], 0.0005, [0.3, 0.3, 0.3], 0.2)


# --- what a device reads ---


def test_fres_and_ax_by_hand():
    found = crossing([5, 10, 15], [-0.24, -0.12, 0.06])
    assert found.fres[0] == pytest.approx(40 / 3)
    assert found.ax[0] == pytest.approx(0.9 + 0.2)


@pytest.mark.parametrize("changes", [{}, {"Rp": 0.9, "Cp": 0.08}, {"Cp": 0.095}, {"R": 0.5}])
def test_fres_and_ax_from_a_fine_grid_agree_with_their_definition(changes):
    lung = HEALTHY | changes
    fine = np.linspace(5, 60, 55_001)
    found = crossing(fine, extended_ric(fine, **lung)[1])
    # the definition in closed form: X = 0 where (2 pi f)² = 1 / (I Cp) − 1 / (Rp Cp)²; AX by the integral of X
    tau = lung["Rp"] * lung["Cp"]
    fres = math.sqrt(1 / (lung["I"] * lung["Cp"]) - 1 / tau**2) / (2 * math.pi)

    def integral(f):
        omega = 2 * math.pi * f
        return (lung["I"] * omega**2 / 2 - math.log(1 + (omega * tau) ** 2) / (2 * lung["Cp"])) / (2 * math.pi)

    assert found.fres[0] == pytest.approx(fres, abs=1e-4)
    assert found.ax[0] == pytest.approx(integral(5) - integral(fres), abs=1e-6)


def test_a_device_that_measures_every_hertz_is_close_to_the_definition():
    fine = np.linspace(5, 50, 45_001)
    coarse, exact = (crossing(grid, extended_ric(grid, **HEALTHY)[1]) for grid in (GRID, fine))
    assert coarse.fres[0] == pytest.approx(exact.fres[0], abs=0.02)
    assert coarse.ax[0] == pytest.approx(exact.ax[0], abs=0.004)


def test_fres_below_5_hz_has_no_area():
    found = crossing(GRID, np.linspace(0.0, 0.4, len(GRID)))
    assert (found.seen[0], found.fres[0], found.ax[0]) == ("below", 5.0, 0.0)


def test_a_curve_that_stays_negative_has_its_area_until_the_end():
    found = crossing([5, 10], [-0.2, -0.1])
    assert (found.seen[0], found.fres[0]) == ("above", 10.0)
    assert found.ax[0] == pytest.approx(0.75)


def test_only_the_first_crossing_counts():
    found = crossing([5, 10, 15, 20], [-0.1, 0.1, -0.1, 0.1])
    assert found.fres[0] == pytest.approx(7.5)
    assert found.ax[0] == pytest.approx(0.125)


def test_a_curve_that_touches_zero_at_a_point_ends_there():
    assert crossing([5, 10, 15], [-0.1, 0.0, 0.1]).fres[0] == pytest.approx(10)


def test_curves_that_do_not_fit_the_frequencies_are_refused():
    with pytest.raises(ValueError, match="a value for each of the 3 frequencies"):
        crossing([5, 10, 15], [-0.1, 0.1])
    with pytest.raises(ValueError, match="at least 2 frequencies"):
        crossing([5], [-0.1])


@pytest.mark.parametrize("changes", [{}, {"R": 0.4, "Rp": 0.9, "Cp": 0.08}, {"Rp": 0.15, "Cp": 0.3}])
def test_the_fit_finds_the_lung_that_made_the_spectrum(changes):
    lung = HEALTHY | changes
    found = fit_extended_ric(FREQUENCIES, *extended_ric(FREQUENCIES, **lung))
    for value, name in zip(found, ("R", "I", "Rp", "Cp"), strict=True):
        assert value[0] == pytest.approx(lung[name], rel=0.02)


def test_no_other_lung_nearby_fits_better():
    rng = np.random.default_rng(0)
    resistance, reactance = extended_ric(FREQUENCIES, **HEALTHY)
    resistance, reactance = resistance + rng.normal(0, 0.01, 6), reactance + rng.normal(0, 0.01, 6)
    found = fit_extended_ric(FREQUENCIES, resistance, reactance)

    def squares(*lung):
        r, x = extended_ric(FREQUENCIES, *lung)
        return ((resistance - r) ** 2).sum() + ((reactance - x) ** 2).sum()

    least = squares(*(value[0] for value in found))
    for place in range(4):
        for factor in (0.9, 1.1):
            other = [value[0] * (factor if i == place else 1) for i, value in enumerate(found)]
            assert squares(*other) > least


def test_the_21_inputs_are_those_of_the_slides_in_their_order():
    assert len(INPUTS) == 21
    assert INPUTS[:6] == ("R5", "R10", "R15", "R20", "R25", "R35")
    assert INPUTS[12:19] == (
        "Z5",
        "VT",
        "Rc",
        "Rp",
        "Fres",
        "AX",
        "R5-R20",
    )
    curves = extended_ric(GRID, **{name: [value] for name, value in HEALTHY.items()})
    table = inputs(GRID, *curves, [0.6], ["male"], [60])
    assert tuple(table.columns) == INPUTS
    assert set(table.attrs["units"]) == set(INPUTS)
    assert table["R5-R20"][0] == pytest.approx(table["R5"][0] - table["R20"][0])
    assert (table["male"][0], table["age"][0], table["VT"][0]) == (1, 60, 0.6)


def test_a_spectrum_without_one_of_the_six_frequencies_is_refused():
    curves = extended_ric(range(5, 30), **{name: [value] for name, value in HEALTHY.items()})
    with pytest.raises(ValueError, match=r"got none at \[35\]"):
        inputs(range(5, 30), *curves, [0.6], ["male"], [60])


# --- redundancy, healthy-looking people, names ---


def test_a_difference_of_two_columns_has_infinite_inflation_and_so_have_they():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(100, 3)), columns=list("abc")).assign(d=lambda t: t["a"] - t["b"])
    found = variance_inflation(table)
    assert np.isinf(found[["a", "b", "d"]]).all()
    assert found["c"] == pytest.approx(1, abs=0.1)


def test_inflation_is_the_diagonal_of_the_inverse_correlations():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(200, 3)) @ [[1, 0.8, 0], [0, 1, 0.3], [0, 0, 1]], columns=list("abc"))
    inverse = np.linalg.inv(np.corrcoef(table.to_numpy().T))
    assert variance_inflation(table).to_numpy() == pytest.approx(np.diag(inverse), abs=1e-5)


def test_inflation_needs_columns_that_vary_and_rows_enough():
    table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 1, 1, 1]})
    with pytest.raises(ValueError, match=r"constant column says nothing and has no inflation, got \['b'\]"):
        variance_inflation(table)
    with pytest.raises(ValueError, match="more rows than columns"):
        variance_inflation(table.head(2))
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        variance_inflation(table.to_numpy())


def test_the_ill_inside_the_healthy_middle_are_counted():
    table = pd.DataFrame({"AX": [*range(101), 50, 4.9, 95.1, 300, *[60] * 8]}, dtype=float)
    healthy = np.arange(len(table)) < 101
    found = inside_healthy(table, healthy, ~healthy).loc["AX"]
    assert (found["healthy_low"], found["healthy_high"]) == (5, 95)
    assert (found["right"], found["of"]) == (9, 12)


def test_few_ill_people_get_no_share():
    table = pd.DataFrame({"AX": np.arange(30.0)})
    found = inside_healthy(table, table["AX"] < 25, table["AX"] >= 25).loc["AX"]
    assert found["of"] == 5
    assert np.isnan(found[["share", "low", "high"]].astype(float)).all()


def test_healthy_and_ill_must_be_different_people_and_some():
    table = pd.DataFrame({"AX": np.arange(30.0)})
    with pytest.raises(ValueError, match="nobody may be both"):
        inside_healthy(table, table["AX"] < 20, table["AX"] > 10)
    with pytest.raises(ValueError, match="ill must mark some of the 30 rows"):
        inside_healthy(table, table["AX"] < 20, table["AX"] > 100)


def test_heads_and_names_are_in_the_readers_language():
    table = pd.DataFrame({"sd": [1.0], "FVC r": [2.0]}, index=pd.Index(["slide"], name="model"))
    language.use("zh-TW")
    shown = named(table)
    assert shown.columns.tolist() == ["SD（L）", "FVC r"]
    assert shown.index.tolist() == ["線性，X1–X21"]
    assert shown.index.name == "模型"
    assert table.index.name == "model"
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        named({"a": 1})
