"""An answer is right, not yet given, or the mistake it looks like; no answer breaks the page."""

import importlib.util
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl import exercises, language
from introdl.exercises import Exercise, Verdict, all_exercises, check

SQUARE = [[1.0, 2.0], [3.0, 5.0]]


@pytest.fixture
def judge(monkeypatch):
    """Check an answer against an exercise made up for the test."""

    def judged(exercise, answer):
        monkeypatch.setattr(exercises, "all_exercises", lambda: {"ex-test-1": exercise})
        return check("ex-test-1", answer).kind

    return judged


def test_nothing_is_not_answered_yet(judge):
    assert judge(Exercise(right=3.0), None) == "unanswered"
    assert judge(Exercise(right="column"), "  ") == "unanswered"


@pytest.mark.parametrize("answer", [SQUARE, np.array(SQUARE), np.array(SQUARE, dtype="float32"), pd.DataFrame(SQUARE)])
def test_the_same_numbers_are_right_in_whatever_they_come(judge, answer):
    assert judge(Exercise(right=SQUARE), answer) == "right"


@pytest.mark.torch
def test_a_tensor_is_right_with_its_gradient_still_attached(judge):
    import torch

    answer = torch.tensor(SQUARE, requires_grad=True) * 1
    assert judge(Exercise(right=SQUARE), answer) == "right"


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", "int64"])
def test_a_tensor_of_any_type_of_number_is_read(judge, dtype):
    import torch

    assert judge(Exercise(right=[1, 2]), torch.tensor([1, 2], dtype=getattr(torch, dtype))) == "right"


@pytest.mark.torch
def test_what_torch_itself_refuses_is_told_to_be_no_number(judge):
    import torch

    for answer in (torch.nn.Linear, torch.Tensor, torch.empty(2, device="meta"), torch.tensor([1j, 2])):
        assert judge(Exercise(right=[1.0, 2.0]), answer) == "wrong-type"


class Hostile:
    """Raises at whatever is done to it."""

    def __array__(self, *arguments, **options):
        raise ZeroDivisionError

    def __getattr__(self, name):
        raise KeyError(name)


def test_an_answer_that_raises_at_every_touch_is_told_to_be_no_number(judge):
    assert judge(Exercise(right=3.0), Hostile()) == "wrong-type"


def test_fractions_and_columns_named_like_methods_are_read(judge):
    assert judge(Exercise(right=[0.5, 2]), [Fraction(1, 2), Decimal(2)]) == "right"
    assert judge(Exercise(right=[[1.0, 2.0]]), pd.DataFrame({"cpu": [1.0], "detach": [2.0]})) == "right"


def test_one_number_may_come_with_or_without_brackets(judge):
    assert judge(Exercise(right=2.5), [[2.5]]) == "right"
    assert judge(Exercise(right=[[2.5]]), 2.5) == "right"


def test_a_registered_mistake_is_named(judge):
    exercise = Exercise(right=6.0, mistakes={"mean-for-sum": 2.0, "bias-forgotten": 5.0})
    assert [judge(exercise, answer) for answer in (2.0, 5.0, 4.0)] == ["mean-for-sum", "bias-forgotten", "wrong"]


def test_a_transposed_answer_is_named_even_where_the_shape_fits(judge):
    assert judge(Exercise(right=SQUARE), np.array(SQUARE).T) == "transposed"
    assert judge(Exercise(right=[[1, 2, 3], [4, 5, 6]]), [[1, 4], [2, 5], [3, 6]]) == "transposed"


def test_a_wrong_sign_is_named_and_zero_has_none(judge):
    assert judge(Exercise(right=SQUARE), -np.array(SQUARE)) == "wrong-sign"
    assert judge(Exercise(right=0.0), 0.0) == "right"


def test_a_wrong_shape_says_what_was_expected_and_what_came(monkeypatch):
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"ex-test-1": Exercise(right=[1.0, 2.0, 3.0])})
    verdict = check("ex-test-1", [[1.0, 2.0]])
    assert verdict.kind == "wrong-shape"
    assert verdict.message == "Expected an array of shape (3,), got an array of shape (1, 2)."


@pytest.mark.parametrize("answer", ["3", {"a": 3}, object(), 1 + 2j, [[1], [1, 2]], [None, 2], print, {3}])
def test_what_is_no_number_is_told_so_and_does_not_raise(judge, answer):
    assert judge(Exercise(right=3.0), answer) == "wrong-type"


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), [[1.0, 2.0], [3.0, float("nan")]]])
def test_nan_and_inf_are_told_apart_from_a_wrong_number(judge, answer):
    assert judge(Exercise(right=SQUARE), answer) == "not-finite"


def test_a_choice_ignores_case_and_spaces(judge):
    exercise = Exercise(right="column", mistakes={"transposed": "row"})
    assert judge(exercise, " Column ") == "right"
    assert judge(exercise, "ROW") == "transposed"
    assert judge(exercise, "diagonal") == "wrong"
    assert judge(exercise, 3) == "wrong-type"


@given(st.floats(-1e6, 1e6).filter(lambda number: abs(number) > 1e-2))
def test_the_right_number_is_right_and_its_negative_a_wrong_sign(number):
    exercise = Exercise(right=number)
    assert exercises._judge(exercise, number)[0] == "right"
    assert exercises._judge(exercise, -number)[0] == "wrong-sign"


def test_a_verdict_shows_as_its_message():
    verdict = Verdict("ex-test-1", "right", "Right.")
    assert repr(verdict) == "Right."
    assert verdict.right
    assert not Verdict("ex-test-1", "wrong", "No.").right


def test_the_message_is_in_the_readers_language(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "zh-TW")
    label = next(iter(all_exercises()))
    assert repr(check(label, None)) == "還沒有作答。"


def test_a_page_may_have_its_own_words_for_a_mistake_that_others_know_too(monkeypatch):
    monkeypatch.setattr(exercises, "all_exercises", lambda: {f"ex-{page}-1": Exercise(1.0) for page in ("one", "two")})
    monkeypatch.setattr(language, "_chosen", "en")
    table = {"exercises": {"wrong": {"en": "No."}}, "exercises-one": {"wrong": {"en": "Not on this page."}}}
    monkeypatch.setattr(exercises, "known", lambda key: key == "exercises-one.wrong")
    monkeypatch.setattr(language, "_table", table.__getitem__)
    assert [check(f"ex-{page}-1", 2.0).message for page in ("one", "two")] == ["Not on this page.", "No."]


def test_an_unknown_label_names_the_nearest():
    label = next(iter(all_exercises()))
    with pytest.raises(ValueError, match=f"did you mean '{label}'"):
        check(label + "x", 1)


@pytest.mark.parametrize("label", all_exercises())
def test_every_exercise_knows_its_answer_and_has_words_for_each_mistake(label):
    exercise = all_exercises()[label]
    assert exercises._judge(exercise, exercise.right)[0] == "right"
    for kind, mistaken in exercise.mistakes.items():
        assert exercises._judge(exercise, mistaken)[0] == kind
        assert check(label, mistaken).message


def test_every_module_of_exercises_is_named_after_a_page():
    for label in all_exercises():
        page = exercises.page_of(label)
        assert importlib.util.find_spec(f"introdl.exercises.{page.replace('-', '_')}") is not None


@pytest.mark.parametrize("label", all_exercises())
def test_no_mistake_of_any_page_is_taken_for_the_right_answer_or_for_another(label):
    exercise = all_exercises()[label]
    assert [check(label, mistaken).kind for mistaken in exercise.mistakes.values()] == list(exercise.mistakes)
    assert check(label, exercise.right).right
