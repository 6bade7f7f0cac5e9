"""The drawings of walks down a loss: in the reader's language, with numbers that agree with the walk."""

import numpy as np
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import datasets, language
from introdl.descent import Path, descend
from introdl.figures import (
    Steps,
    downhill,
    landscapes,
    linked_steps,
    linked_views,
    losses_by_epoch,
    rate_panels,
    valley_walks,
)
from introdl.figures.descent import Bowl
from introdl.linear import gradient, least_squares, squared_loss

SVG = "{http://www.w3.org/2000/svg}"
X, Y = np.array([8.0, 11.0, 16.0]), np.array([26.0, 24.0, 18.0])


def path_of(x=X, y=Y, rate=0.004, steps=6):
    return descend(lambda p: np.append(*gradient(x, y, *p)), [0, 0], rate, steps, loss=lambda p: squared_loss(x, y, *p))


def parabola(w):
    return (3 - w) ** 2


def slope(w):
    return 2 * (w - 3)


DRAWINGS = {
    "downhill": (
        lambda: downhill(parabola, slope, [0, 1.5, 2.25]),
        ["descent.loss-of-w", "descent.first-step"],
    ),
    "rates": (lambda: rate_panels(parabola, {0.25: [0, 1.5], 1.5: [0, 9]}, window=4), ["descent.loss-of-w"]),
    "valleys": (lambda: valley_walks(parabola, {0: [0, 2], 4: [4, 3.5]}), ["descent.loss-of-w"]),
    "landscapes": (
        lambda: landscapes({"raw": (X, Y, path_of()), "standardised": (X - X.mean(), Y, [[0, 0], [1, 1]])}),
        ["descent.panel-raw", "descent.panel-standardised", "descent.weight", "descent.weight-standardised"],
    ),
    "batches": (
        lambda: landscapes({"batch": (X, Y, path_of()), "single": (X, Y, path_of())}),
        ["descent.panel-batch", "descent.panel-single", "descent.bias"],
    ),
    "epochs": (lambda: losses_by_epoch({1: [9, 8, 7, 6], 3: [9, 7]}, n=3), ["descent.epochs", "descent.loss"]),
    "linked": (
        lambda: linked_views(X, Y, path_of(), 2),
        ["descent.seconds", "descent.points", "descent.step", "descent.loss", "descent.w-short", "descent.loss-row"],
    ),
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


def test_the_picture_of_the_slides_names_the_slope_and_the_first_places():
    shown = texts(downhill(parabola, slope, [0, 1.5, 2.25, 2.625]))
    assert {"slope −6", "w⁰", "w¹", "w²"} <= set(shown)
    assert "w³" not in shown


def test_a_step_that_leaves_the_drawing_is_counted():
    drawing = rate_panels(parabola, {0.5: [0, 3], 2: [0, 12, -24]}, window=4)
    assert texts(drawing).count("2 outside") == 1
    assert "Rate 2: number of steps 2, from w = 0 to w = −24." in drawing.alt
    assert {"η = 0.5", "η = 2"} <= set(texts(drawing))


def test_three_rates_leave_the_fourth_panel_empty():
    drawing = rate_panels(parabola, {rate: [0, 1] for rate in (0.1, 0.2, 0.3)}, window=4)
    assert sum(text.startswith("η") for text in texts(drawing)) == 3


def test_each_walk_into_a_valley_is_described_by_its_start_and_end():
    alt = valley_walks(parabola, {0: [0, 2, 2.9], 5: [5, 3.5]}).alt
    assert "from w = 0 ends at w = 2.9, loss 0.01" in alt
    assert "from w = 5 ends at w = 3.5, loss 0.25" in alt


def test_the_bowl_is_the_loss_of_the_line_everywhere():
    bowl, fit = Bowl(X, Y), least_squares(X, Y)
    np.testing.assert_allclose(bowl.best, [fit.weight[0], fit.bias])
    for place in ([0, 0], [2, -1], [-0.7, 31]):
        assert bowl.lowest + bowl.excess(np.array(place)) == pytest.approx(squared_loss(X, Y, *place))
        np.testing.assert_allclose(bowl.slopes(np.array(place)), np.append(*gradient(X, Y, *place)))


def test_every_ring_joins_places_of_equal_loss():
    drawing = landscapes({"raw": (X, Y, path_of())})
    rings = [patch for patch in drawing.figure.axes[0].patches if hasattr(patch, "angle")]
    lowest = Bowl(X, Y).lowest
    found = []
    for ring in rings:
        corners = ring.get_patch_transform().transform([[1, 0], [0, 1], [-1, 0], [0, -1]])
        losses = [squared_loss(X, Y, *corner) - lowest for corner in corners]
        np.testing.assert_allclose(losses, losses[0])
        found.append(losses[0])
    np.testing.assert_allclose(np.divide(found[:-1], found[1:]), 4)


def test_round_rings_are_drawn_round():
    z = (X - X.mean()) / X.std()
    drawing = landscapes({"standardised": (z, Y, [[0, 0], [-1, 20]])})
    ax = drawing.figure.axes[0]
    assert Bowl(z, Y).ratio == pytest.approx(1)
    assert np.ptp(ax.get_xlim()) == pytest.approx(np.ptp(ax.get_ylim()))
    assert "each ring is 1.0 times as long as wide" in drawing.alt


def test_the_table_holds_the_numbers_of_the_step():
    path = path_of()
    for step in (0, 3):
        shown = texts(linked_views(X, Y, path, step))
        w, b = path.parameters[step]
        slopes = np.append(*gradient(X, Y, w, b))
        wanted = [str(step), f"{w:.3f}", f"{b:.3f}", f"{path.losses[step]:.2f}", *(f"{s:.2f}" for s in slopes)]
        assert [number for number in wanted if number.replace("-", "−") not in shown] == []


def test_the_views_of_line_and_landscape_keep_their_axes_from_step_to_step():
    frames = [linked_views(X, Y, path_of(), step).figure.axes for step in (0, 6)]
    for place in (0, 1):
        assert frames[0][place].get_xlim() == frames[1][place].get_xlim()
        assert frames[0][place].get_ylim() == frames[1][place].get_ylim()


def test_linked_views_of_the_23_people_are_light():
    people = datasets.load_tug()
    x, y = people["tug"], people["bbs"]
    frame = linked_views(x, y, path_of(x, y, steps=1000), 1000).svg()
    assert len(frame) < 28_000, "about 25 kB once the build has taken out its white space"
    assert "<image" not in frame


def test_linked_steps_have_a_button_for_each_step():
    shown = linked_steps(X, Y, path_of(), [0, 1, 6])
    assert isinstance(shown, Steps)
    assert list(shown.names) == ["0", "1", "6"]
    assert "Step 6 in four views" in shown.frames[2].alt


@pytest.mark.torch
def test_a_path_of_tensors_is_drawn_like_one_of_arrays():
    import torch

    path = path_of()
    tensors = Path(torch.tensor(path.parameters), torch.tensor(path.losses), path.rate)
    assert linked_views(torch.tensor(X), torch.tensor(Y), tensors, 3).alt == linked_views(X, Y, path, 3).alt


def test_all_at_once_is_called_so():
    alt = losses_by_epoch({1: [9, 8, 7, 6], 3: [9, 7]}, n=3).alt
    assert "“1 a step”: from 9 to 6, number of steps 3, epochs 1." in alt
    assert "“all 3 a step”: from 9 to 7, number of steps 1, epochs 1." in alt


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda: downhill(parabola, slope, [0]), ValueError, "a start and at least one step, got 1 place"),
        (lambda: downhill(parabola, slope, [0, np.nan]), ValueError, "walk must hold finite numbers only"),
        (lambda: rate_panels(parabola, {}, window=4), ValueError, "at least one walk is needed, got none"),
        (lambda: rate_panels(parabola, {1: [0, 1]}, window=0), ValueError, "window must be a positive finite number"),
        (lambda: valley_walks(parabola, {k: [k, 3] for k in range(5)}), ValueError, "at most 4 walks .* got 5"),
        (lambda: landscapes({}), ValueError, "one or two walks can be drawn side by side, got 0"),
        (lambda: landscapes({"odd": (X, Y, path_of())}), ValueError, "a panel must be one of raw, .* got 'odd'"),
        (lambda: landscapes({"raw": (X, Y[:2], path_of())}), ValueError, "x and y must have the same number of rows"),
        (lambda: landscapes({"raw": ([1, 1], [1, 2], path_of())}), ValueError, "at least two different numbers"),
        (lambda: landscapes({"raw": (np.ones((3, 2)), Y, path_of())}), ValueError, "x must be one feature, got 2"),
        (lambda: landscapes({"raw": (X, Y, [[0], [1]])}), ValueError, r"shape \(k, 2\), got \(2, 1\)"),
        (lambda: losses_by_epoch({}, n=3), ValueError, "between 1 and 4 sizes"),
        (lambda: losses_by_epoch({4: [2, 1]}, n=3), ValueError, "a size must be at most n = 3, got 4"),
        (lambda: losses_by_epoch({1: [2, 0]}, n=3), ValueError, "losses must be positive, got 0"),
        (lambda: linked_views(X, Y, path_of(), 7), ValueError, "step must be at most 6, the last of the path, got 7"),
        (lambda: linked_views(X, Y, path_of(), -1), ValueError, "step must be at least 0"),
        (lambda: linked_views(X, Y, [[0, 0]], 0), TypeError, "path must be what descend returns, got list"),
        (lambda: linked_views(X, Y, Path(np.zeros((1, 2)), None, 0.1), 0), ValueError, "path must keep its losses"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_was_expected(draw, error, message):
    with pytest.raises(error, match=message):
        draw()
