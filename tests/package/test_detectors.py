"""Novelty detectors: scikit-learn's own checks, cases by hand, what a threshold promises, and what is refused."""

import json
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import detectors, language
from introdl.detectors import (
    AutoencoderDetector,
    FewRowsHeldOutWarning,
    GANDetector,
    HotellingDetector,
    OneClassSVMDetector,
    ResidualDetector,
    VAEDetector,
    measured,
)
from scipy import stats
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import OneClassSVM
from sklearn.utils.estimator_checks import parametrize_with_checks

CLASSIC = [
    HotellingDetector(random_state=0),
    HotellingDetector(limit="F"),
    ResidualDetector(random_state=0),
    OneClassSVMDetector(random_state=0),
]
NEURAL = [
    AutoencoderDetector(epochs=20, random_state=0),
    VAEDetector(epochs=20, random_state=0),
    GANDetector(epochs=20, random_state=0),
    GANDetector(score_by="discriminator", epochs=20, random_state=0),
]
ALL = [*CLASSIC, *(pytest.param(detector, marks=pytest.mark.torch) for detector in NEURAL)]


def named(detector):
    extra = getattr(detector, "limit", "") or getattr(detector, "score_by", "")
    return type(detector).__name__ + (f" {extra}" if extra not in ("", "held-out", "generated") else "")


every = pytest.mark.parametrize("detector", ALL, ids=named)


