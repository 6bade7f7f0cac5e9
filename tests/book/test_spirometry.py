"""Every headline figure of *Estimate a hard blow from quiet breathing*, with its tolerance and its seeds.

People: seeds 0 (learning) and 1 (test); devices: 2 and 3; 2,000 people each. The simulator and least squares are
deterministic, so their tolerances are small; those of forest and network allow for other versions of the libraries.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from introdl import cases, simulate
from introdl.agreement import agreement
from introdl.checking import confusion
from introdl.lungs import INPUTS, crossing, extended_ric, inside_healthy, reference, variance_inflation, z_scores
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "spirometry.md" for language in ("en", "zh-TW")]
OUTPUTS = ["fev1", "fvc"]


class Case:
    """The page's people, their devices, and what its lines say of the test people."""

    def __init__(self):
        self.learn, self.test = (simulate.spirometry_people(2000, seed=seed) for seed in (0, 1))
        self.device = {
            "learn": simulate.oscillometry(self.learn, seed=2),
            "test": simulate.oscillometry(self.test, seed=3),
        }
        self.scores = z_scores(self.test)
        self.ill = self.scores["z_ratio"] < -1.645
        self.columns = {"body": self.body, "slide": self.slide, "linear": self.full}
        self.guess = {name: self.line(columns) for name, columns in self.columns.items()}

    def people(self, which):
        return self.learn if which == "learn" else self.test

    def body(self, which):
        people = self.people(which)
        male = (people["sex"] == "male").astype(float)
        return pd.DataFrame({"male": male, "age": people["age"], "height": people["height"]})

    def slide(self, which):
        return self.device[which].features

    def full(self, which):
        return self.slide(which).assign(height=self.people(which)["height"])

    def line(self, columns):
        return LinearRegression().fit(columns("learn"), self.learn[OUTPUTS]).predict(columns("test"))

    def judged(self, guess):
        said = {"fev1": guess[:, 0], "fvc": guess[:, 1], "ratio": guess[:, 0] / guess[:, 1]}
        return {name: agreement(self.test[name].to_numpy(), said[name]) for name in said}


@pytest.fixture(scope="module")
def case():
    return Case()


HEADLINES = {  # r and SD of the error (L; none for the ratio)
    ("body", "fev1"): (0.796, 0.494),
    ("body", "fvc"): (0.860, 0.509),
    ("body", "ratio"): (0.315, 0.076),
    ("slide", "fev1"): (0.848, 0.432),
    ("slide", "fvc"): (0.821, 0.570),
    ("slide", "ratio"): (0.645, 0.062),
    ("linear", "fev1"): (0.877, 0.391),
    ("linear", "fvc"): (0.879, 0.476),
    ("linear", "ratio"): (0.658, 0.061),
}


@pytest.mark.parametrize(("model", "output"), HEADLINES)
def test_each_line_is_as_good_as_the_page_says(model, output, case):
    found = case.judged(case.guess[model])[output]
    r, sd = HEADLINES[model, output]
    assert found.r == pytest.approx(r, abs=0.003)
    assert found.sd == pytest.approx(sd, abs=0.003)


def test_for_fvc_the_slides_inputs_lose_against_sex_age_and_height(case):
    slide, body = (case.judged(case.guess[name])["fvc"] for name in ("slide", "body"))
    assert body.r - slide.r == pytest.approx(0.039, abs=0.004)
    assert "height" not in INPUTS


def test_the_limits_of_agreement_are_wide_and_like_those_published(case):
    found = case.judged(case.guess["linear"])["fev1"]
    assert found.bias == pytest.approx(0.02, abs=0.005)
    assert found.limits == pytest.approx((-0.747, 0.787), abs=0.01)
    assert found.limits == pytest.approx((-0.814, 0.735), abs=0.10)  # Yamamoto 2017


def test_the_ill_are_said_to_blow_too_much(case):
    off = case.guess["linear"][:, 0] - case.test["fev1"]
    assert off[case.ill].mean() == pytest.approx(0.25, abs=0.01)
    assert off[~case.ill].mean() == pytest.approx(-0.02, abs=0.01)


def test_oscillometry_takes_68_ml_off_the_mean_error(case):
    errors = [np.abs(case.guess[name][:, 0] - case.test["fev1"]).mean() for name in ("body", "linear")]
    assert 1000 * (errors[0] - errors[1]) == pytest.approx(68, abs=3)


def test_the_share_of_obstruction_and_of_failed_measurements_are_those_of_the_page(case):
    unsteady = case.device["test"].variation > 0.10
    assert case.ill.sum() == pytest.approx(264, abs=1)
    assert unsteady[case.ill].mean() == pytest.approx(0.52, abs=0.01)
    assert unsteady[~case.ill].mean() == pytest.approx(0.17, abs=0.01)
    assert case.ill[~unsteady].mean() == pytest.approx(0.081, abs=0.003)


def test_the_fixed_cut_makes_patients_with_age(case):
    only = (case.test["ratio"] < 0.70) & ~case.ill
    old = case.test["age"] >= 60
    assert only[old].mean() == pytest.approx(0.17, abs=0.01)
    assert only[~old].mean() == pytest.approx(0.03, abs=0.01)


