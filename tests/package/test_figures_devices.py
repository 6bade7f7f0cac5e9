"""The drawings of devices show what they were given, in the reader's language, and refuse the rest."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language
from introdl.device import Ceilings, Measured, Sweep
from introdl.figures import device_roofline, kernel_steps, rate_by_size, seconds_by_method

IMAGE = np.arange(25).reshape(5, 5) % 4
KERNEL = [[1, 0, -1], [0, 2, 0], [1, 0, 0]]
TOP = Ceilings(8e9, 2e9, 512, 1, "cpu")
WAYS = {
    "loops": Measured(0.5, 0.4, 0.6, 3, 3, 1, 1, "cpu"),
    "NumPy": Measured(0.0005, 0.0005, 0.0006, 9, 9, 1, 1, "cpu"),
}


def sweep(*rates):
    sizes = [16, 32, 64][: len(rates)]
    return Sweep(pd.DataFrame({"n": sizes, "rate": rates}), None, "cpu", 1)


DRAWINGS = {
    "kernel": (
        lambda: kernel_steps(IMAGE, KERNEL, stride=2),
        ["devices.image", "devices.kernel", "devices.result"],
    ),
    "seconds": (lambda: seconds_by_method(WAYS), ["devices.loops", "devices.NumPy", "devices.seconds"]),
    "roofline": (
        lambda: device_roofline(TOP, {"loops": (0.1, 1e7), "NumPy": (50, 4e9)}),
        ["devices.ceiling", "devices.slope", "devices.intensity", "devices.rate", "devices.loops"],
    ),
    "rates": (
        lambda: rate_by_size({"NumPy": sweep(1e9, 2e9, 4e9), "one thread": sweep(2e9, 3e9)}),
        ["devices.NumPy", "devices.one thread", "devices.size", "devices.giga"],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    assert_labels_are_drawn(*DRAWINGS[name], code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_description_is_in_the_readers_language(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


def test_a_kernel_with_stride_2_visits_four_places_of_a_five_by_five_image():
    steps = kernel_steps(IMAGE, KERNEL, stride=2)
    by_hand = [(IMAGE[r : r + 3, c : c + 3] * np.array(KERNEL)).sum() for r in (0, 2) for c in (0, 2)]
    assert list(steps.names) == ["1", "2", "3", "4"]
    last = texts(steps.frames[-1])
    for value in by_hand:
        assert str(value).replace("-", "−") in last
    assert len(texts(steps.frames[0])) == len([said for said in texts(steps.frames[0]) if said]) <= len(last)


def test_each_place_tells_its_products_and_their_sum():
    first = kernel_steps([[1, 2, 3], [4, 5, 6]], [[1, -1]]).frames[0].alt
    assert "1·1, 2·−1" in first
    assert "−1" in first


@pytest.mark.parametrize(
    ("image", "kernel", "stride", "error", "words"),
    [
        ([[1, 2]], [[1, 2, 3]], 1, ValueError, r"kernel must fit into the image of shape \(1, 2\), got \(1, 3\)"),
        ([[1, 2]], [[1, 2]], 1, ValueError, "one place only"),
        ([[1, 2, 3]], [[1, 2]], 0, ValueError, "stride must be at least 1, got 0"),
        ([1, 2, 3], [[1, 2]], 1, ValueError, "image must have 2 dimensions"),
        ([["a", "b"]], [[1]], 1, TypeError, "image must hold real numbers"),
    ],
)
def test_a_kernel_that_cannot_move_is_refused(image, kernel, stride, error, words):
    with pytest.raises(error, match=words):
        kernel_steps(image, kernel, stride)


def test_times_stand_on_a_logarithmic_axis_with_their_middle_half():
    axes = seconds_by_method(WAYS).figure.axes[0]
    assert axes.get_xscale() == "log"
    bars = [line.get_xdata().tolist() for line in axes.get_lines() if len(line.get_xdata()) == 2]
    assert bars == [[0.4, 0.6], [0.0005, 0.0006]]
    assert axes.get_xlim()[0] < 0.0005
    assert axes.get_xlim()[1] > 0.6
    with pytest.raises(ValueError, match="at least one way, got none"):
        seconds_by_method({})


def test_the_roof_bends_where_both_ceilings_meet_and_the_shares_are_of_the_lower_one():
    figure = device_roofline(TOP, {"left": (1, 1e9), "right": (100, 2e9)})
    roof = figure.figure.axes[0].get_lines()[0].get_xydata()
    assert roof[1].tolist() == [4, 8e9]
    assert roof[0][1] == pytest.approx(roof[0][0] * 2e9)
    assert "50.0" in figure.alt  # of 1 operation per byte times 2e9 bytes a second
    assert "25.0" in figure.alt  # of 8e9 operations a second
    with pytest.raises(ValueError, match="left must be a positive finite number, got 0"):
        device_roofline(TOP, {"left": (1, 0)})


def test_growing_sizes_are_drawn_a_line_a_sweep_told_apart_without_colour():
    axes = rate_by_size({name: sweep(1e9, 2e9) for name in "ABCD"}).figure.axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert len({line.get_marker() for line in axes.get_lines()}) == 4
    assert axes.get_lines()[0].get_ydata().tolist() == [1, 2]


@pytest.mark.parametrize("sweeps", [{}, {name: sweep(1e9) for name in "ABCDE"}, {"A": sweep()}])
def test_no_sweep_too_many_and_an_empty_one_are_refused(sweeps):
    with pytest.raises(ValueError, match="sweep"):
        rate_by_size(sweeps)