@pytest.fixture(scope="module")
def normal():
    """Return 900 rows of 3 columns that hang together, in units far apart."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(900, 2))
    return np.column_stack([x[:, 0], 1000 + 50 * x[:, 1], x[:, 0] + 0.3 * draw.normal(size=900)])


@pytest.fixture(scope="module")
def frame(normal):
    return pd.DataFrame(normal, columns=["torque", "speed", "wear"])


# What scikit-learn asks of an estimator


@parametrize_with_checks([kind() for kind in (HotellingDetector, ResidualDetector, OneClassSVMDetector)])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_accepts_it(estimator, check):
    assert check(estimator) is None


@pytest.mark.torch
@parametrize_with_checks([kind() for kind in (AutoencoderDetector, VAEDetector, GANDetector)])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_accepts_the_neural_ones(estimator, check):
    assert check(estimator) is None


@every
def test_a_detector_cleans_up_after_itself_when_copied(detector, normal):
    fitted = clone(detector).fit(normal)
    again = clone(fitted)
    assert not hasattr(again, "offset_")
    assert again.get_params() == fitted.get_params()


# By hand


def test_t_squared_by_hand():
    # mean 0, covariance diag(2, 8) over n − 1 = 4: the standardised columns have variance 5/4 by n − 1
    X = np.array([[2.0, 0], [-2, 0], [0, 4], [0, -4], [0, 0]])
    detector = HotellingDetector(limit="F", standardise=False).fit(X)
    assert detector.score_samples([[2, 4], [1, 0]]) == pytest.approx([-(4 / 2 + 16 / 8), -1 / 2])
    # p(n+1)(n−1) / (n(n−p)) · F(p, n−p) with n = 5, p = 2: 2·6·4/15
    assert detector.offset_ == pytest.approx(-2 * 6 * 4 / 15 * stats.f.ppf(0.95, 2, 3))


def test_t_squared_is_mahalanobis_and_does_not_depend_on_units(normal):
    detector = HotellingDetector(limit="F").fit(normal)
    centred = normal - normal.mean(axis=0)
    distance = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(np.cov(normal.T)), centred)
    np.testing.assert_allclose(detector.score_samples(normal), -distance, rtol=1e-8)
    np.testing.assert_allclose(
        HotellingDetector(limit="F").fit(normal * [1e-3, 7, 1e5]).score_samples(normal * [1e-3, 7, 1e5]),
        -distance,
        rtol=1e-6,
    )


def test_the_residual_by_hand():
    # all the variance is along (3, 4)/5; the rest of (1, 0) is 1 − 0.6² = 0.64
    X = np.array([[3.0, 4], [-3, -4], [6, 8], [-6, -8], [0, 0], [9, 12], [-9, -12]])
    detector = ResidualDetector(components=1, standardise=False, held_out=0.2, random_state=0)
    with pytest.warns(FewRowsHeldOutWarning):
        detector.fit(X)
    centre = detector.mean_
    assert detector.score_samples([centre + np.array([1, 0]), centre + np.array([30, 40])]) == pytest.approx(
        [-0.64, 0], abs=1e-9
    )


def test_the_residual_is_what_scikit_learns_pca_leaves_over(normal):
    detector = ResidualDetector(components=2, random_state=0).fit(normal)
    training = np.random.RandomState(0).permutation(len(normal))[270:]
    z = (normal - detector.mean_) / detector.scale_
    pca = PCA(2).fit(z[training])
    left = z - pca.inverse_transform(pca.transform(z))
    np.testing.assert_allclose(detector.score_samples(normal), -(left**2).sum(axis=1), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(("share", "count"), [(0.6, 1), (0.9, 2), (0.999, 2)])
def test_a_share_of_variance_chooses_the_components_and_leaves_one_over(normal, share, count):
    # the three directions hold about 65, 33 and 2 %
    detector = ResidualDetector(components=share, random_state=0).fit(normal)
    assert detector.learned_["directions"].shape == (3, count)


def test_the_one_class_svm_scores_as_scikit_learns(normal):
    detector = OneClassSVMDetector(nu=0.1, random_state=0).fit(normal)
    training = np.sort(np.random.RandomState(0).permutation(len(normal))[270:])
    z = (normal - detector.mean_) / detector.scale_
    machine = OneClassSVM(nu=0.1).fit(z[training])
    np.testing.assert_allclose(detector.score_samples(normal), machine.decision_function(z), rtol=1e-6, atol=1e-8)


def test_the_loss_of_a_variational_autoencoder_by_hand():
    # rebuilt (3 − 1)² + (0 − 0)² = 4, over 2 · 1 = 2; code: ½(1² + 1 − 1 − 0) = 0.5 and ½(0 + 4 − 1 − ln 4)
    loss = detectors.vae_loss([[3.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]], [[0.0, np.log(4)]])
    assert loss == pytest.approx([2 + 0.5 + (3 - np.log(4)) / 2])
    half = detectors.vae_loss([[3.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]], [[0.0, np.log(4)]], noise=0.5)
    assert half == pytest.approx([8 + 0.5 + (3 - np.log(4)) / 2])


@pytest.mark.torch
def test_the_loss_of_an_autoencoder_by_hand(normal, monkeypatch):
    import torch

    kept = {}
    monkeypatch.setattr(detectors, "_trained", lambda *given: kept.update(losses=given[4]) or {})
    AutoencoderDetector()._learn(normal, np.random.RandomState(0))
    nets = {"encoder": lambda rows: rows[:, :1], "decoder": lambda code: code.expand(-1, 2)}
    (loss,) = kept["losses"](nets, torch.tensor([[1.0, 4.0], [2.0, 2.0]]))
    assert loss.item() == pytest.approx((3**2 + 0) / 2)  # squares summed over a row, their mean over rows


@pytest.mark.torch
def test_the_code_costs_what_the_divergence_of_two_normal_distributions_costs():
    import torch
    from torch.distributions import Normal, kl_divergence

    mean, log_variance = torch.randn(2, 5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    X = torch.zeros(5, 4, dtype=torch.float64)
    slow = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(detectors.vae_loss(X, X, mean, log_variance), slow)


@pytest.mark.torch
def test_a_row_whose_code_runs_away_still_has_a_score(normal):
    fitted = VAEDetector(epochs=1, random_state=0).fit(normal)
    fitted.learned_["encoder_2_bias"][:] = 2000  # e to the 1000th is no number any more
    scores = fitted.score_samples(normal[:3])
    assert np.isfinite(scores).all()
    assert (scores < -1e6).all()


def test_arrays_of_other_shapes_have_no_loss():
    with pytest.raises(ValueError, match=r"X and rebuilt must have the same shape.* \(1, 2\) and \(1, 1\)"):
        detectors.vae_loss([[1.0, 2.0]], [[1.0]], [[0.0]], [[0.0]])
    with pytest.raises(ValueError, match="mean and log_variance must have the same shape"):
        detectors.vae_loss([[1.0, 2.0]], [[1.0, 2.0]], [[0.0], [0.0]], [[0.0], [0.0]])


@pytest.mark.torch
def test_the_losses_of_a_gan_by_hand():
    import torch

    # log-odds ln 3: real with probability 3/4; made rows get 3/4 and 1/2
    real, made = torch.tensor([3.0]).log(), torch.tensor([3.0, 1.0]).log()
    one, two = detectors.gan_losses(real, made)
    assert one.item() == pytest.approx(-np.log(3 / 4) - (np.log(1 / 4) + np.log(1 / 2)) / 2)
    assert two.item() == pytest.approx(-(np.log(3 / 4) + np.log(1 / 2)) / 2)


@pytest.mark.torch
def test_the_losses_of_a_gan_are_torchs_cross_entropy():
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    real, made = torch.randn(2, 50, 1, generator=torch.Generator().manual_seed(0)) * 30
    one, two = detectors.gan_losses(real, made)
    ones, zeros = torch.ones_like(real), torch.zeros_like(real)
    torch.testing.assert_close(one, cross_entropy(real, ones) + cross_entropy(made, zeros))
    torch.testing.assert_close(two, cross_entropy(made, ones))


@pytest.mark.torch
def test_log_odds_that_are_no_tensor_are_refused():
    import torch

    with pytest.raises(TypeError, match="real must be a tensor of log-odds, not empty, got list"):
        detectors.gan_losses([0.0], torch.zeros(1))
    with pytest.raises(TypeError, match="made must be a tensor"):
        detectors.gan_losses(torch.zeros(1), torch.zeros(0))


@pytest.mark.torch
@pytest.mark.parametrize("name", ["encoder", "decoder"])
def test_the_arrays_answer_as_the_network_would(name, normal):
    import torch
    from torch import nn

    learned = clone(NEURAL[0]).fit(normal).learned_
    wide, narrow = learned[f"{name}_0_weight"].shape[1], learned[f"{name}_2_weight"].shape[0]
    net = nn.Sequential(nn.Linear(wide, 16), nn.Tanh(), nn.Linear(16, narrow)).double()
    net.load_state_dict({key: torch.tensor(learned[f"{name}_{key.replace('.', '_')}"]) for key in net.state_dict()})
    X = np.random.default_rng(0).normal(size=(7, wide))
    with torch.no_grad():
        np.testing.assert_allclose(detectors._answer(learned, name, X), net(torch.tensor(X)).numpy(), rtol=1e-12)


# The threshold


@every
def test_of_new_normal_rows_as_many_are_called_abnormal_as_was_promised(detector):
    draw = np.random.default_rng(5)
    mixing = draw.normal(size=(4, 4))
    found = []
    for seed in range(3 if detector in NEURAL else 10):
        fitted = clone(detector).set_params(false_alarm_rate=0.1)
        if named(detector) != "HotellingDetector F":
            fitted.set_params(random_state=seed)
        fitted.fit(draw.normal(size=(1200, 4)) @ mixing)
        found.append((fitted.predict(draw.normal(size=(4000, 4)) @ mixing) == -1).mean())
    # 360 rows held out each time, or all of them for F: the mean of several is within 4 standard errors
    assert np.mean(found) == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 360 / len(found)))


def test_the_rate_is_at_most_the_one_promised_in_the_mean_of_many_fits():
    draw = np.random.default_rng(1)
    alarms = []
    for seed in range(300):
        fitted = HotellingDetector(false_alarm_rate=0.2, held_out=0.5, random_state=seed).fit(draw.normal(size=(38, 1)))
        assert fitted.n_held_out_ == 19
        alarms.append((fitted.predict(draw.normal(size=(200, 1))) == -1).mean())
    # 4 of 19 + 1: the fourth lowest score, exactly 0.2 in the mean
    assert np.mean(alarms) == pytest.approx(0.2, abs=3 * np.std(alarms) / np.sqrt(300))


def test_the_limit_of_the_f_distribution_is_exact_for_few_normal_rows():
    draw = np.random.default_rng(2)
    alarms = [
        (HotellingDetector(limit="F").fit(draw.normal(size=(12, 3))).predict(draw.normal(size=(100, 3))) == -1).mean()
        for _ in range(400)
    ]
    assert np.mean(alarms) == pytest.approx(0.05, abs=3 * np.std(alarms) / 20)


def test_the_threshold_is_one_of_the_held_out_scores(normal):
    fitted = HotellingDetector(false_alarm_rate=0.1, random_state=3).fit(normal)
    held_out = normal[np.random.RandomState(3).permutation(900)[:270]]
    scores = np.sort(fitted.score_samples(held_out))
    assert fitted.offset_ == pytest.approx(scores[26])  # 0.1 · 271 = 27.1: the 27th lowest
    assert (fitted.predict(held_out) == -1).sum() == 26
    assert (fitted.n_held_out_, fitted.n_trained_) == (270, 630)


def test_nineteen_rows_held_out_are_enough_for_one_in_twenty():
    draw = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = HotellingDetector(held_out=0.5, random_state=0).fit(draw.normal(size=(38, 2)))
    assert fitted.n_held_out_ == 19
    with pytest.warns(FewRowsHeldOutWarning, match=r"0.05 needs 19 rows held out, got 18.* 1 in 19 .*38 rows or more"):
        HotellingDetector(held_out=0.5, random_state=0).fit(draw.normal(size=(36, 2)))


@every
def test_a_lower_rate_calls_fewer_rows_abnormal(detector, normal):
    calls = []
    for rate in (0.01, 0.05, 0.2):
        fitted = clone(detector).set_params(false_alarm_rate=rate).fit(normal)
        calls.append((fitted.predict(normal) == -1).sum())
    assert calls == sorted(calls)
    assert calls[0] < calls[2]


# Properties


@every
def test_what_is_shifted_scores_lower(detector, normal):
    if named(detector) == "GANDetector discriminator":
        return  # no density: see the next test
    fitted = clone(detector).fit(normal)
    centre, step = normal.mean(axis=0), normal.std(axis=0) * [1, 0, -1]
    scores = fitted.score_samples([centre + far * step for far in (0, 2, 4)])
    assert scores[0] > scores[1]
    assert scores[0] > fitted.offset_ > scores[2]


@every
def test_the_order_of_the_rows_does_not_matter_nor_who_else_is_asked(detector, normal):
    fitted = clone(detector).fit(normal)
    order = np.random.default_rng(0).permutation(len(normal))
    whole = fitted.score_samples(normal)
    np.testing.assert_allclose(fitted.score_samples(normal[order]), whole[order], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose([fitted.score_samples(row[None])[0] for row in normal[:5]], whole[:5], rtol=1e-9)


@every
def test_more_rows_than_a_piece_are_scored_as_one_by_one(detector, normal, monkeypatch):
    fitted = clone(detector).fit(normal)
    whole = fitted.score_samples(normal)
    monkeypatch.setattr(detectors, "CHUNK", 100)
    np.testing.assert_allclose(fitted.score_samples(normal), whole, rtol=1e-9, atol=1e-9)


@every
def test_the_same_seed_gives_the_same_detector(detector, normal):
    one, two = (clone(detector).fit(normal) for _ in range(2))
    assert one.offset_ == two.offset_
    np.testing.assert_array_equal(one.score_samples(normal), two.score_samples(normal))
    if "random_state" in detector.get_params() and named(detector) != "HotellingDetector F":
        other = clone(detector).set_params(random_state=1).fit(normal)
        assert other.offset_ != one.offset_


@pytest.mark.torch
@pytest.mark.parametrize("detector", NEURAL, ids=named)
def test_torchs_own_random_numbers_are_left_alone(detector, normal):
    import torch

    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    clone(detector).set_params(epochs=1).fit(normal)
    torch.testing.assert_close(torch.rand(3), expected)


@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_units_do_not_matter(shift, scale):
    X = np.random.default_rng(0).normal(size=(200, 3))
    for kind in (HotellingDetector, ResidualDetector, OneClassSVMDetector):
        one, two = (kind(random_state=0).fit(rows) for rows in (X, shift + scale * X))
        np.testing.assert_allclose(one.score_samples(X), two.score_samples(shift + scale * X), rtol=1e-4, atol=1e-6)


@every
def test_its_score_has_a_name_in_both_languages(detector):
    names = []
    for code in language.LANGUAGES:
        language.use(code)
        names.append(detector.score_name)
    assert names[0] != names[1]


def test_no_discriminator_is_called_a_density():
    assert "no density" in GANDetector(score_by="discriminator").score_name
    assert "distance" in GANDetector().score_name
    assert "lower bound" in VAEDetector().score_name


# What comes from outside


@every
def test_columns_are_known_by_name(detector, frame):
    fitted = clone(detector).fit(frame)
    assert fitted.feature_names_in_.tolist() == ["torque", "speed", "wear"]
    with pytest.raises(ValueError, match="must be in the same order"):
        fitted.predict(frame[["speed", "torque", "wear"]])
    with pytest.raises(ValueError, match="unseen at fit time:\n- power"):
        fitted.predict(frame.rename(columns={"wear": "power"}))
    with pytest.raises(ValueError, match="yet now missing:\n- wear"):
        fitted.predict(frame[["torque", "speed"]])
    unnamed = clone(detector).fit(frame.to_numpy())
    with pytest.raises(ValueError, match=r"X has 2 features, but .* is expecting 3"):
        unnamed.predict(frame.to_numpy()[:, :2])


@every
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(detector, normal, bad):
    spoiled = normal.copy()
    spoiled[3, 1] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        clone(detector).fit(spoiled)
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        clone(detector).fit(normal).predict(spoiled)


@every
def test_text_in_a_column_is_named(detector, frame):
    with pytest.raises(ValueError, match="numbers only, got text in type: encode or drop"):
        clone(detector).fit(frame.assign(type="L"))
    with pytest.raises(ValueError, match="got text in kind"):
        clone(detector).fit(frame.assign(kind=pd.Categorical(["a"] * 900)))


@every
def test_unfitted_it_says_so(detector, normal):
    for method in ("predict", "score_samples", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(clone(detector), method)(normal)


@every
def test_fewer_rows_than_needed_are_refused(detector, normal):
    with pytest.raises(ValueError, match=r"3 sample.*minimum of 4"):
        clone(detector).fit(normal[:3])


@every
def test_a_constant_column_counts_in_its_own_unit(detector, normal):
    X = np.column_stack([normal, np.full(900, 20.1)])
    with_constant = clone(detector).fit(X)
    assert with_constant.scale_[3] == 1
    row = np.append(normal.mean(axis=0), 20.1)
    same, moved = with_constant.score_samples([row, row + np.array([0, 0, 0, 30])])
    assert np.isfinite([same, moved]).all()
    if named(detector) != "GANDetector discriminator":
        assert moved < same


@every
def test_only_constant_columns_are_refused(detector):
    with pytest.raises(ValueError, match="every column of X is constant"):
        clone(detector).fit(np.full((50, 2), 0.1))


def test_a_column_that_follows_from_others_has_no_f_limit(normal):
    X = np.column_stack([normal, normal[:, 0] + normal[:, 2]])
    with pytest.raises(ValueError, match=r'limit="F" needs more rows than columns, .*got 900 rows of 4'):
        HotellingDetector(limit="F").fit(X)
    with pytest.raises(ValueError, match='limit="F" needs more rows than columns'):
        HotellingDetector(limit="F").fit(np.random.default_rng(0).normal(size=(5, 5)))
    fitted = HotellingDetector(random_state=0).fit(X)
    broken = X[0] + [0, 0, 0, 0.1 * X[:, 3].std()]
    assert fitted.predict([X.mean(axis=0), broken]).tolist() == [1, -1]


def test_the_largest_components_are_kept(normal):
    two = HotellingDetector(components=2, random_state=0).fit(normal)
    assert two.learned_["whitening"].shape == (3, 2)
    odd = normal.mean(axis=0) + normal.std(axis=0) * [1.5, 0, -1.5]  # against the way that columns 1 and 3 go together
    assert two.predict([odd])[0] == 1
    assert HotellingDetector(random_state=0).fit(normal).predict([odd])[0] == -1
    assert ResidualDetector(components=2, random_state=0).fit(normal).predict([odd])[0] == -1


@pytest.mark.parametrize(
    ("detector", "words"),
    [
        (HotellingDetector(false_alarm_rate=0.5), "false_alarm_rate must be over 0 and under 0.5, got 0.5"),
        (HotellingDetector(false_alarm_rate=0), "false_alarm_rate must be a positive finite number"),
        (HotellingDetector(held_out=1.0), "held_out must be over 0 and under 1, got 1"),
        (HotellingDetector(limit="chi"), 'limit must be "held-out" or "F", got \'chi\''),
        (HotellingDetector(components=4), "components must be at most 3, the columns of X, got 4"),
        (HotellingDetector(components=0), "components must be at least 1"),
        (ResidualDetector(components=3), "components must be at most 2, the columns of X less one"),
        (ResidualDetector(components=1.5), "components must be over 0 and under 1"),
        (OneClassSVMDetector(nu=1.0), "nu must be over 0 and under 1"),
        (OneClassSVMDetector(gamma=-1), "gamma must be a positive finite number"),
        (AutoencoderDetector(code=0), "code must be at least 1"),
        (VAEDetector(noise=0), "noise must be a positive finite number"),
        (GANDetector(score_by="density"), 'score_by must be "generated" or "discriminator", got \'density\''),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_out_of_range_are_refused(detector, words, normal):
    if isinstance(detector, (AutoencoderDetector, VAEDetector, GANDetector)):
        import torch  # noqa: F401
    with pytest.raises(ValueError, match=words):
        detector.fit(normal)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["hidden", "epochs", "batch_size"])
def test_a_network_of_nothing_is_refused(name, normal):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        AutoencoderDetector(**{name: 0}).fit(normal)


# In company


@every
def test_it_stands_at_the_end_of_a_pipeline(detector, normal):
    line = make_pipeline(PCA(2, random_state=0), clone(detector)).fit(normal)
    assert set(line.predict(normal)) == {1, -1}
    assert line.score_samples(normal).shape == (900,)


def test_a_search_chooses_settings_by_labelled_rows(normal):
    odd = normal[600:] + normal.std(axis=0) * [2, 0, -2]
    X, y = np.vstack([normal, odd]), np.repeat([1, 0], [900, 300])
    splits = [(np.arange(600), np.arange(600, 1200))]  # fitted on normal rows only, judged on both kinds
    search = GridSearchCV(HotellingDetector(random_state=0), {"components": [1, 2, 3]}, scoring="roc_auc", cv=splits)
    assert search.fit(X, y).best_params_ == {"components": 3}


# Counted


def test_what_is_measured_is_counted_by_hand():
    normal = np.random.default_rng(0).normal(size=(200, 1))
    fitted = HotellingDetector(random_state=0).fit(normal)
    edge = np.sqrt(-fitted.offset_) * fitted.scale_ + fitted.mean_
    table = measured({"one": fitted}, [edge - 0.01, edge - 0.02, edge + 0.01, edge - 0.03], [edge + 0.02, edge - 0.1])
    row = table.loc["one"]
    assert (row["found"], row["false alarms"]) == (0.5, 0.25)
    assert row["AUC"] == pytest.approx(4 / 8)  # edge + 0.02 is lower than all four, edge − 0.1 than none
    assert (row["found from"], row["found to"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    with pytest.raises(ValueError, match="at least one fitted detector"):
        measured({}, normal, normal)


def test_others_detectors_are_measured_too(normal):
    forest = IsolationForest(n_estimators=20, random_state=0).fit(normal[:600])
    table = measured({"forest": forest}, normal[600:], normal[600:] + normal.std(axis=0) * 5)
    assert table.loc["forest", "found"] > 0.9


# Kept


@every
def test_what_is_saved_comes_back_and_scores_the_same(detector, frame, tmp_path):
    fitted = clone(detector).fit(frame)
    detectors.save(fitted, tmp_path / "d.npz")
    back = detectors.load(tmp_path / "d.npz")
    np.testing.assert_array_equal(back.score_samples(frame), fitted.score_samples(frame))
    np.testing.assert_array_equal(back.predict(frame), fitted.predict(frame))
    assert back.get_params() == fitted.get_params()
    assert (back.n_held_out_, back.n_trained_) == (fitted.n_held_out_, fitted.n_trained_)
    with pytest.raises(ValueError, match="same order"):
        back.predict(frame[["speed", "torque", "wear"]])
    assert [file.name for file in tmp_path.iterdir()] == ["d.npz"]


@every
def test_a_pickle_scores_the_same_too(detector, normal):
    fitted = clone(detector).fit(normal)
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(fitted)).score_samples(normal), fitted.score_samples(normal)
    )


def test_what_has_no_names_is_saved_without(normal, tmp_path):
    detectors.save(HotellingDetector(random_state=np.int64(0)).fit(normal), tmp_path / "d.npz")
    assert not hasattr(detectors.load(tmp_path / "d.npz"), "feature_names_in_")


def test_what_cannot_be_kept_is_refused(normal, tmp_path):
    with pytest.raises(TypeError, match=r"detector must be one of HotellingDetector, .*got OneClassSVM"):
        detectors.save(OneClassSVM().fit(normal), tmp_path / "d.npz")
    with pytest.raises(NotFittedError):
        detectors.save(HotellingDetector(), tmp_path / "d.npz")
    with pytest.raises(TypeError, match="random_state=0"):
        detectors.save(HotellingDetector(random_state=np.random.RandomState(0)).fit(normal), tmp_path / "d.npz")
    with pytest.raises(FileNotFoundError, match="make it first"):
        detectors.save(HotellingDetector().fit(normal), tmp_path / "no" / "d.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def file(normal, tmp_path):
    detectors.save(HotellingDetector(random_state=0).fit(normal), tmp_path / "d.npz")
    return tmp_path / "d.npz"


@pytest.mark.parametrize("keep", [0, 100, -30])
def test_a_file_cut_short_is_refused(file, keep):
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"d\.npz is no whole file of a detector"):
        detectors.load(file)


def test_a_file_of_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(2))
    (tmp_path / "text.npz").write_text("hello")
    with (tmp_path / "code.npz").open("wb") as out:
        pickle.dump({"a": 1}, out)
    np.savez(tmp_path / "objects.npz", head=np.array([{"format": 1}], dtype=object))
    for name in ("other", "text", "code", "objects"):
        with pytest.raises(ValueError, match=f"{name}.npz is no whole file of a detector"):
            detectors.load(tmp_path / f"{name}.npz")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        detectors.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 99}, "format 99"),
        ({"kind": "Exploit"}, "Exploit"),
        ({"settings": {"colour": 1}}, "colour"),
        ({"offset": float("inf")}, "finite"),
        ({"names": ["one"]}, "one"),
    ],
)
def test_a_file_that_was_changed_is_refused(file, change, words):
    with np.load(file) as old:
        arrays = dict(old)
    arrays["head"] = np.array(json.dumps(json.loads(str(arrays["head"])) | change))
    np.savez(file, **arrays)
    with pytest.raises(ValueError, match="no whole file of a detector"):
        detectors.load(file)


def test_arrays_that_do_not_fit_each_other_are_refused(file):
    with np.load(file) as old:
        arrays = dict(old)
    for name, value in (("mean", np.zeros(2)), ("learned_whitening", np.full((3, 3), np.nan))):
        np.savez(file, **(arrays | {name: value}))
        with pytest.raises(ValueError, match="no whole file of a detector"):
            detectors.load(file)


@pytest.mark.torch
def test_a_saved_network_scores_where_there_is_no_torch(normal, tmp_path, monkeypatch):
    fitted = clone(NEURAL[1]).fit(normal)
    detectors.save(fitted, tmp_path / "d.npz")
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    np.testing.assert_array_equal(detectors.load(tmp_path / "d.npz").predict(normal), fitted.predict(normal))
