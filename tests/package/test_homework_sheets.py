"""The sheets to be done by hand: right in themselves, the same for ever, and every mistake on them can be told."""

import os
import subprocess
import sys
import tomllib
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import language
from introdl.homework import task as tasks
from introdl.homework.backpropagation import Backpropagation
from introdl.homework.descent import Descent
from introdl.homework.forward_pass import ForwardPass
from introdl.homework.grading import judge
from introdl.homework.markup import number as written
from introdl.homework.sheets import SHEETS, Student, paper
from introdl.homework.task import Numbers, drawn, made_throughout, solution

CODE = Path(tasks.__file__).parents[2]
SEEDS = [f"S{number:03}" for number in range(200)]
FEW = SEEDS[:25]

FROZEN_CODE = "TLWF"
FROZEN = {
    "n3": "0",
    "n4": "17",
    "n5": "15",
    "n6": "1.5",
    "n7": "17",
    "y": "−18",
    "step1_eA": "3",
    "step1_eB": "10",
    "step1_eC": "−4",
    "step1_dw": "48",
    "step1_db": "−18",
    "step1_w": "−5.8",
    "step1_b": "−0.2",
    "step2_eA": "−8.4",
    "step2_eB": "3.4",
    "step2_eC": "3.8",
    "step2_dw": "−42",
    "step2_db": "2.4",
    "step2_w": "−1.6",
    "step2_b": "−0.44",
}

FROZEN_BACKWARD_CODE = "BZRF"
FROZEN_BACKWARD = {
    "back_n3": "2",
    "back_n4": "0",
    "back_y": "−3",
    "back_dy": "10",
    "back_dw3y": "20",
    "back_dw4y": "0",
    "back_dby": "10",
    "back_delta3": "5",
    "back_delta4": "0",
    "back_dw13": "−20",
    "back_dw23": "15",
    "back_dw14": "0",
    "back_dw24": "0",
    "back_new_w3y": "−1.5",
    "back_new_w4y": "−0.5",
    "back_new_w13": "1",
    "back_new_w14": "3",
}


@cache
def papers():
    return {seed: paper(Student(seed), term="test") for seed in SEEDS}


def forward_by_loops(task):
    """Run the network one product after the other."""
    values = {"x1": task.inputs[0], "x2": task.inputs[1]}
    layers = [["x1", "x2"], ["n3", "n4", "n5"], ["n6", "n7"], ["y"]]
    for (weights, biases), before, after in zip(task.layers, layers[:-1], layers[1:], strict=True):
        for row, bias, name in zip(weights, biases, after, strict=True):
            total = bias
            for weight, source in zip(row, before, strict=True):
                total += weight * values[source]
            values[name] = total if name == "y" or total > 0 else Fraction(0)
    return {name: value for name, value in values.items() if name[0] != "x"}


def answers_of(asked, values):
    return {name: [str(float(value))] for name, value in values.items() if name in asked.fields}


def kinds(asked, values):
    return {name: judged.kind for name, judged in judge(asked, answers_of(asked, values)).items()}


def with_slip(asked, slipped, wrong):
    """Return the numbers of a student who writes one wrong number and works on from it without another mistake."""
    values = {}
    for name, field in asked.fields.items():
        values[name] = wrong if name == slipped else field.right(values)
    return values


# -- right, and the same for ever --------------------------------------------------------------------------------


def test_the_key_of_200_networks_is_what_loops_give():
    for seed, asked in papers().items():
        assert forward_by_loops(asked.tasks[0]).items() <= asked.solution.items(), seed


@pytest.mark.torch
def test_the_key_of_200_networks_is_what_pytorch_gives():
    import torch

    for seed, asked in papers().items():
        values = torch.tensor([[float(x) for x in asked.tasks[0].inputs]], dtype=torch.float64)
        outputs = []
        for number, (weights, biases) in enumerate(asked.tasks[0].layers):
            weight = torch.tensor([[float(w) for w in row] for row in weights], dtype=torch.float64)
            bias = torch.tensor([float(b) for b in biases], dtype=torch.float64)
            values = torch.nn.functional.linear(values, weight, bias)
            values = values if number == 2 else torch.relu(values)
            outputs += values[0].tolist()
        assert outputs == [float(asked.solution[name]) for name in ("n3", "n4", "n5", "n6", "n7", "y")], seed


