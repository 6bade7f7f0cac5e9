"""Simulated people and their simulated oscillometry: what they must share with what is published, and what is refused.

Checks of the notes, §5.2 and §5.3. A tolerance is about three standard errors of 8,000 simulated people, or the width
of what was published where that is wider.
"""

import numpy as np
import pandas as pd
import pytest
from introdl import simulate
from introdl.lungs import FREQUENCIES, INPUTS, extended_ric, inside_healthy, reference, z_scores
from introdl.simulate.lungs import HEALTHY, MEASURED

# Gochicoa-Rangel 2023, adults: constant, male, age, 1/height, 1/BMI; residual SD
PREDICTED = {
    "R5": (-0.28559, -0.015418, 0.0019316, 100.379581, -2.606237, 0.0724),
    "R10": (-0.17295, -0.009279, 0.0013355, 75.927159, -2.077629, 0.0628),
    "R15": (-0.14633, -0.014106, 0.0011729, 64.43336, -1.230043, 0.0603),
    "R20": (-0.091009, -0.02099, 0.0011237, 54.515578, -0.801186, 0.0566),
    "X5": (0.19728, 0.009133, 0.00006377, -57.924822, 1.090394, 0.0408),
    "X10": (0.14548, 0.00594, -0.00037304, -37.396994, 1.298675, 0.0315),
    "X15": (0.17472, -0.003995, -0.00035174, -34.912858, 1.229632, 0.0327),
    "X20": (0.1774, -0.001806, -0.0002462, -28.29, 1.01, 0.0341),
    "lnAX": (-3.597, -0.06776, 0.0063497, 544.962, -18.97076, 0.621),
    "Fres": (1.2542, 0.07493, 0.041179, 2781.55206, -99.15807, 3.89),
}
# §5.2: the same published spectra, with the model's R, I, Rp, Cp fitted to each
PEOPLE = {  # (male, age, height, kg): R, I, Rp, Cp
    (0, 70, 155, 58): (0.290, 0.00053, 0.310, 0.147),
    (1, 70, 168, 68): (0.246, 0.00052, 0.221, 0.189),
    (0, 45, 160, 60): (0.254, 0.00054, 0.345, 0.192),
    (1, 45, 172, 72): (0.215, 0.00053, 0.255, 0.253),
}


def published(name, people):
    b0, male, age, height, bmi, _ = PREDICTED[name]
    said = b0 + male * (people["sex"] == "male") + age * people["age"] + height / people["height"]
    return said + bmi / people["bmi"].clip(17, 36)


@pytest.fixture(scope="module")
def people():
    return simulate.spirometry_people(8000, seed=10)


@pytest.fixture(scope="module")
def scores(people):
    return z_scores(people)


@pytest.fixture(scope="module")
def device(people):
    return simulate.oscillometry(people, seed=11)


@pytest.fixture(scope="module")
def healthy(people, scores):
    return (scores["z_ratio"] > -1) & (scores["z_fev1"] > -1) & (people["bmi"] < 32)


@pytest.fixture(scope="module")
def obstructed(people, scores):
    return (people["ratio"] < 0.70) & (scores["z_fev1"] < -1.645)


# --- people ---


def test_nobody_obstructed_gives_the_published_means_and_spreads():
    some = simulate.spirometry_people(20_000, seed=3, obstructed=0)
    found = z_scores(some)
    for name in ("z_fvc", "z_ratio"):
        assert found[name].mean() == pytest.approx(0, abs=0.02)
        assert found[name].std() == pytest.approx(1, abs=0.02)
        assert (found[name] < -1.645).mean() == pytest.approx(0.05, abs=0.006)
    assert found["z_fev1"].mean() == pytest.approx(0, abs=0.08)  # a product of two, against an equation of its own
    assert found["z_fev1"].std() == pytest.approx(1, abs=0.06)


def test_bodies_are_about_those_of_the_survey(people):
    by_sex = people.groupby("sex")["height"]
    assert by_sex.mean().to_dict() == pytest.approx({"female": 160.6, "male": 174.0}, abs=0.4)
    assert people["bmi"].median() == pytest.approx(28.7, abs=0.4)
    assert people["age"].between(40, 80).all()


def test_fev1_is_a_part_of_fvc_and_the_ratio_is_their_quotient(people):
    assert (people["fev1"] < people["fvc"]).all()
    assert np.allclose(people["ratio"], people["fev1"] / people["fvc"])


