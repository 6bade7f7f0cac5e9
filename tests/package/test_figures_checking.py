"""The drawings of the checking chapter: in the reader's language, with numbers worked out from the data by hand."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import datasets, figures, language
from introdl.checking import Confusion, Interval, wilson
from sklearn.metrics import roc_auc_score, roc_curve

SVG = "{http://www.w3.org/2000/svg}"
INF = float("inf")
PEOPLE = pd.DataFrame({"tug": [8, 10, 20, 30], "bbs": [26, 24, 12, 10]})


class Constant:
    """A model that answers one number."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, table):
        return np.full(len(table), self.answer)


def staircases():
    return figures.staircases(PEOPLE[:3], PEOPLE[3:], {2: Constant(20), 5: Constant(24)})


def flexibility():
    return figures.flexibility([2, 5, 40], [[3, 2, 0], [3, 2, 1]], [[4, 2, 5], [4, 3, 5]])


def by_rounds():
    return figures.who_is_held_out([[True, False, False], [False, True, False]])


def by_person():
    masks = {"rows": [True, False, False, True], "persons": [True, True, False, False]}
    return figures.who_is_held_out(masks, ["a", "a", "b", "b"])


def how_often():
    return figures.how_often_right({"outside": [36, 38], "inside": [19, 22]}, n=40)


def thousand():
    return figures.thousand_people([Confusion(891, 99, 1, 9), Confusion(810, 90, 10, 90)])


def roc():
    return figures.roc([0, 0, 1], [0, 0.5, 1], [INF, 14, 8], marked=14)


def calibration():
    p = np.array([0.1, 0.1, 0.9, 0.9])
    return figures.calibration([0, 0, 1, 0], {"modest": p, "boastful": p**3})


def intervals():
    ends = [Interval(1.9, 2.2), Interval(2.1, 2.4), Interval(1.0, 1.9)]
    return figures.repeated_intervals(2.0, {"rows": ends, "persons": ends[:1]})


