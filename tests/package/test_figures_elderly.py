"""The drawings of the tag: in the reader's language, called simulated where they are."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language, simulate, tags
from introdl.figures import activity_counts, leaning, night_timeline, tag_scores, trial_in_time

ANGLES = {"walking": 10, "on bed": 20, "on chair": 32, "lying": 85}
COUNTS = pd.DataFrame([[5, 1], [2, 3]], index=["lying", "walking"], columns=["lying", "walking"])
Y, TRIAL = ["lying", "walking"] * 12, [at // 2 for at in range(24)]


def scores():
    return tag_scores({"always": tags.judged(Y, ["lying"] * 24, TRIAL), "sequence": tags.judged(Y, Y, TRIAL)})


def trial():
    return trial_in_time(simulate.tag_readings(people=1, trials=1, seed=0))


def night():
    readings, truth = simulate.tag_night(seed=0)
    cut = tags.windows(readings, seconds=60)
    decided = cut[["start", "end"]].assign(answer=cut["activity"], reason="")
    decided.loc[cut["readings"] == 0, "reason"] = "silent"
    return night_timeline(truth, decided)


DRAWINGS = [lambda: leaning(ANGLES), trial, scores, lambda: activity_counts(COUNTS), night]


@pytest.mark.parametrize("draw", DRAWINGS, ids=["leaning", "trial", "scores", "counts", "night"])
def test_every_drawing_is_described_in_both_languages(draw):
    assert_described_in_both_languages(draw)


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("draw", DRAWINGS[1:], ids=["trial", "scores", "counts", "night"])
def test_every_drawing_of_simulated_people_says_so(draw, code):
    assert_labels_are_drawn(draw, ["elderly.simulated"], code)


def test_real_counts_are_not_called_simulated():
    language.use("en")
    assert not any("simulated" in text for text in texts(activity_counts(COUNTS, simulated=False)))


def test_the_night_tells_how_many_windows_are_left_for_a_person():
    language.use("en")
    assert "Out of room: 2 times" in night().alt


@pytest.mark.parametrize("counts", [COUNTS - 3, COUNTS.iloc[:0]])
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="counts must hold"):
        activity_counts(counts)


def test_a_reason_that_is_unknown_is_refused():
    _, truth = simulate.tag_night(seed=0)
    decided = pd.DataFrame({"start": [0], "end": [10], "answer": ["lying"], "reason": ["tired"]})
    with pytest.raises(ValueError, match="reason must be empty, unsure or silent"):
        night_timeline(truth, decided)
