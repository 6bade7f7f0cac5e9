"""The drawings of several processes: every word in the reader's language, every process there, no word cut."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn
from introdl import language
from introdl.figures import one_step, resumed

LOSSES = [3.0, 2.0, 1.5, 1.2]
TOLD = pd.DataFrame({"attempt": [0, 0, 1, 1], "epoch": [0, 1, 2, 3], "loss": LOSSES})


@pytest.mark.parametrize("code", ["en", "zh-TW"])
def test_every_word_is_drawn_in_the_readers_language(code):
    stages = ["processes.rows", "processes.copy", "processes.gradient", "processes.all-step"]
    assert_labels_are_drawn(one_step, stages, code)
    assert_labels_are_drawn(lambda: resumed(LOSSES, TOLD), ["processes.epoch", "processes.loss"], code)


def test_both_drawings_are_described_in_both_languages():
    assert_described_in_both_languages(one_step)
    assert_described_in_both_languages(lambda: resumed(LOSSES, TOLD))


def test_the_description_says_where_the_run_stopped_and_where_it_ended():
    language.use("en")
    told = resumed(LOSSES, TOLD).alt
    assert "up to epoch 1" in told
    assert "went on from epoch 2" in told
    assert "ends at 1.2000, the undisturbed run at 1.2000" in told


@pytest.mark.parametrize("count", [1, 5])
def test_too_few_and_too_many_processes_are_refused(count):
    with pytest.raises(ValueError, match="processes"):
        one_step(count)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (TOLD.drop(columns="loss"), "none called loss"),
        (TOLD.query("attempt == 0"), "must hold the attempts 0 and 1, got"),
        (None, "none called attempt"),
    ],
)
def test_a_run_that_was_not_disturbed_is_refused(told, words):
    with pytest.raises(ValueError, match=words):
        resumed(LOSSES, told)
