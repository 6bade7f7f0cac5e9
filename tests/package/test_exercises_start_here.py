"""The exercises of *Start here*: each right answer and each typical mistake, worked out here a second way.

The page's deliberate error is checked too: its message is the one Python gives.
"""

import re
from pathlib import Path

import pytest
from introdl import datasets, language
from introdl.exercises import check

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "book" / code / "start-here.md" for code in language.LANGUAGES]


def rows():
    """Return (seconds, points) of each person, as plain numbers."""
    people = datasets.load_tug()
    return [(int(seconds), int(points)) for seconds, points in zip(people["tug"], people["bbs"], strict=True)]


def kinds(label, answers):
    return [check(label, answer).kind for answer in answers]


def test_one_guess_for_everybody_at_11_seconds():
    points = sorted(p for seconds, p in rows() if seconds == 11)
    assert points == [20, 22, 24, 24, 26, 26, 26]
    best = min(max(abs(p - guess / 10) for p in points) for guess in range(0, 300))
    assert kinds("ex-start-here-1", [best, 6, 23]) == ["right", "range-for-half", "guess-for-miss"]


def test_the_best_flat_line_is_at_the_median():
    points = sorted(p for _, p in rows())
    total = {level: sum(abs(p - level) for p in points) for level in range(0, 60)}
    best = min(total, key=total.get)
    assert best == points[11]  # the 12th of 23
    assert kinds("ex-start-here-2", [best, int(sum(points) / 23), 24.5]) == ["right", "mean-for-median", "wrong"]


def test_a_slope_left_at_its_old_value_is_noticed():
    total = {level: sum(abs(p - (-0.5 * s + level)) for s, p in rows()) for level in range(0, 60)}
    assert check("ex-start-here-2", min(total, key=total.get)).kind == "slope-kept"


def test_the_width_of_an_interval_halves_with_four_times_the_people():
    answers = ["b", "B", " a", "c", "d", 0.5]
    wanted = ["right", "right", "square-root-forgotten", "sample-size-ignored", "wrong", "wrong-type"]
    assert kinds("ex-start-here-3", answers) == wanted


def test_the_dot_product_by_hand():
    assert check("ex-start-here-4", 4 * 2 + 5 * -1 + 1 * 3).right
    assert kinds("ex-start-here-4", [[8, -5, 3], 8 + 5 + 3, 4 + 5 + 1, (4 + 5 + 1) * (2 - 1 + 3)]) == [
        "not-added",
        "sign-dropped",
        "weights-forgotten",
        "added-before-multiplied",
    ]


def test_one_step_downhill_from_the_other_side():
    people = rows()
    mean_s, mean_p = (sum(values) / 23 for values in zip(*people, strict=True))

    def loss(slope):
        return sum((p - mean_p - slope * (s - mean_s)) ** 2 for s, p in people) / 23

    slope_of_loss = (loss(-1 + 1e-5) - loss(-1 - 1e-5)) / 2e-5  # finite differences instead of calculus
    place = -1 - 0.01 * slope_of_loss
    assert loss(place) < loss(-1)
    assert kinds("ex-start-here-5", [place, round(place, 3)]) == ["right", "right"]
    wrong = [-1 + 0.01 * slope_of_loss, -1 - slope_of_loss, -0.01 * slope_of_loss]
    assert kinds("ex-start-here-5", wrong) == ["uphill", "rate-forgotten", "step-for-place"]


def test_counting_the_large_misses():
    misses = [p - (-0.5 * s + 30) for s, p in rows()]
    assert check("ex-start-here-6", sum(abs(miss) > 3 for miss in misses)).right
    wrong = [sum(abs(m) >= 3 for m in misses), sum(m > 3 for m in misses), sum(m < -3 for m in misses)]
    assert kinds("ex-start-here-6", wrong) == ["limit-included", "sign-kept", "only-below"]


@pytest.mark.parametrize("page", PAGES, ids=language.LANGUAGES)
def test_the_deliberate_error_on_the_page_is_what_python_says(page):
    text = page.read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1]
    shown = re.search(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1].rstrip().splitlines()
    with pytest.raises(NameError) as caught:
        exec(compile(code, "cell", "exec"), {"slope": -0.5, "intercept": 30})
    assert shown[-1] == f"NameError: {caught.value}"

    arrows = [re.match(r"-+> (\d+) (.*)", line).groups() for line in shown if line.startswith("--")]
    path = [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == "cell"]
    assert [int(number) for number, _ in arrows] == path
    assert [line for _, line in arrows] == [code.splitlines()[number - 1] for number in path]
