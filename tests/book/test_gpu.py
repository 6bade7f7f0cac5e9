"""What the chapter claims of convolutions, counts and times, each found a second way; and what it may not claim."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import device
from introdl.exercises import check
from torch import nn

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "gpu.md" for language in ("en", "zh-TW")]


@pytest.fixture(params=PAGES, ids=lambda page: page.parent.name)
def text(request):
    return request.param.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def layer():
    torch.manual_seed(1)
    conv1, image = nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2), torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        return image, conv1.weight.detach(), conv1.bias.detach(), conv1(image)


def prose(text):
    return re.sub(r"^```\{code-cell\} ipython3\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def size(width, kernel, stride, padding):
    """Count the places one by one."""
    return sum(1 for left in range(0, width + 2 * padding, stride) if left + kernel <= width + 2 * padding)


# --- the convolution


def test_the_sizes_of_the_page_are_those_found_by_counting_places():
    assert size(224, 11, 4, 2) == 55
    assert size(224, 11, 4, 0) == 54 == nn.Conv2d(1, 1, 11, stride=4)(torch.zeros(1, 1, 224, 224)).shape[-1]
    assert size(5, 3, 2, 0) ** 2 == 4
    assert size(5, 3, 1, 0) ** 2 == 9
    assert 53 * 4 + 11 == 223  # without a margin the last of the 224 is never seen


def test_loops_im2col_and_pytorch_agree_at_the_corners_and_edges_too(layer):
    image, weight, bias, by_pytorch = layer
    columns = nn.functional.unfold(image, 11, stride=4, padding=2)[0]
    by_im2col = (weight.reshape(64, -1) @ columns + bias[:, None]).reshape(by_pytorch.shape)
    assert by_pytorch.shape == (1, 64, 55, 55)
    assert columns.shape == (363, 3025)
    assert (by_im2col - by_pytorch).abs().max() < 1e-5
    padded = np.pad(image[0].numpy(), ((0, 0), (2, 2), (2, 2)))
    for channel, i, j in ((0, 0, 0), (5, 10, 20), (63, 54, 54), (7, 0, 54)):
        products = [
            float(padded[c, 4 * i + y, 4 * j + x]) * float(weight[channel, c, y, x])
            for c in range(3)
            for y in range(11)
            for x in range(11)
        ]
        assert len(products) == 363
        assert abs(sum(products) + float(bias[channel]) - float(by_pytorch[0, channel, i, j])) < 1e-5


def test_the_counts_of_operations_are_right():
    assert 55 * 55 * 64 * 363 * 2 == 140_553_600
    assert 55 * 55 * 96 * 363 * 64 // 96 == 55 * 55 * 64 * 363
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2), nn.Linear(2, 1))
    weights = sum(parameter.numel() for name, parameter in net.named_parameters() if "weight" in name)
    assert weights == 14
    assert 2 * 128 * weights == 3584
    assert 2 * 160**3 == 8_192_000


def test_the_friends_time_would_need_a_rate_a_thousand_times_that_of_the_gpu():
    operations = 2 * 8192**3
    assert operations > 1e12
    assert operations / 50e12 > 20e-3
    assert operations / 20e-6 > 1000 * 50e12
    assert check("ex-gpu-4", "b").right


def test_the_gpu_of_the_exercise_is_worth_it_from_two_milliseconds_on():
    def on_gpu(t):
        return t / 10 + 1.8

    assert on_gpu(1.99) > 1.99
    assert on_gpu(2.01) < 2.01
    assert check("ex-gpu-5", 2).right


# --- types of number


@pytest.mark.parametrize(("dtype", "bits"), [(torch.float64, 52), (torch.float32, 23), (torch.bfloat16, 7)])
def test_a_type_keeps_as_many_bits_as_the_page_says(dtype, bits):
    assert torch.finfo(dtype).eps == 2.0**-bits


def test_tf32_as_imitated_keeps_ten_bits_and_lies_between_float32_and_bfloat16(text):
    one = torch.tensor([1 + 2.0**-10, 1 + 2.0**-12])
    assert device.as_tf32(one).tolist() == [1 + 2.0**-10, 1.0]
    for seed in range(5):
        a, b = device.square(512, seed=seed), device.square(512, seed=seed + 100)
        exact = a.double() @ b.double()
        found = (a @ b, device.as_tf32(a) @ device.as_tf32(b), a.bfloat16() @ b.bfloat16())
        errors = [((one.double() - exact).abs().max() / exact.abs().max()).item() for one in found]
        assert errors[0] < 1e-5 < errors[1] < errors[2] < 0.1


# --- what the page may and may not say


def test_no_speed_of_a_gpu_is_typed_into_the_page(text):
    """A rate or a factor in prose is glued from this machine, or belongs to the exercise with invented numbers."""
    typed = re.findall(r"\d[\d.,]*\s*(?:times as fast|GFLOPS|TFLOPS|GB/s|倍快)", prose(text))
    assert typed == []


def test_the_page_says_where_recorded_results_would_stand_and_how_they_are_made(text):
    assert "dev.recorded_note()" in text
    assert "python -m introdl.device --out" in text


def test_the_slides_name_of_the_target_stands_once(text):
    assert prose(text).count("trainY_hat") == 1


def test_both_numbers_of_filters_stand_with_their_papers(text):
    assert "{cite:p}`krizhevsky2014`" in text
    assert "{cite:t}`krizhevsky2012imagenet`" in text
    assert re.search(r"\b96\b", text)