@pytest.mark.torch
def test_the_key_of_200_descents_is_what_autograd_gives():
    import torch

    for seed, asked in papers().items():
        task = asked.tasks[1]
        x, y = (torch.tensor([float(v) for v in values], dtype=torch.float64) for values in (task.x, task.y))
        w, b = (torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in task.start)
        losses = []
        for step in ("step1", "step2"):
            residuals = y - (w * x + b)
            loss = (residuals**2).sum()
            losses.append(loss.item())
            dw, db = torch.autograd.grad(loss, (w, b))
            w, b = ((p - float(task.rate) * d).detach().requires_grad_() for p, d in ((w, dw), (b, db)))
            found = [*residuals.tolist(), dw.item(), db.item(), w.item(), b.item()]
            names = [f"{step}_{name}" for name in ("eA", "eB", "eC", "dw", "db", "w", "b")]
            assert found == pytest.approx([float(asked.solution[name]) for name in names], abs=1e-9), seed
        losses.append(((y - (w * x + b)) ** 2).sum().item())
        assert losses == sorted(losses, reverse=True), seed


@pytest.mark.torch
def test_the_key_of_200_backward_passes_is_what_autograd_gives():
    import torch

    def tensor(numbers):
        return torch.tensor([float(number) for number in numbers], dtype=torch.float64, requires_grad=True)

    for seed, asked in papers().items():
        task = asked.tasks[2]
        rows, biases = [tensor(row) for row in task.weights], tensor(task.biases)
        last, last_bias = tensor(task.last), tensor([task.last_bias])
        sums = torch.stack([row @ tensor(task.inputs) for row in rows]) + biases
        hidden = torch.relu(sums)
        output = last @ hidden + last_bias[0]
        loss = (output - float(task.target)) ** 2
        slopes = torch.autograd.grad(loss, [output, last, last_bias, sums, *rows])
        found = [*hidden.tolist(), output.item()]
        found += [number for slope in slopes for number in slope.reshape(-1).tolist()]
        found += (last - float(task.rate) * slopes[1]).tolist()
        found += [(row - float(task.rate) * slope)[0].item() for row, slope in zip(rows, slopes[4:], strict=True)]
        named = [field.name for field in task.fields]
        assert found == pytest.approx([float(asked.solution[name]) for name in named], abs=1e-9), seed


def test_just_one_neuron_of_the_backward_pass_is_off_now_this_one_now_that():
    off = [[asked.solution[f"back_n{name}"] == 0 for name in "34"] for asked in papers().values()]
    assert all(sum(pair) == 1 for pair in off)
    assert 50 < sum(pair[0] for pair in off) < 150


def test_a_pencil_can_do_it():
    for seed, asked in papers().items():
        forward, descent, backward = asked.tasks
        given = [*forward.inputs, *(w for rows, _ in forward.layers for row in rows for w in row)]
        given += [b for _, biases in forward.layers for b in biases]
        given += [*backward.inputs, *(w for row in backward.weights for w in row), *backward.biases]
        given += [*backward.last, backward.last_bias]
        assert all(2 * number == int(2 * number) and abs(number) <= 5 for number in given), seed
        assert abs(backward.target) <= 8, seed
        assert all(number == int(number) for number in (*backward.inputs, *backward.biases, backward.target)), seed
        assert all(number == int(number) for number in (*descent.x, *descent.y, *descent.start)), seed
        decimals = [len(written(value).partition(".")[2]) for value in asked.solution.values()]
        assert max(decimals) <= 2, seed
        assert all(abs(value) <= 60 for value in asked.solution.values()), seed


def test_one_relu_cuts_and_the_output_is_negative_so_that_both_mistakes_with_relu_show():
    for asked in papers().values():
        values = [asked.solution[name] for name in ("n3", "n4", "n5", "n6", "n7")]
        assert values.count(0) == 1
        assert asked.solution["y"] < 0


def test_these_numbers_never_change():
    """If this fails, every student's sheet has changed: raise EDITION in sheets.py, and say so in the change log."""
    asked = paper(Student("B11012345"), ["forward-pass", "descent"], term="2026")
    assert asked.code == FROZEN_CODE
    assert {name: written(value) for name, value in asked.solution.items()} == FROZEN
    asked = paper(Student("B11012345"), ["backpropagation"], term="2026")
    assert asked.code == FROZEN_BACKWARD_CODE
    assert {name: written(value) for name, value in asked.solution.items()} == FROZEN_BACKWARD


