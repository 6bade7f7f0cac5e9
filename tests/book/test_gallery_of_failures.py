"""Every failure of the gallery still fails as the page says, and every cure cures: small runs of their own, no cell."""

import math
import re
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import training
from torch import nn

BOOK = Path(__file__).parents[2] / "book"
LANGUAGES = ("en", "zh-TW")
X = torch.linspace(-1, 1, 30).reshape(30, 1)
Y = X**2 - X
MSE, CROSS = nn.MSELoss(), nn.CrossEntropyLoss()


def gallery(language: str) -> str:
    """Return the section, from its label to the next heading of its level."""
    page = (BOOK / language / "training-in-practice.md").read_text(encoding="utf-8")
    section = page.split("(sec-training-in-practice-gallery)=", 1)[1]
    return re.split(r"^\(sec-[\w-]+\)=\n## ", section, maxsplit=1, flags=re.MULTILINE)[0]


def cells(language: str) -> list[str]:
    found = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", gallery(language), re.MULTILINE | re.DOTALL)
    return [re.sub(r"^---\n.*?^---\n", "", cell, flags=re.MULTILINE | re.DOTALL) for cell in found]


def net(*sizes: int, seed: int = 3) -> nn.Sequential:
    torch.manual_seed(seed)
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def descend(model, x, y, loss, rate, steps, clear=True):
    losses = []
    for _ in range(steps):
        if clear:
            model.zero_grad()
        value = loss(model(x), y)
        value.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= rate * parameter.grad
        losses.append(value.item())
    return losses