DRAWINGS = {
    "staircases": (staircases, ["people.seconds", "people.points"]),
    "flexibility": (flexibility, ["checking.leaves-at-most", "checking.mae", "checking.people-trained"]),
    "rounds": (by_rounds, ["checking.squares"]),
    "persons": (by_person, ["checking.split-rows", "checking.split-persons", "checking.squares-person"]),
    "how often": (how_often, ["checking.times", "checking.guessing"]),
    "thousand": (thousand, []),
    "roc": (roc, ["checking.false-alarms", "checking.sensitivity"]),
    "calibration": (calibration, ["checking.happened", "checking.promised", "checking.model-modest"]),
    "intervals": (intervals, ["checking.mae", "checking.study"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_the_readers_language(name):
    draw, _ = DRAWINGS[name]
    assert_described_in_both_languages(draw)


def test_the_errors_of_a_tree_are_worked_out_for_both_groups():
    two, five = staircases().frames
    # 20 against 26, 24, 12: 6, 4, 8; against 10: 10
    assert "trained on are missed by 6.00 points; the 1 held out by 10.00 points" in two.alt
    assert "● trained on: error 6.00 points" in texts(two)
    # 24 against 26, 24, 12: 2, 0, 12; against 10: 14
    assert "□ held out: error 14.00 points" in texts(five)
    assert staircases().names == ["2", "5"]


def test_the_frames_of_the_trees_share_their_axes():
    one, two = (frame.figure.axes[0] for frame in staircases().frames)
    assert one.get_xlim() == two.get_xlim()
    assert one.get_ylim() == two.get_ylim()


def test_training_error_and_held_out_error_are_means_over_the_tables():
    alt = flexibility().alt
    said = ["over 2 tables", "falls from 3.00 with 2 leaves to 0.50 with 40", "smallest with 5 leaves (2.50), and 5.00"]
    assert [words for words in said if words not in alt] == []


def test_a_tree_size_a_column():
    with pytest.raises(ValueError, match=r"shape \(tables, 2\), got \[\(2, 3\)\]"):
        figures.flexibility([2, 5], np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="shape"):
        figures.flexibility([2, 5, 9], np.ones((2, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="held_out must hold finite numbers"):
        figures.flexibility([2], [[1.0]], [[float("nan")]])


def test_who_judges_has_taught_is_counted_in_persons():
    rows, persons = by_person().alt.split(" By person:")
    assert "By row: 2 held out, 2 train the model. Persons on both sides: 2." in rows
    assert "2 held out, 2 train the model. Persons on both sides: 0." in persons


def test_rounds_are_numbered_from_1():
    assert [text for text in texts(by_rounds()) if text.startswith("Round")] == ["Round 1", "Round 2"]


@pytest.mark.parametrize(
    ("rounds", "person"),
    [([], None), ([[True], [True, False]], None), ([[True, False]], ["a"]), ([[]], None)],
)
def test_masks_of_different_lengths_are_refused(rounds, person):
    with pytest.raises(ValueError, match="masks of one length"):
        figures.who_is_held_out(rounds, person)


def test_counts_are_drawn_with_their_mean_and_range():
    alt = how_often().alt
    assert "guessing gets 20" in alt
    assert "Selected before the folds: mean 37.0, from 36 to 38, in 2 experiments" in alt
    assert "Selected inside each fold: mean 20.5" in alt
    assert "Selected inside each fold: mean 20.5" in texts(how_often())


def test_every_experiment_is_in_a_bar():
    counts = np.random.default_rng(0).integers(3, 38, 50)
    ax = figures.how_often_right({"inside": counts}, n=40).figure.axes[0]
    assert sum(bar.get_height() for bar in ax.patches) == 50


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="inside must hold counts between 0 and n = 40, got 3 to 41"):
        figures.how_often_right({"inside": [3, 41]}, n=40)
    with pytest.raises(ValueError, match="at least one way"):
        figures.how_often_right({}, n=40)


def test_a_mark_for_each_of_a_thousand_people():
    for frame in thousand().frames:
        marks = [len(cloud.get_offsets()) for cloud in frame.figure.axes[0].collections]
        assert sum(marks) == 1000
    places = np.vstack([cloud.get_offsets() for cloud in thousand().frames[0].figure.axes[0].collections])
    assert len(np.unique(places, axis=0)) == 1000


def test_the_share_of_the_positive_is_written_out():
    one, ten = thousand().frames
    assert "9 of 108 positive have it: 8%" in texts(one)
    assert "90 of 180 positive have it: 50%" in texts(ten)
    assert thousand().names == ["1%", "10%"]
    assert "1000 people, 100 of them with the condition" in ten.alt


def test_crowds_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="1 to 2000 people to draw, got 3000"):
        figures.thousand_people([Confusion(1000, 1000, 500, 500)] * 2)
    with pytest.raises(ValueError, match="1 to 2000 people to draw, got 0"):
        figures.thousand_people([Confusion(0, 0, 0, 0)] * 2)
    with pytest.raises(ValueError, match="ppv is a share of those called positive"):
        figures.thousand_people([Confusion(10, 0, 1, 0)] * 2)


def test_the_area_under_the_staircase_is_scikit_learns():
    people = datasets.load_tug()
    curve = roc_curve(people["y2"], people["tug"], drop_intermediate=False)
    drawing = figures.roc(*curve, marked=14)
    area = roc_auc_score(people["y2"], people["tug"])
    assert f"area: {area:.2f}" in texts(drawing)
    assert "At 14 s or more: sensitivity 0.67, false alarms 0.18" in drawing.alt


def test_a_threshold_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="marked must be one of the thresholds"):
        figures.roc([0, 1], [0, 1], [INF, 8], marked=14)
    with pytest.raises(ValueError, match="three arrays of one length, got 2, 2, 1"):
        figures.roc([0, 1], [0, 1], [8], marked=8)


def test_promises_are_grouped_and_compared():
    p = np.r_[np.full(10, 0.1), np.full(10, 0.5), np.full(20, 0.9)]
    y = np.r_[np.zeros(9), 1, np.zeros(4), np.ones(6), np.ones(18), np.zeros(2)]
    drawing = figures.calibration(y, {"modest": p})
    assert "promised 10%, happened 10% (10 people); promised 50%, happened 60% (10 people)" in drawing.alt
    assert "promised 90%, happened 90% (20 people)" in drawing.alt
    bars = [line.get_ydata() for line in drawing.figure.axes[0].lines if len(line.get_ydata()) == 2][1:]
    np.testing.assert_allclose(bars, [100 * np.array(wilson(*at)) for at in ((1, 10), (6, 10), (18, 20))])


def test_a_probability_of_1_belongs_to_the_last_group():
    assert "promised 95%, happened 100% (2 people)" in figures.calibration([1, 1], {"modest": [0.9, 1.0]}).alt


@pytest.mark.parametrize(
    ("y", "p", "words"),
    [
        ([0, 1], [0.2, 1.2], "modest must hold probabilities between 0 and 1, got 0.2 to 1.2"),
        ([0, 1], [0.2], "same number of rows, got 2 and 1"),
        ([0, float("nan")], [0.2, 0.3], "y must hold finite numbers"),
        ([0, 0.5], [0.2, 0.3], "y must hold only 0 and 1, got 0.5"),
    ],
)
def test_what_is_no_probability_is_refused(y, p, words):
    with pytest.raises(ValueError, match=words):
        figures.calibration(y, {"modest": p})


@pytest.mark.torch
def test_tensors_are_drawn_like_arrays():
    import torch

    p = torch.tensor([0.25, 0.25, 0.75, 0.75], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0.0, 0.0, 1.0, 0.0], dtype=torch.float64)
    assert figures.calibration(y, {"modest": p}).alt == figures.calibration(y.tolist(), {"modest": p.tolist()}).alt


def test_intervals_that_miss_are_counted_and_crossed():
    drawing = intervals()
    assert "Rows drawn: 1 of 3 intervals hold the truth" in drawing.alt
    assert "Persons drawn: 1 of 1 intervals hold the truth" in drawing.alt
    crosses = [line for line in drawing.figure.axes[0].lines if line.get_marker() == "x"]
    assert [float(line.get_ydata()[0]) for line in crosses] == [2.1, 1.9]


def test_no_intervals_no_drawing():
    with pytest.raises(ValueError, match="at least one interval"):
        figures.repeated_intervals(2.0, {"rows": []})
    with pytest.raises(ValueError, match="at least one interval"):
        figures.repeated_intervals(2.0, {})


@pytest.mark.parametrize("table", [PEOPLE[["tug"]], PEOPLE[:0]])
def test_a_missing_column_and_an_empty_table_are_refused(table):
    with pytest.raises(ValueError, match="held_out must have the columns tug and bbs and at least one row"):
        figures.staircases(PEOPLE, table, {2: Constant(20), 5: Constant(20)})


def test_drawing_leaves_the_table_as_it_was():
    people = PEOPLE.copy()
    figures.staircases(people, people, {2: Constant(20), 5: Constant(20)})
    assert people.equals(PEOPLE)