def test_six_mixtures_hold_nearly_all_and_one_column_is_a_difference(case):
    scaled = StandardScaler().fit_transform(case.slide("learn"))
    shares = np.linalg.svd(scaled, compute_uv=False) ** 2
    assert shares.cumsum()[5] / shares.sum() == pytest.approx(0.97, abs=0.01)
    assert np.linalg.matrix_rank(scaled) == 20
    inflation = variance_inflation(case.slide("learn"))
    assert set(inflation.index[np.isinf(inflation)]) == {"R5", "R20", "R5-R20"}
    assert set(inflation.index[inflation < 2]) == {"VT", "male", "age"}
    assert inflation["Z5"] == pytest.approx(1580, rel=0.02)


def test_so_many_of_the_clearly_ill_look_healthy(case):
    clearly = case.ill & (case.scores["z_fev1"] < -1.645)
    indices = ["R5", "R20", "R5-R20", "X5", "AX", "Fres"]
    found = inside_healthy(case.slide("test")[indices], (case.scores > -1).all(axis=1), clearly)
    assert found["of"].tolist() == [140] * 6
    assert found["right"].tolist() == pytest.approx([66, 75, 65, 48, 53, 61], abs=1)
    assert found["share"].between(0.29, 0.86).all()


def test_a_device_is_off_by_so_much(case):
    fine = np.arange(50, 601) / 10
    lung = case.device["test"].lung
    truth = crossing(fine, extended_ric(fine, *lung)[1])
    off = {
        name: 100 * np.median(np.abs(case.slide("test")[name] / true - 1))
        for name, true in (("Fres", truth.fres), ("AX", truth.ax), ("Rc", lung.R), ("Rp", lung.Rp))
    }
    assert off == pytest.approx({"Fres": 3.0, "AX": 5.6, "Rc": 2.4, "Rp": 5.4}, abs=0.3)


def test_a_third_output_does_not_fit_the_other_two(case):
    three = ["fev1", "fvc", "ratio"]
    said = LinearRegression().fit(case.full("learn"), case.learn[three]).predict(case.full("test"))
    apart = np.abs(said[:, 0] / said[:, 1] - said[:, 2])
    assert (apart > 0.02).mean() == pytest.approx(0.09, abs=0.015)
    assert agreement(case.test["ratio"].to_numpy(), said[:, 2]).sd == pytest.approx(0.057, abs=0.002)


def test_the_short_way_to_yes_or_no_finds_fewer_than_half(case):
    limit = reference(case.test["sex"], case.test["age"], case.test["height"])["ratio_lln"].to_numpy()
    said = case.guess["linear"][:, 0] / case.guess["linear"][:, 1] < limit
    assert confusion(case.ill, said).sensitivity == pytest.approx(0.40, abs=0.02)


def test_the_logistic_regression_ranks_promises_and_finds_as_the_page_says(case):
    ill_learn = z_scores(case.learn)["z_ratio"] < -1.645
    assert min(ill_learn.sum(), case.ill.sum()) >= 100
    for penalty in (0.01, 0.1, 1.0):  # whichever the page's search chooses
        fitted = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, C=penalty))
        chance = fitted.fit(case.full("learn"), ill_learn).predict_proba(case.full("test"))[:, 1]
        assert roc_auc_score(case.ill, chance) == pytest.approx(0.89, abs=0.015)
        assert chance.mean() == pytest.approx(case.ill.mean(), abs=0.02)
        assert ((chance >= 0.10) & case.ill).sum() / case.ill.sum() == pytest.approx(0.84, abs=0.04)
    plain = LogisticRegression(max_iter=1000).fit(case.body("learn"), ill_learn).predict_proba(case.body("test"))
    assert roc_auc_score(case.ill, plain[:, 1]) < 0.6


def test_the_distractor_is_found(case):
    vt, fev1 = case.slide("test")["VT"], case.test["fev1"]
    assert vt.corr(fev1) == pytest.approx(0.19, abs=0.01)
    for sex in ("female", "male"):
        own = case.test["sex"] == sex
        assert abs(vt[own].corr(fev1[own])) < 1.96 / np.sqrt(own.sum())


def test_the_forest_and_the_network_are_no_better_than_the_line_by_much(case):
    forest = RandomForestRegressor(30, max_features=0.4, min_samples_leaf=5, random_state=0)
    found = case.judged(forest.fit(case.full("learn"), case.learn[OUTPUTS]).predict(case.full("test")))
    assert found["fev1"].sd == pytest.approx(case.judged(case.guess["linear"])["fev1"].sd, abs=0.03)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_figure_is_called_simulated_in_its_caption(page):
    captions = re.findall(r'figure: \{caption: "([^"]+)"', page.read_text(encoding="utf-8"))
    assert len(captions) == 8
    assert [caption for caption in captions if not re.search(r"[Ss]imulated|模擬", caption)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_table_of_inputs_names_all_21(page):
    text = page.read_text(encoding="utf-8")
    step = text.split("(sec-spirometry-step-1)=")[1].split("(sec-spirometry-step-2)=")[0]
    named = re.findall(r"`([^`]+)`", "".join(re.findall(r"^\|.*\n", step, re.MULTILINE)))
    assert named == list(INPUTS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_seven_steps_stand_in_their_order(page):
    steps = re.findall(r"^\(sec-spirometry-step-(\d)\)=\n## (\d)\. ", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert steps == [(str(n), str(n)) for n in range(1, 8)]


def test_the_card_is_filled():
    assert cases.card("spirometry").real_or_simulated.startswith("Simulated")