def test_more_are_called_obstructed_by_the_fixed_cut_than_by_the_limit_and_more_so_with_age(people, scores):
    by_limit, by_cut = scores["z_ratio"] < -1.645, people["ratio"] < 0.70
    assert by_limit.mean() == pytest.approx(0.13, abs=0.02)
    old = people["age"] >= 60
    assert (by_cut & ~by_limit)[old].mean() > 4 * (by_cut & ~by_limit)[~old].mean()


def test_the_same_seed_gives_the_same_people_and_measurements():
    first, second = (simulate.spirometry_people(50, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    once, again, other = (simulate.oscillometry(first, seed=seed).features for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert not np.allclose(once["R5"], other["R5"])


# --- published checks of the impedance ---


@pytest.mark.parametrize("who", PEOPLE)
def test_the_models_of_the_four_published_people_come_out_of_our_equations(who):
    male, age, height, kg = who
    about = np.array([1, age, male, 100 / height, 10 / (kg / (height / 100) ** 2)])
    assert np.exp(HEALTHY @ about) == pytest.approx(PEOPLE[who], rel=0.12)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_spectra_of_the_four_published_people_are_met(who):
    male, age, height, kg = who
    person = pd.DataFrame([{"sex": "male" if male else "female", "age": age, "height": height}])
    person["bmi"] = kg / (height / 100) ** 2
    wanted = [published(f"{kind}{f}", person)[0] for kind in "RX" for f in (5, 10, 15, 20)]
    assert np.concatenate(extended_ric([5, 10, 15, 20], *PEOPLE[who])) == pytest.approx(wanted, abs=0.015)
    rms = np.sqrt(np.mean((np.concatenate(extended_ric([5, 10, 15, 20], *PEOPLE[who])) - wanted) ** 2))
    assert rms < 0.007


def test_fres_and_ax_were_not_fitted_and_are_met_all_the_same():
    from introdl.lungs import crossing

    fine = np.linspace(5, 60, 5501)
    said = {(0, 70): (17.8, 0.70), (1, 70): (15.5, 0.43), (0, 45): (15.4, 0.50), (1, 45): (13.5, 0.31)}
    for (male, age, *_), lung in PEOPLE.items():
        found = crossing(fine, extended_ric(fine, *lung)[1])
        assert found.fres[0] == pytest.approx(said[male, age][0], abs=0.3)
        assert found.ax[0] == pytest.approx(said[male, age][1], abs=0.02)


@pytest.mark.parametrize("name", ["R5", "R10", "R15", "R20", "X5", "X10", "X15", "X20", "Fres"])
def test_healthy_people_lie_around_the_published_prediction(name, people, device, healthy):
    apart = (device.features[name] - published(name, people))[healthy]
    assert abs(apart.mean()) < 0.45 * PREDICTED[name][-1]


@pytest.mark.parametrize(("name", "tolerance"), [("R5", 0.010), ("R20", 0.008), ("X5", 0.008)])
def test_healthy_people_spread_as_published(name, tolerance, people, device, healthy):
    apart = (device.features[name] - published(name, people))[healthy]
    assert apart.std() == pytest.approx(PREDICTED[name][-1], abs=tolerance)


def test_the_area_spreads_as_published_and_fres_somewhat_less(people, device, healthy):
    area = (np.log(device.features["AX"] + 0.01) - published("lnAX", people))[healthy]
    assert area.std() == pytest.approx(0.62, abs=0.08)
    fres = (device.features["Fres"] - published("Fres", people))[healthy]
    assert 2.5 < fres.std() < 3.9


def test_about_as_many_obstructed_people_look_healthy_as_in_the_large_study(device, healthy, obstructed):
    found = inside_healthy(device.features[["R5", "R20", "R5-R20", "X5", "AX", "Fres"]], healthy, obstructed)
    assert found["of"].min() > 400
    assert found["share"].between(0.24, 0.86).all()  # published 29 to 86 %
    assert (found["share"] > 0.29).sum() >= 4


def test_impedance_is_worse_in_the_obstructed(device, healthy, obstructed):
    means = {name: device.features[name].groupby(np.select([healthy, obstructed], [0, 1], 2)).mean() for name in INPUTS}
    wanted = {"R5": (0.32, 0.52), "X5": (-0.10, -0.25), "AX": (0.46, 1.83), "Fres": (15, 23)}
    for name, (well, ill) in wanted.items():
        assert means[name][0] == pytest.approx(well, rel=0.12)
        assert means[name][1] == pytest.approx(ill, rel=0.12)


def test_three_repeats_vary_as_published(device, scores):
    below = scores["z_ratio"] < -1.645
    well, ill = 100 * device.variation[~below], 100 * device.variation[below]
    assert (well.mean(), well.std()) == (pytest.approx(6.7, abs=0.5), pytest.approx(4.7, abs=0.6))
    assert (ill.mean(), ill.std()) == (pytest.approx(12.6, abs=1.5), pytest.approx(11.2, abs=2.0))


# --- rules of the device ---


def test_a_device_reads_its_numbers_from_what_it_measured_not_from_the_lung(people, device):
    six = [list(MEASURED).index(f) for f in FREQUENCIES]
    assert np.allclose(device.features[[f"R{f}" for f in FREQUENCIES]], device.resistance[:, six])
    assert np.allclose(device.features["Z5"], np.hypot(device.features["R5"], device.features["X5"]))
    assert not np.allclose(device.features["Rc"], device.lung.R, rtol=0.005)
    r = np.corrcoef(np.log(device.features["Rp"]), np.log(device.lung.Rp))[0, 1]
    assert 0.93 < r < 0.995


def test_noise_of_one_frequency_says_nothing_of_the_next_printed_one(people):
    alike = pd.concat([people.head(1)] * 3000, ignore_index=True)
    found = simulate.oscillometry(alike, seed=5)
    clean = extended_ric(MEASURED, *found.lung)
    noise = found.reactance - clean[1]
    r = np.corrcoef(noise[:, 0], noise[:, 5])[0, 1]  # 5 and 10 Hz; a common factor of the repeats is left
    assert abs(r) < 0.85
    assert np.corrcoef(noise[:, 0], noise[:, 1])[0, 1] > 0.9


def test_tidal_volume_goes_with_sex_and_with_nothing_else(people, device):
    vt, male = device.features["VT"], (people["sex"] == "male").to_numpy()
    assert vt.corr(people["fev1"]) > 0.10
    for own in (male, ~male):
        assert abs(vt[own].corr(people["fev1"][own])) < 0.05
        assert abs(vt[own].corr(device.features["R5"][own])) < 0.05


def test_a_lower_ratio_or_a_smaller_volume_makes_the_impedance_worse():
    base = simulate.spirometry_people(2000, seed=6, obstructed=0)
    narrow = base.assign(fev1=base["fev1"] * 0.8)
    small = base.assign(fev1=base["fev1"] * 0.8, fvc=base["fvc"] * 0.8)
    well, ill, little = (simulate.oscillometry(some, seed=7).features for some in (base, narrow, small))
    for name, sign in (("R5", 1), ("X5", -1), ("AX", 1), ("Fres", 1), ("Rp", 1)):
        assert sign * (ill[name].mean() - well[name].mean()) > 0
        assert sign * (little[name].mean() - well[name].mean()) > 0


def test_tables_keep_the_names_of_the_rows(people):
    some = people.iloc[[5, 3, 8]]
    found = simulate.oscillometry(some)
    assert found.features.index.tolist() == found.variation.index.tolist() == [5, 3, 8]
    assert found.features.shape == (3, 21)
    assert "simulated" in found.features.attrs["source"]


def test_rows_in_another_order_of_columns_are_the_same_people(people):
    some = people.head(20)
    turned = some[some.columns[::-1]]
    pd.testing.assert_frame_equal(simulate.oscillometry(some).features, simulate.oscillometry(turned).features)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"people": 0}, "people must be at least 1"),
        ({"obstructed": 1.5}, "obstructed must be a probability"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_impossible_people_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        simulate.spirometry_people(**arguments)


def test_people_a_device_cannot_measure_are_refused(people):
    some = people.head(3)
    with pytest.raises(ValueError, match="must have the column bmi"):
        simulate.oscillometry(some.drop(columns="bmi"))
    with pytest.raises(ValueError, match="bmi must be above 0"):
        simulate.oscillometry(some.assign(bmi=0.0))
    with pytest.raises(ValueError, match="repeats must be at least 2"):
        simulate.oscillometry(some, repeats=1)
    with pytest.raises(ValueError, match="height must be from 100"):
        simulate.oscillometry(some.assign(height=1.7))


def test_one_person_can_be_measured():
    assert simulate.oscillometry(simulate.spirometry_people(1)).features.shape == (1, 21)


def test_the_reference_is_the_middle_of_healthy_people():
    some = simulate.spirometry_people(4000, seed=8, obstructed=0)
    assert (some["fvc"] > reference(some["sex"], some["age"], some["height"])["fvc"]).mean() == pytest.approx(
        0.5, abs=0.025
    )
