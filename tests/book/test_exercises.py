"""Every exercise of every page, in both languages: its stub, its solution, and the mistakes it can name."""

import re
import tempfile

import pytest
from bookbuild.languages import LANGUAGES, ROOT, pages
from introdl import exercises, language

CELL = re.compile(r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(code, page):
    return (ROOT / "book" / code / f"{page}.md").read_text(encoding="utf-8")


WITH_EXERCISES = [page for page in pages() if "{exercise-start}" in text_of("en", page)]


def labels_of(page):
    return re.findall(r"^:label: (ex-\S+)$", text_of("en", page), re.MULTILINE)


@pytest.fixture(scope="module", params=[(code, page) for page in WITH_EXERCISES for code in LANGUAGES], ids="/".join)
def run(request):
    """Run the cells of a page from the first to the last, as *Run all* does, and return what was checked and found."""
    code, page = request.param
    found = []
    check = exercises.check
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "_chosen", code)
        patch.setattr(exercises, "check", lambda label, answer: found.append(check(label, answer)) or found[-1])
        namespace = {"__name__": "__main__"}
        for number, cell in enumerate(CELL.findall(text_of(code, page)), start=1):
            exec(compile(cell, f"{code}/{page}.md, cell {number}", "exec"), namespace)
    for value in namespace.values():  # a page's temporary folder goes when its kernel ends
        if isinstance(value, tempfile.TemporaryDirectory):
            value.cleanup()
    return code, page, found


@pytest.mark.torch
def test_each_exercise_is_first_not_answered_and_then_solved(run):
    _, page, found = run
    kinds = {label: [verdict.kind for verdict in found if verdict.label == label] for label in labels_of(page)}
    assert kinds == {label: ["unanswered", "right"] for label in labels_of(page)}


@pytest.mark.torch
def test_what_the_stub_says_is_in_the_language_of_the_page(run):
    code, _, found = run
    said = {verdict.message for verdict in found if verdict.kind == "unanswered"}
    assert said == {"Not answered yet." if code == "en" else "還沒有作答。"}


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_the_registry_and_the_page_hold_the_same_exercises(page):
    registered = [label for label in exercises.all_exercises() if label.rpartition("-")[0] == f"ex-{page}"]
    assert sorted(registered) == sorted(labels_of(page))
    assert len(registered) >= 5


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("label", exercises.all_exercises())
def test_each_exercise_names_two_typical_mistakes_in_words_of_its_own(label, code, monkeypatch):
    monkeypatch.setattr(language, "_chosen", code)
    mistakes = exercises.all_exercises()[label].mistakes
    said = {exercises.check(label, answer).message for answer in mistakes.values()}
    plain = {language.label(f"exercises.{kind}") for kind in ("right", "wrong", "unanswered")}
    assert len(said) == len(mistakes) >= 2
    assert not said & plain


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_a_page_climbs_three_rungs_and_leaves_room_to_write(page):
    english = text_of("en", page)
    rungs = re.findall(r"\{exercise-start\} (Predict|Change|Build)\b", english)
    assert len(rungs) == len(labels_of(page))
    assert set(rungs) == {"Predict", "Change", "Build"}
    assert english.count("# your code here") >= sum(rung != "Predict" for rung in rungs)
