"""The drawings of who decides: in the reader's language, called simulated, told apart without colour."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language
from introdl.checking import wilson
from introdl.figures import per_hundred, queues, three_steps, who_decides

PARTS = pd.DataFrame({"torque": [30.0, 40, 60], "tool_wear": [10, 50, 200], "failed": [0, 0, 1]})
COUNTS = {"fine": 80, "fails": 5, "disagree": 4, "never seen": 11}
ALONE = {"handed-over": (0, 100), "missed": (4, 100), "false-alarm": (5, 100)}
STEPS = {"handed-over": (12, 100), "missed": (1, 100), "false-alarm": (3, 100)}


def rule(torque, wear):
    if torque > 60:
        return "never seen"
    if wear > 180:
        return "fails" if torque > 50 else "disagree"
    return "fine"


def plane(**changes):
    values = {"parts": PARTS, "decide": rule, "walked": {"A": (45, 60), "D": (72, 30)}}
    return who_decides(**(values | changes))


def steps(**changes):
    return three_steps(COUNTS | changes)


def hundred(**changes):
    return per_hundred(**({"ways": {"line-alone": ALONE, "three-steps": STEPS}} | changes))


def waiting(**changes):
    return queues(**({"waiting": {12: [0, 1, 2, 1], 50: [0, 0, 1, 0]}, "batch": (1, 2)} | changes))


DRAWINGS = {
    "plane": (
        plane,
        ["handover.fine", "handover.fails", "handover.disagree", "handover.never-seen", "handover.had-failed"],
    ),
    "parts": (lambda: who_decides(PARTS), ["handover.torque", "handover.wear", "handover.was-fine"]),
    "hundred": (
        hundred,
        ["handover.line-alone", "handover.three-steps", "handover.missed", "handover.false-alarm"],
    ),
    "queues": (waiting, ["handover.part-number", "handover.waiting"]),
    "steps": (steps, []),
}


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_the_labels_are_drawn_in_the_reader_s_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_says_that_it_is_simulated(name, code):
    language.use(code)
    drawing = DRAWINGS[name][0]()
    assert language.label("handover.simulated") in texts(drawing)
    assert drawing.alt.endswith(language.label("handover.simulated-alt"))


def test_every_region_but_the_plain_one_has_its_own_hatching():
    hatches = {text for collection in plane().figure.axes[0].collections for text in getattr(collection, "hatches", [])}
    assert len({hatch for hatch in hatches if hatch}) == 3


def test_the_description_tells_what_is_decided_for_each_letter():
    alt = plane().alt
    assert "3 simulated parts by torque and tool wear, of which 1 failed." in alt
    assert "Part A at 45 Nm and 60 min: both say: fine. Part D at 72 Nm and 30 min: never seen." in alt


def test_only_regions_that_occur_are_named():
    drawing = plane(decide=lambda torque, wear: "fine", walked=None)
    shown = texts(drawing)
    assert "both say: fine" in shown
    assert "never seen" not in shown


def test_each_part_is_a_mark_and_failed_ones_are_crosses():
    fine, failed, *_ = who_decides(PARTS).figure.axes[0].collections
    assert fine.get_offsets().tolist() == [[30, 10], [40, 50]]
    assert failed.get_offsets().tolist() == [[60, 200]]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"parts": PARTS.drop(columns="failed")}, ValueError, "got none called failed"),
        ({"parts": [1, 2]}, ValueError, "must be a table with the columns"),
        ({"parts": PARTS.assign(failed=[0, 1, 2])}, ValueError, "failed must hold 0 and 1 only"),
        ({"parts": PARTS.assign(torque=float("nan"))}, ValueError, "torque must hold finite numbers"),
        ({"parts": PARTS.head(0)}, ValueError, "at least one number"),
        ({"decide": lambda torque, wear: None}, ValueError, "decide must return one of fine, fails, .*got None"),
        ({"decide": lambda torque, wear: "good"}, ValueError, "got 'good'"),
        ({"decide": lambda torque, wear: 1}, ValueError, "decide must return one of"),
        ({"walked": {"A": (5, 60)}}, ValueError, "torque from 20 to 85 Nm"),
        ({"walked": {"A": (45, float("nan"))}}, ValueError, r"walked\['A'\] must be a torque"),
        ({"walked": {"A": (45, 60, 1)}}, ValueError, r"walked\['A'\] must be a torque"),
        ({"walked": {"A": "here"}}, TypeError, r"walked\['A'\] must hold real numbers"),
    ],
)
def test_a_plane_that_cannot_be_drawn_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        plane(**changes)


def test_what_the_plane_shows_leaves_the_table_as_it_was():
    before = PARTS.copy()
    plane()
    assert PARTS.equals(before)


def test_the_numbers_of_the_three_steps_add_up():
    shown = " ".join(texts(steps()))
    for text in (
        "100 parts",
        "yes: 89",
        "no: 11",
        "yes: 85",
        "no: 4",
        "15 parts",
        "answered: 85 parts",
        "80 fine, 5 fail",
    ):
        assert text in shown


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ({"fine": 80, "fails": 5, "disagree": 4}, ValueError, "counts must be given for fine, fails"),
        (COUNTS | {"handed over": 1}, ValueError, "got .*handed over"),
        (COUNTS | {"fine": -1}, ValueError, "must be at least 0, got -1"),
        (COUNTS | {"fine": 1.5}, TypeError, "must be a whole number"),
    ],
)
def test_counts_that_cannot_be_drawn_are_refused(counts, error, message):
    with pytest.raises(error, match=message):
        three_steps(counts)


def test_every_outcome_stands_with_wilson_s_interval():
    drawing = hundred()
    bars = [line.get_xdata() for line in drawing.figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert len(bars) == 6
    assert [end / 100 for end in bars[1]] == pytest.approx(wilson(12, 100))
    assert "the three steps 12.0, interval 7.0 to 19.8" in drawing.alt


def test_a_way_of_one_s_own_is_shown_by_its_name():
    assert "my way" in texts(per_hundred({"my way": ALONE}))


@pytest.mark.parametrize(
    ("ways", "message"),
    [
        ({}, "at least one way"),
        ({"line-alone": {"missed": (1, 2)}}, "must hold handed-over, missed, false-alarm, got missed"),
        ({"line-alone": ALONE | {"missed": (101, 100)}}, "right must be at most n = 100"),
        ({"line-alone": ALONE | {"missed": (0, 0)}}, "n must be at least 1"),
    ],
)
def test_ways_that_cannot_be_drawn_are_refused(ways, message):
    with pytest.raises(ValueError, match=message):
        per_hundred(ways)


def test_the_queue_is_described_by_its_longest_and_its_end():
    alt = waiting().alt
    assert "over 4 simulated parts made; parts 1 to 2 are of harder steel" in alt
    assert "A person who can look at 12 of 100 has at most 2 waiting, and 1 at the end." in alt


def test_nobody_waiting_can_be_drawn():
    assert waiting(waiting={100: [0, 0, 0]}).figure.axes[0].get_ylim() == (0, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"waiting": {}}, "1 to 4 queues, got 0"),
        ({"waiting": {12: [0, 1], 50: [0]}}, "must hold 2 lengths"),
        ({"waiting": {12: [0, -1]}}, "none of them negative"),
        ({"waiting": {12: []}}, "at least one number"),
        ({"batch": (2, 2)}, "batch must lie within the 4 parts"),
        ({"batch": (1, 5)}, "batch must lie within the 4 parts"),
    ],
)
def test_queues_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        waiting(**changes)
