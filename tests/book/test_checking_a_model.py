"""What the chapter says outside its cells: tables, general statements, and what must hold in the long run."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from introdl import checking, datasets, simulate
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold, KFold, LeaveOneOut, cross_val_predict, train_test_split
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "checking-a-model.md" for language in ("en", "zh-TW")]
FEATURES = ["tug", "step_frequency", "px", "py", "pz"]


def rows_after(page, heading):
    """Return the cells of the first table after a heading's label, row by row, without its head."""
    text = page.read_text(encoding="utf-8").split(f"({heading})=")[1]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.fixture(scope="module")
def counts():
    people = datasets.load_tug()
    return checking.confusion(people["y2"], people["tug"] >= 14)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_four_boxes_on_the_page_are_those_of_the_rule(page, counts):
    text = page.read_text(encoding="utf-8").split("(sec-checking-a-model-confusion)=")[1]
    for name in ("tp", "fn", "fp", "tn"):
        number = re.search(rf"\| (\d+) ?[(（][^|]*{name}[)）] \|", text)[1]
        assert int(number) == getattr(counts, name)
    first = rows_after(page, "sec-checking-a-model-confusion")
    assert [int(row[-1]) for row in first] == [counts.tp + counts.fn, counts.fp + counts.tn, counts.n]
    assert [int(cell) for cell in first[2][1:3]] == [counts.tp + counts.fp, counts.fn + counts.tn]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_shares_on_the_page_are_those_of_the_boxes(page, counts):
    text = page.read_text(encoding="utf-8").split("(sec-checking-a-model-confusion)=")[1]
    found = [int(top) / int(bottom) for top, bottom in re.findall(r"\| (\d+)/(\d+)[,，]", text)]
    assert found == [counts.sensitivity, counts.specificity, counts.ppv, counts.npv, counts.accuracy]


def test_a_tree_never_answers_outside_the_scores_it_has_seen():
    table, other = (simulate.repeated_walks(people=60, walks=1, seed=seed) for seed in (1, 2))
    tree = DecisionTreeRegressor(random_state=0).fit(table[FEATURES], table["bbs"])
    answers = tree.predict(other[FEATURES] * 3)
    assert table["bbs"].min() <= answers.min() <= answers.max() <= table["bbs"].max()


def test_groups_are_ignored_by_folds_that_are_not_made_for_groups():
    walks = simulate.repeated_walks(people=40, walks=10, seed=1)
    inputs, score = walks[["px", "py", "pz"]].to_numpy(), walks["bbs"].to_numpy()
    nearest = KNeighborsRegressor(n_neighbors=1)
    folds = KFold(5, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ignored = cross_val_predict(nearest, inputs, score, cv=folds, groups=walks["person"])
    np.testing.assert_array_equal(ignored, cross_val_predict(nearest, inputs, score, cv=folds))
    kept = cross_val_predict(nearest, inputs, score, cv=GroupKFold(5), groups=walks["person"])
    assert np.abs(kept - score).mean() > 5 * np.abs(ignored - score).mean()


def test_more_folds_than_people_are_refused_by_name():
    walks = simulate.repeated_walks(people=3, walks=10, seed=1)
    with pytest.raises(ValueError, match="n_splits=5 greater than the number of groups: 3"):
        next(GroupKFold(5).split(walks, groups=walks["person"]))


def test_scaling_outside_the_fold_leaks_little_and_in_no_one_direction():
    people = datasets.load_tug()
    three, score = ["tug", "steps", "step_frequency"], people["bbs"]
    gaps = []
    for columns in (three, [*three, "age", "py", "pz"]):
        model = KNeighborsRegressor(n_neighbors=3)
        scaled = StandardScaler().fit_transform(people[columns])
        outside = cross_val_predict(model, scaled, score, cv=LeaveOneOut())
        inside = cross_val_predict(make_pipeline(StandardScaler(), model), people[columns], score, cv=LeaveOneOut())
        gaps.append(np.abs(inside - score).mean() - np.abs(outside - score).mean())
    assert gaps[0] > 0 > gaps[1]
    assert np.abs(gaps).max() < 0.1


def test_some_programs_print_0_where_nobody_was_called_positive():
    low = datasets.load_tug()["y2"]
    assert precision_score(low, np.zeros(23), zero_division=0) == 0
    with pytest.raises(ValueError, match="ppv"):
        _ = checking.confusion(low, np.zeros(23)).ppv


def test_one_person_moved_changes_the_second_decimal_of_an_auc():
    people = datasets.load_tug()
    moved = people["steps"].copy()
    lowest = people.index[people["y2"] == 1][people.loc[people["y2"] == 1, "steps"].argmin()]
    moved[lowest] = moved.max()
    change = roc_auc_score(people["y2"], moved) - roc_auc_score(people["y2"], people["steps"])
    assert 0.05 < change < 1 / 6 + 1e-9  # one of six has at most a sixth of all pairs


def test_with_all_30_columns_nearly_every_answer_is_near_0_or_100_percent():
    lumps = load_breast_cancer()
    half, other, known, _ = train_test_split(
        lumps.data, lumps.target, test_size=0.5, random_state=0, stratify=lumps.target
    )
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(half, known)
    sure = model.predict_proba(other).max(axis=1)
    assert (sure > 0.95).mean() > 0.8
    few = load_breast_cancer(as_frame=True).data.filter(regex="texture|smoothness").columns
    assert len(few) == 6


def test_with_20_people_persons_drawn_hold_the_truth_in_about_9_of_10_studies_and_rows_in_about_half():
    walks = simulate.repeated_walks(people=100, walks=10, seed=1)
    training = walks.iloc[checking.split_by_person(walks["person"])[0]]
    tree = DecisionTreeRegressor(max_leaf_nodes=10, random_state=0).fit(training[FEATURES], training["bbs"])

    def misses(table):
        return np.abs(table["bbs"] - tree.predict(table[FEATURES])).to_numpy()

    truth = misses(simulate.repeated_walks(people=3000, walks=10, seed=77)).mean()
    held = {"rows": [], "persons": []}
    for seed in range(5000, 5200):
        study = simulate.repeated_walks(people=20, walks=10, seed=seed)
        for drawn, person in (("rows", None), ("persons", study["person"])):
            low, high = checking.bootstrap(np.mean, misses(study), person=person, repeats=200).interval
            held[drawn].append(low <= truth <= high)
    assert 0.85 < np.mean(held["persons"]) < 0.95
    assert 0.4 < np.mean(held["rows"]) < 0.65


def test_the_limits_of_too_few_are_those_of_the_page():
    assert (checking.LEAST_UNITS, checking.LEAST_EVENTS) == (10, 5)
    for page in PAGES:
        text = page.read_text(encoding="utf-8").split("(sec-checking-a-model-intervals)=")[1].split("```")[0]
        assert [number for number in re.findall(r"\d+", text) if number in {"10", "5"}] == ["10", "5"]


def test_any_two_of_the_23_training_sets_share_21_people():
    sets = [set(training) for training, _ in LeaveOneOut().split(np.zeros(23))]
    assert {len(one & two) for one in sets for two in sets if one != two} == {21}