def test_numbers_do_not_hang_on_pythons_own_hash():
    command = "from introdl.homework import *; p = paper(Student('7'), term='t'); print(p.code, p.tasks)"
    found = {
        subprocess.run(
            [sys.executable, "-c", command],
            env={**os.environ, "PYTHONPATH": str(CODE), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_students_differ_in_every_sheet():
    for place in range(len(SHEETS)):
        assert len({asked.tasks[place] for asked in papers().values()}) == len(papers())


@pytest.mark.parametrize("other", ["b101", "Ｂ101", " B101 "])
def test_one_number_in_another_spelling_is_one_student(other):
    assert paper(Student(other)).tasks == paper(Student("B101", "name")).tasks


def test_another_term_salt_or_number_gives_other_numbers_and_another_code():
    one = paper(Student("12"), term="a", salt="b")
    others = [
        paper(Student("12"), term="b", salt="b"),
        paper(Student("12"), term="a", salt="c"),
        paper(Student("12"), term="ab", salt=""),
        paper(Student("1"), term="2", salt="ab"),
    ]
    assert all(other.tasks != one.tasks and other.code != one.code for other in others)


def test_a_sheet_given_alone_has_the_numbers_it_has_among_others_and_a_code_of_its_own():
    all_of_them = papers()["S000"]
    for place, name in enumerate(SHEETS):
        alone = paper(Student("S000"), [name], term="test")
        assert alone.tasks == (all_of_them.tasks[place],)
        assert alone.code != all_of_them.code


@pytest.mark.parametrize("sheets", [[], ["backwards"], ["descent", "backwards"]])
def test_an_unknown_sheet_is_refused_by_name(sheets):
    with pytest.raises(
        ValueError, match=r"sheets must be some of forward-pass, descent, backpropagation, got (?:none|backwards)"
    ):
        paper(Student("1"), sheets)


def test_a_sheet_that_finds_no_numbers_says_so(monkeypatch):
    monkeypatch.setattr(tasks, "clear", lambda task: False)
    monkeypatch.setattr(tasks, "MOST_DRAWS", 3)
    with pytest.raises(RuntimeError, match="'descent' found no numbers that will do in 3 draws"):
        drawn(Descent, "1")


def test_choices_are_even_and_different_ones_are_different():
    numbers = Numbers("even")
    counts = [0] * 5
    for _ in range(5000):
        counts[numbers.choose(range(5))] += 1
    assert all(850 < count < 1150 for count in counts)
    assert all(len(set(numbers.choose_several("abcde", 3))) == 3 for _ in range(100))


# -- mistakes by hand --------------------------------------------------------------------------------------------

NETWORK = ForwardPass(
    (Fraction(1), Fraction(2)),
    (
        (((1, -1), (0, 2), (3, 1)), (4, -3, 2)),
        (((1, 2, 3), (-1, 0, 2)), (5, 6)),
        (((1, -2),), (7,)),
    ),
)
# n3 = 1 - 2 + 4 = 3, n4 = 4 - 3 = 1, n5 = 3 + 2 + 2 = 7
# n6 = 3 + 2 + 21 + 5 = 31, n7 = -3 + 14 + 6 = 17, y = 31 - 34 + 7 = 4
NETWORK_BY_HAND = {
    ("n3", "bias-forgotten"): [0],  # 1 - 2, cut off
    ("n4", "bias-forgotten"): [4],
    ("n4", "subscript-reversed"): [0],  # with w46 and w47: 2 - 3, cut off
    ("n5", "subscript-reversed"): [9],  # with w56 and w57: 3 + 4 + 2
    ("n3", "transposed"): [5],  # with w13 and w14: 1 + 4
    ("n4", "transposed"): [0],  # with w15 and w23: 3 - 2 - 3, cut off
    ("n7", "transposed"): [23],  # with w47, w56 and w57: 3 + 14 + 6
    ("n3", "wrong-sign"): [-3, 1, 7, 0],  # all of it, 1, -2, 4: the last is 3 - 8, cut off
    ("n3", "relu-forgotten"): [3],
    ("y", "bias-forgotten"): [-3],
    ("y", "wrong-sign"): [-4, -58, 72, -10],
    ("y", "relu-at-output"): [4],
}


def test_the_mistakes_in_a_network_by_hand():
    values = solution(NETWORK)
    fields = {field.name: field for field in NETWORK.fields}
    assert list(values.values()) == [3, 1, 7, 31, 17, 4]
    found = {(name, kind): list(fields[name].mistakes(values)[kind]) for name, kind in NETWORK_BY_HAND}
    assert found == NETWORK_BY_HAND


HALF = Fraction(1, 2)
BACK = Backpropagation(
    (1, 2), ((1, 1), (-1, -1)), (1, 1), (-HALF, 3 * HALF), Fraction(-1), Fraction(-2), Fraction(1, 10)
)
# n3 = 4, n4 = 0, y^ = -3; dy = 2 (-3 + 2) = -2; dw3y = -8, dw4y = 0; delta3 = 1, delta4 = 0; dw13 = 1, dw23 = 2
BACK_BY_HAND = {
    ("back_y", "relu-at-output"): [0],
    ("back_n4", "relu-forgotten"): [-2],
    ("back_dy", "wrong-sign"): [2],
    ("back_dy", "factor-forgotten"): [-1, 1],
    ("back_dy", "loss-for-slope"): [1],
    ("back_dw3y", "weight-for-value"): [1],
    ("back_dw4y", "neighbour"): [-8],
    ("back_dby", "bias-left-alone"): [0],
    ("back_delta3", "neighbour"): [-3],  # with w4y
    ("back_delta3", "weight-for-value"): [-8],  # with n3
    ("back_delta3", "new-weight-used"): [Fraction("-0.6")],  # w3y is 0.3 after its step
    ("back_delta4", "slope-of-relu-forgotten"): [-3],
    ("back_dw23", "neighbour"): [1],
    ("back_dw23", "link-missing"): [-4],
    ("back_dw14", "link-missing"): [-2],
    ("back_new_w3y", "uphill"): [Fraction("-1.3")],
    ("back_new_w3y", "rate-forgotten"): [Fraction("7.5")],
    ("back_new_w13", "step-for-place"): [Fraction("0.1"), Fraction("-0.1")],
}


def test_the_mistakes_in_a_backward_pass_by_hand():
    values = solution(BACK)
    fields = {field.name: field for field in BACK.fields}
    found = {(name, kind): list(fields[name].mistakes(values)[kind]) for name, kind in BACK_BY_HAND}
    assert found == BACK_BY_HAND


LINE = Descent((0, 1, 2), (1, 2, 5), (Fraction(1), Fraction(1)), Fraction(1, 10))
# e = 0, 0, 2; dw = -8, db = -4; w = 1.8, b = 1.4; e = -0.4, -1.2, 0; dw = 2.4, db = 3.2; w = 1.56, b = 1.08
LINE_BY_HAND = {
    ("step1_eC", "bias-forgotten"): [3],
    ("step1_eC", "wrong-sign"): [-2, 4, 6],
    ("step2_eB", "old-gradient"): [0],
    ("step1_dw", "mean-for-sum"): [Fraction(-8, 3)],
    ("step1_dw", "factor-forgotten"): [-4, 4],
    ("step1_dw", "x-forgotten"): [-4],
    ("step1_db", "wrong-sign"): [4],
    ("step2_db", "old-gradient"): [-4],
    ("step1_w", "rate-forgotten"): [9],
    ("step1_w", "uphill"): [Fraction("0.2")],
    ("step1_b", "not-updated"): [1],
    ("step1_b", "step-for-place"): [Fraction("0.4"), Fraction("-0.4")],
    ("step2_w", "old-gradient"): [Fraction("2.6")],
}


def test_the_mistakes_in_a_descent_by_hand():
    values = solution(LINE)
    fields = {field.name: field for field in LINE.fields}
    assert (values["step2_w"], values["step2_b"]) == (Fraction("1.56"), Fraction("1.08"))
    found = {(name, kind): list(fields[name].mistakes(values)[kind]) for name, kind in LINE_BY_HAND}
    assert found == LINE_BY_HAND


# -- every mistake, made on purpose ------------------------------------------------------------------------------


def test_every_mistake_shows_somewhere_on_every_sheet():
    for asked in papers().values():
        for task in asked.tasks:
            shown = {kind for field in task.fields for kind in field.seen(asked.solution)}
            assert shown == set(task.kinds)


def test_no_two_mistakes_give_the_same_number():
    for seed, asked in papers().items():
        for name, field in asked.fields.items():
            named = [("right", [asked.solution[name]]), *field.seen(asked.solution).items()]
            for (one, some), (other, more) in combinations(named, 2):
                assert min(abs(a - b) for a in some for b in more) >= Fraction(1, 50), (seed, name, one, other)


@pytest.mark.parametrize("seed", FEW)
def test_one_slip_is_named_and_what_follows_from_it_is_carried_forward(seed):
    asked = papers()[seed]
    for name, field in asked.fields.items():
        for kind, wrong_numbers in field.seen(asked.solution).items():
            for wrong in wrong_numbers:
                found = kinds(asked, with_slip(asked, name, wrong))
                assert found.pop(name) == kind, (name, kind)
                assert set(found.values()) <= {"right", "carried-forward"}, (name, kind)


@pytest.mark.parametrize("seed", FEW)
def test_a_mistake_made_throughout_is_named_wherever_it_was_made(seed):
    asked = papers()[seed]
    for task in asked.tasks:
        for kind in task.kinds:
            values, made = {}, set()
            for field, number, _, here in made_throughout(task, kind):
                values[field.name] = number
                made |= {field.name} if here else set()
            found = kinds(asked, values)
            assert made
            for field in task.fields:
                cancelled = abs(values[field.name] - asked.solution[field.name]) < Fraction(1, 100)
                expected = {"right"} if cancelled else {kind} if field.name in made else {"carried-forward"}
                assert {found[field.name]} <= expected, (kind, field.name)


def test_an_own_wrong_number_counts_once():
    asked = papers()["S000"]
    values = with_slip(asked, "n6", asked.solution["n6"] + 100)
    found = kinds(asked, values)
    assert (found["n6"], found["y"]) == ("wrong", "carried-forward")


def test_from_a_missing_number_the_right_one_is_taken():
    asked = papers()["S000"]
    values = {name: value for name, value in asked.solution.items() if name not in ("n6", "step1_dw")}
    found = kinds(asked, values)
    assert {name for name, kind in found.items() if kind != "right"} == {"n6", "step1_dw"}


@settings(max_examples=30, deadline=None)
@given(st.text("ABCDEF0123456789", min_size=1, max_size=12), st.text(max_size=10))
def test_any_student_in_any_term_gets_a_sheet_that_will_do(student, term):
    for sheet in SHEETS.values():
        assert tasks.clear(drawn(sheet, term, "", student))


# -- the registry and the labels ---------------------------------------------------------------------------------


def test_no_field_has_the_name_of_another():
    names = [field.name.replace("_", "").lower() for task in papers()["S000"].tasks for field in task.fields]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_every_mistake_has_a_name_and_a_meaning_of_its_own(code):
    language.use(code)
    found = {kind for sheet in SHEETS.values() for kind in sheet.kinds} | {
        "wrong",
        "not-a-number",
        "date",
        "two-answers",
    }
    names = [language.label(f"homework.{kind}") for kind in found]
    meanings = [language.label(f"homework.{kind}-means") for kind in found]
    assert len(set(names)) == len(set(meanings)) == len(found)


def test_every_mistake_of_a_field_is_one_that_its_sheet_names():
    for task in papers()["S000"].tasks:
        assert {kind for field in task.fields for kind in field.mistakes(solution(task))} <= set(task.kinds)


def test_every_label_is_used():
    labels = tomllib.loads((resources.files("introdl") / "labels/homework.toml").read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in (CODE / "introdl" / "homework").glob("*.py"))
    words = {key.removesuffix("-means") for key in labels}
    assert [word for word in sorted(words) if f'"{word}"' not in source and f'"homework.{word}"' not in source] == []


def test_importing_homework_imports_neither_torch_nor_matplotlib():
    command = "import sys, introdl.homework.__main__; sys.exit('torch' in sys.modules or 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], env={**os.environ, "PYTHONPATH": str(CODE)}, check=False)
    assert done.returncode == 0