def three_classes(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    classes = torch.arange(3).repeat_interleave(n)
    angle = classes * (2 * math.pi / 3)
    centres = 1.8 * torch.stack([angle.cos(), angle.sin()], dim=1)
    return centres + torch.randn(3 * n, 2, generator=chance), classes


# What stands on the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_names_every_failure_once_and_in_the_order_of_the_sections(language):
    text = gallery(language)
    table = re.search(r"(?:^\|.*\|\n)+", text, re.MULTILINE).group()
    named = re.findall(r"\{ref\}`(sec-training-in-practice-[\w-]+)`", table)
    sections = re.findall(r"^\((sec-training-in-practice-[\w-]+)\)=\n### ", text, re.MULTILINE)
    assert [*named, "sec-training-in-practice-checklist"] == sections
    assert len(named) == len(table.splitlines()) - 2 == 15


def test_both_languages_have_the_same_cells_and_quote_the_same_messages():
    assert cells("en") == cells("zh-TW")
    # pieces of messages: code in the prose that has a space in it
    quoted = {}
    for language in LANGUAGES:
        prose = re.sub(r"^```.*?^```$", "", gallery(language), flags=re.MULTILINE | re.DOTALL)
        quoted[language] = sorted({piece for piece in re.findall(r"`([^`\n]+)`", prose) if " " in piece})
    assert quoted["en"] == quoted["zh-TW"]
    assert "Expected all tensors to be on the same device" in quoted["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_asserts_what_it_claims(language):
    sections = re.split(r"^\(sec-training-in-practice-[\w-]+\)=\n### ", gallery(language), flags=re.MULTILINE)[1:]
    assert [section.splitlines()[0] for section in sections if "assert " not in section] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_is_called_simulated(language):
    assert {"en": "simulated", "zh-TW": "模擬"}[language] in gallery(language).split("\n### ")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_quoted_in_the_table_is_one_that_pytorch_gives(language):
    table = re.search(r"(?:^\|.*\|\n)+", gallery(language), re.MULTILINE).group()
    quoted = [piece for piece in re.findall(r"`([^`{}]+)`", table) if " " in piece]
    heard = []
    for fails, kind, _ in MESSAGES.values():
        with pytest.raises(kind) as caught:
            fails()
        heard.append(str(caught.value))
    for piece in quoted:
        if "…" in piece:
            start, end = piece.split(" … ")
            assert any(start in message and end in message for message in heard), piece
        else:
            assert any(piece in message for message in heard), piece
    assert len(quoted) >= 5


# Failures that stop with a message: what must stand in it, whatever the version


def learn_without_notes():
    with torch.no_grad():
        value = MSE(net(1, 3, 1)(X), Y)
    value.backward()


MESSAGES = {
    "types": (lambda: net(1, 3, 1)(X.double()), RuntimeError, "Double and Float"),
    "devices": (lambda: net(1, 3, 1)(X.to("meta")), RuntimeError, "device"),
    "integers": (lambda: nn.BCEWithLogitsLoss()(torch.zeros(4, 1), torch.ones(4, 1).long()), RuntimeError, "Long"),
    "out of range": (lambda: CROSS(torch.zeros(2, 3), torch.tensor([0, 3])), IndexError, "Target 3 is out of bounds"),
    "decimal classes": (lambda: CROSS(torch.zeros(2, 3), torch.zeros(2)), RuntimeError, "Long.*Float"),
    "nograd": (learn_without_notes, RuntimeError, "does not require grad"),
    "one example": (lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)), ValueError, "Expected more than 1 value per channel"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_failure_stops_with_its_message(name):
    fails, kind, words = MESSAGES[name]
    with pytest.raises(kind, match=words):
        fails()


def test_the_cures_of_the_failures_with_a_message():
    model = net(1, 3, 1)
    assert model(X.double().float()).dtype == torch.float32
    assert model(X.to(next(model.parameters()).device)).shape == (30, 1)
    half = nn.BCEWithLogitsLoss()(torch.zeros(4, 1), torch.ones(4, 1).long().float())
    assert half.item() == pytest.approx(math.log(2))
    third = CROSS(torch.zeros(3, 3), (torch.tensor([1.0, 2.0, 3.0]) - 1).long())
    assert third.item() == pytest.approx(math.log(3))
    MSE(model(X), Y).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert nn.BatchNorm1d(3).eval()(torch.ones(1, 3)).isfinite().all()


# Failures in silence


@pytest.mark.parametrize("seed", range(3))
def test_too_large_a_rate_explodes_and_a_smaller_one_learns(seed):
    """Above 1 the bias of the output alone diverges: its error is multiplied by 1 minus twice the rate."""
    assert not math.isfinite(descend(net(1, 8, 1, seed=seed), X, Y, MSE, 1.5, 200)[-1])
    learns = descend(net(1, 8, 1, seed=seed), X, Y, MSE, 0.1, 200)
    assert learns[-1] < learns[0] / 3


@pytest.mark.parametrize("seed", range(3))
def test_without_clearing_the_loss_swings_and_with_clearing_it_falls(seed):
    swings = np.diff(descend(net(1, 8, 1, seed=seed), X, Y, MSE, 0.1, 200, clear=False))
    falls = np.diff(descend(net(1, 8, 1, seed=seed), X, Y, MSE, 0.1, 200))
    assert (swings > 0).sum() > 40
    assert (falls > 0).sum() == 0


def test_one_missing_value_takes_every_parameter_and_leaving_it_out_saves_them():
    holes = X.clone()
    holes[3] = float("nan")
    lost = net(1, 8, 1)
    descend(lost, holes, Y, MSE, 0.1, 1)
    assert all(parameter.isnan().all() for parameter in lost.parameters())
    whole = ~holes.isnan().any(dim=1)
    saved = net(1, 8, 1)
    assert descend(saved, holes[whole], Y[whole], MSE, 0.1, 50)[-1] < 1
    assert all(parameter.isfinite().all() for parameter in saved.parameters())


def test_an_optimizer_of_another_network_moves_nothing_and_the_books_loop_refuses_it():
    model, gone = net(1, 8, 1), net(1, 8, 1)
    optimizer = torch.optim.SGD(gone.parameters(), lr=0.1)
    before = [parameter.clone() for parameter in model.parameters()]
    MSE(model(X), Y).backward()
    optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert not any(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    with pytest.raises(ValueError, match="optimizer"):
        training.train(model, X, Y, MSE, optimizer, 1)


def test_a_flat_target_warns_and_teaches_the_mean():
    flat, upright = net(1, 8, 1), net(1, 8, 1)
    with pytest.warns(UserWarning, match="incorrect results due to broadcasting"):
        MSE(flat(X), Y[:, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settled = descend(flat, X, Y[:, 0], MSE, 0.1, 1000)[-1]
    assert settled == pytest.approx(Y.var(unbiased=False).item(), rel=0.02)
    assert (flat(X) - Y.mean()).abs().max() < 0.1
    assert descend(upright, X, Y, MSE, 0.1, 1000)[-1] < settled / 3


def test_a_loss_written_by_hand_broadcasts_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = ((Y[:, 0] - net(1, 8, 1)(X)) ** 2).mean()
    assert value.isfinite()
    model = net(1, 8, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="shape"):
        training.train(model, X, Y[:, 0], MSE, optimizer, 1)


@pytest.mark.parametrize("k", [2, 3, 10, 100])
def test_the_floor_of_softmax_twice_is_reached_by_certainty_and_never_passed(k):
    floor = math.log(math.e + k - 1) - 1
    certain = 1000 * torch.eye(k, dtype=torch.float64)
    assert CROSS(certain.softmax(dim=1), torch.arange(k)).item() == pytest.approx(floor)
    scores = 20 * torch.randn(500, k, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
    labels = scores.argmax(dim=1)
    assert CROSS(scores.softmax(dim=1), labels).item() >= floor - 1e-12


def test_softmax_twice_learns_the_classes_and_keeps_a_high_loss():
    points, classes = three_classes(40, seed=1)
    once, twice = net(2, 16, 3), nn.Sequential(net(2, 16, 3), nn.Softmax(dim=1))
    low = descend(once, points, classes, CROSS, 0.5, 200)[-1]
    high = descend(twice, points, classes, CROSS, 0.5, 200)[-1]
    floor = math.log(math.e + 2) - 1
    assert high > floor > 1.5 * low
    right = (twice(points).argmax(dim=1) == classes).float().mean()
    assert right > 0.8


@pytest.mark.parametrize("seed", range(2))
def test_batches_of_one_class_teach_worse_than_shuffled_ones(seed):
    points, classes = three_classes(50, seed=seed)
    losses = {}
    for shuffled in (False, True):
        model, chance = net(2, 16, 3), torch.Generator().manual_seed(seed)
        after = []
        for _ in range(6):
            order = torch.randperm(150, generator=chance) if shuffled else torch.arange(150)
            for batch in order.split(10):
                descend(model, points[batch], classes[batch], CROSS, 1.0, 1)
                with torch.no_grad():
                    after.append(CROSS(model(points), classes).item())
        losses[shuffled] = np.mean(after[-15:])
    assert losses[False] > 1.2 * losses[True]


def test_dropout_answers_anew_at_each_call_until_eval_is_said():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 16), nn.Dropout(0.5), nn.Linear(16, 1))
    assert len({model(X[:1]).item() for _ in range(5)}) > 1
    model.eval()
    assert len({model(X[:1]).item() for _ in range(5)}) == 1


def test_noisy_labels_are_learned_by_heart_and_stopping_early_helps_and_points_at_them():
    points, true = three_classes(20, seed=5)
    held_out = three_classes(60, seed=6)
    slips = torch.randperm(60, generator=torch.Generator().manual_seed(7))[:15]
    noisy = true.clone()
    noisy[slips] = (true[slips] + 1) % 3
    right, models = {}, {}
    for patience in (None, 20):
        models[patience] = net(2, 128, 3)
        optimizer = torch.optim.Adam(models[patience].parameters(), lr=0.02)
        history = training.train(
            models[patience], points, noisy, CROSS, optimizer, 300, validation=held_out, patience=patience
        )
        answers = training.predict(models[patience], held_out[0]).argmax(dim=1)
        right[patience] = (answers == held_out[1]).float().mean().item()
        if patience is None:
            assert history.training[-1] < history.training.max() / 3
            assert history.validation[-1] > 1.5 * history.validation.min()
    assert right[20] > right[None] + 0.03
    doubt = nn.CrossEntropyLoss(reduction="none")(training.predict(models[20], points), noisy)
    found = set(doubt.argsort(descending=True)[:15].tolist()) & set(slips.tolist())
    assert len(found) >= 8  # by luck it would be about 4


def nearest_mean(X, y, old, new, columns):
    means = [X[old][y[old] == c][:, columns].mean(axis=0) for c in (0, 1)]
    gaps = [((X[new][:, columns] - mean) ** 2).sum(axis=1) for mean in means]
    return np.mean((gaps[1] < gaps[0]) == y[new])


@pytest.mark.parametrize("seed", [11, 12])
def test_choosing_features_on_all_leaks_much_and_standardising_on_all_next_to_nothing(seed):
    chance = np.random.default_rng(seed)
    old, new, everybody = slice(0, 20), slice(20, 40), slice(0, 40)
    scores = {"honest": [], "scaled": [], "chosen": []}
    for _ in range(150):
        X, y = chance.normal(size=(40, 200)), chance.integers(0, 2, 40)
        for way, of_way in scores.items():
            seen = X[everybody if way == "scaled" else old]
            Z = (X - seen.mean(axis=0)) / seen.std(axis=0)
            look = everybody if way == "chosen" else old
            apart = np.abs(Z[look][y[look] == 1].mean(axis=0) - Z[look][y[look] == 0].mean(axis=0))
            of_way.append(nearest_mean(Z, y, old, new, np.argsort(apart)[-5:]))
    mean = {way: np.mean(of_way) for way, of_way in scores.items()}
    # a standard error is about 0.01
    assert abs(mean["honest"] - 0.5) < 0.04
    assert abs(mean["scaled"] - mean["honest"]) < 0.04
    assert mean["chosen"] > mean["honest"] + 0.15


def test_a_few_examples_can_be_learned_by_heart_unless_the_program_is_wrong():
    points, classes = three_classes(3, seed=2)
    assert descend(net(2, 16, 3), points, classes, CROSS, 0.5, 400)[-1] < 0.1
    twice = nn.Sequential(net(2, 16, 3), nn.Softmax(dim=1))
    assert descend(twice, points, classes, CROSS, 0.5, 400)[-1] > math.log(math.e + 2) - 1
