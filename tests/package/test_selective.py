"""Models that may hand a row over: scikit-learn's own checks, curves, the conformal promise, costs, and no row lost."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl.detectors import HotellingDetector
from introdl.selective import (
    REASONS,
    AgreementClassifier,
    HandOverClassifier,
    conformal_limit,
    decisions,
    imperfect_person,
    load,
    report,
    risk_coverage,
    save,
)
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import check_estimator

TWO = [("tree", DecisionTreeClassifier(max_depth=3, random_state=0)), ("bayes", GaussianNB())]
WHY = "a row handed over has no class, so predict gives more than the classes, and accuracy is not score"


def blobs(n=300, seed=0, apart=1.0):
    """Two clouds that overlap, one column each for place and noise; 30 % of the rows are positive."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.3).astype(int)
    return pd.DataFrame({"place": rng.normal(size=n) + 2 * apart * y, "noise": rng.normal(size=n)}), y


def disagreeing():
    return AgreementClassifier(TWO)


@pytest.mark.parametrize(
    "estimator",
    [
        AgreementClassifier(TWO),
        HandOverClassifier(GaussianNB(), random_state=0),
        HandOverClassifier(AgreementClassifier(TWO), detector=HotellingDetector(limit="F"), random_state=0),
    ],
    ids=["agreement", "threshold", "agreement-and-range"],
)
def test_scikit_learns_own_checks_pass_but_for_the_one_that_wants_a_class_for_every_row(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            estimator, expected_failed_checks={"check_classifiers_train": WHY}, on_fail=None, on_skip=None
        )
    assert {r["check_name"]: repr(r["exception"]) for r in results if r["status"] == "failed"} == {}
    allowed = {r["check_name"] for r in results if r["status"] not in ("passed", "skipped", "failed")}
    assert allowed <= {"check_classifiers_train"}
    assert sum(r["status"] == "passed" for r in results) > 40


def test_the_three_default_members_are_different_algorithms_that_do_disagree():
    X, y = blobs(200)
    model = AgreementClassifier(random_state=0).fit(X, y)
    decided = model.decide(X)
    assert [type(getattr(m, "steps", [[0, m]])[-1][1]).__name__ for m in model.estimators_] == [
        "SVC",
        "RandomForestClassifier",
        "MLPClassifier",
    ]
    assert 0 < decided["handed_over"].sum() < 100


def test_an_answer_is_given_exactly_where_all_members_say_the_same():
    X, y = blobs()
    model = disagreeing().fit(X, y)
    said = [member.predict(X) for member in model.estimators_]
    decided = model.decide(X)
    assert (decided["handed_over"].to_numpy() == (said[0] != said[1])).all()
    assert set(decided["reason"]) == {"", "disagreement"}
    assert (model.predict(X)[said[0] == said[1]] == said[0][said[0] == said[1]]).all()


def test_joint_errors_are_more_than_the_product_of_the_single_ones():
    X, y = blobs(2000)
    new, so = blobs(2000, seed=1)
    model = disagreeing().fit(X, y)
    wrong = np.array([member.predict(new) != so for member in model.estimators_])
    assert wrong.all(axis=0).mean() > 2 * np.prod(wrong.mean(axis=1))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0.01, 0.4), st.integers(0, 5))
def test_no_row_is_lost_and_none_that_is_handed_over_gets_a_class(threshold, rate, seed):
    X, y = blobs(120, seed)
    model = HandOverClassifier(
        GaussianNB(), detector=HotellingDetector(false_alarm_rate=rate, limit="F"), threshold=threshold
    )
    model.fit(X, y)
    new = blobs(50, seed + 100)[0].set_index(np.repeat(np.arange(25), 2))
    decided, predicted = model.decide(new), model.predict(new)
    assert decided["row"].tolist() == list(range(50))
    assert decided.index.tolist() == new.index.tolist()
    assert (decided["handed_over"].to_numpy() == (predicted == model.hand_over_label_)).all()
    assert model.hand_over_label_ not in model.classes_
    assert decided.loc[decided["handed_over"], "answer"].isna().all()
    assert set(decided["reason"]) <= set(REASONS)


def test_the_decision_on_a_row_does_not_hang_on_the_rows_beside_it():
    X, y = blobs()
    model = HandOverClassifier(GaussianNB(), detector=HotellingDetector(limit="F"), random_state=0).fit(X, y)
    all_at_once = model.predict(X)
    assert all_at_once.tolist() == [model.predict(X.iloc[[at]])[0] for at in range(len(X))]


def test_reasons_come_in_their_order_range_disagreement_confidence():
    X, y = blobs()
    model = HandOverClassifier(disagreeing(), detector=HotellingDetector(limit="F"), threshold=0.9).fit(X, y)
    decided = model.decide(X)
    outside = model.detector_.predict(X) == -1
    apart = model.estimator_.decide(X)["handed_over"].to_numpy()
    assert (decided["reason"][outside] == "out-of-range").all()
    assert (decided["reason"][~outside & apart] == "disagreement").all()
    unsure = ~outside & ~apart & (decided["confidence"] < 0.9)
    assert (decided["reason"][unsure] == "unsure").all()
    assert (decided["reason"][~outside & ~apart & ~unsure] == "").all()


def test_texts_as_classes_and_a_frame_with_names_come_back_as_they_went_in():
    X, y = blobs()
    words = np.where(y == 1, "scrap", "good")
    model = HandOverClassifier(GaussianNB(), threshold=0.9, positive="scrap").fit(X, words)
    assert set(model.predict(X)) == {"scrap", "good", "hand over"}
    assert model.feature_names_in_.tolist() == ["place", "noise"]
    assert HandOverClassifier(GaussianNB(), threshold=0.9).fit(
        X, np.where(y == 1, "x", "hand over")
    ).hand_over_label_ == ("hand over!")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.5, 0.5000001, 0.9])), min_size=1, max_size=40))
def test_risk_against_coverage_is_what_counting_by_hand_gives_ties_or_not(rows):
    wrong, confidence = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    curve = risk_coverage(wrong, confidence)
    by_hand = []
    for least in sorted(set(confidence.tolist()), reverse=True):
        kept = [w for w, c in zip(wrong, confidence, strict=True) if c >= least]
        by_hand.append([least, len(kept), len(kept) / len(rows), sum(kept) / len(kept)])
    assert curve.to_numpy() == pytest.approx(np.array(by_hand))


def test_the_conformal_limit_is_the_kth_smallest_score_also_where_numpy_quantiles_differ():
    scores = np.arange(1, 20) / 10
    assert conformal_limit(scores, 0.1) == scores[17]
    assert conformal_limit(np.arange(1, 10) / 10, 0.1) == 0.9
    with pytest.raises(ValueError, match="needs at least 9 held-out rows, got 8"):
        conformal_limit(np.arange(8), 0.1)


def test_conformal_coverage_over_a_thousand_draws_of_everything_is_what_is_promised():
    covered = []
    for draw in range(1000):
        X, y = blobs(100, seed=draw)
        new, so = blobs(40, seed=10_000 + draw)
        model = HandOverClassifier(GaussianNB(), threshold=None, alpha=0.1, held_out=0.49, random_state=draw).fit(X, y)
        covered.append(model.prediction_set(new).to_numpy()[np.arange(40), so].mean())
    promised = 45 / 50  # k = ceil(50 · 0.9) of 49 held-out rows
    error = np.std(covered, ddof=1) / np.sqrt(1000)
    assert abs(np.mean(covered) - promised) < 3 * error
    assert error < 0.003


def test_the_rows_that_are_answered_under_the_conformal_rule_have_exactly_one_class_left():
    X, y = blobs(400)
    model = HandOverClassifier(GaussianNB(), threshold=None, alpha=0.05, random_state=0).fit(X, y)
    decided = model.decide(X)
    assert ((decided["classes"] == 1) == (decided["reason"] == "")).all()
    assert ((decided["classes"] > 1) == (decided["reason"] == "several-classes")).all()
    assert (decided["classes"] == model.prediction_set(X).sum(axis=1)).all()
    assert not hasattr(HandOverClassifier(), "prediction_set")


def test_score_is_the_negative_mean_cost_and_the_dearest_error_is_the_miss():
    X, y = blobs()
    model = HandOverClassifier(GaussianNB(), threshold=0.8, cost_miss=7, cost_false_alarm=3, cost_referral=1).fit(X, y)
    said = model.predict(X)
    by_hand = [1 if s == -1 else 0 if s == so else 7 if so == 1 else 3 for s, so in zip(said, y, strict=True)]
    assert model.score(X, y) == pytest.approx(-np.mean(by_hand))
    assert model.score(X, y, sample_weight=y) == pytest.approx(-np.average(by_hand, weights=y))


def test_choosing_by_cost_refers_and_choosing_by_accuracy_never_does():
    X, y = blobs(600, apart=0.7)
    grid = {"handoverclassifier__threshold": [0.0, 0.6, 0.8, 0.9]}
    pipeline = make_pipeline(StandardScaler(), HandOverClassifier(GaussianNB(), threshold=0.5))
    by_cost = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    by_accuracy = GridSearchCV(pipeline, grid, cv=3, scoring="accuracy").fit(X, y)
    assert by_accuracy.best_params_ == {"handoverclassifier__threshold": 0.0}
    assert by_cost.best_params_["handoverclassifier__threshold"] > 0.5
    assert decisions(by_cost, X)["handed_over"].sum() == (by_cost.predict(X) == -1).sum()
    assert decisions(by_cost, X).index.equals(X.index)


def test_the_threshold_chosen_by_cost_is_the_cheapest_on_the_rows_held_out():
    X, y = blobs(400)
    model = HandOverClassifier(GaussianNB(), random_state=3).fit(X, y)
    tuning = model._split(y)[1]
    held, so = X.iloc[tuning], y[tuning]

    def cost(threshold):
        sure = model.estimator_.predict_proba(held).max(axis=1)
        said = model.estimator_.predict(held)
        return np.where(sure < threshold, 0.5, np.where(said == so, 0, np.where(so == 1, 10, 1))).mean()

    assert cost(model.threshold_) == pytest.approx(min(cost(t) for t in np.linspace(0, 1.001, 2003)))
    assert len(tuning) == 100


def test_the_same_seed_gives_the_same_model_and_members_can_be_set_by_name():
    X, y = blobs()
    first, second = (HandOverClassifier(random_state=1).fit(X, y) for _ in range(2))
    assert (first.predict(X) == second.predict(X)).all()
    assert first.threshold_ == second.threshold_
    assert disagreeing().set_params(tree__max_depth=1).get_params()["tree__max_depth"] == 1
    assert TWO[0][1].max_depth in (1, 3)


def test_with_a_capacity_of_none_at_all_every_row_waits_and_none_is_answered_for_it():
    X, y = blobs()
    few, none = (HandOverClassifier(GaussianNB(), threshold=0.9, capacity=c).fit(X, y).decide(X) for c in (5, 0))
    assert none["handed_over"].sum() == few["handed_over"].sum() > 5
    assert none["attended"].sum() == 0
    assert few["attended"].sum() == 5
    waiting = few["handed_over"] & ~few["attended"]
    assert few.loc[few["attended"], "confidence"].max() <= few.loc[waiting, "confidence"].min()


def test_a_report_counts_what_loops_over_the_rows_count():
    X, y = blobs()
    model = HandOverClassifier(GaussianNB(), threshold=0.9).fit(X, y)
    where = np.where(X["noise"] > 0, "up", "down")
    table = report({"model": model, "never": DummyClassifier(strategy="constant", constant=0).fit(X, y)}, X, y,
                   positive=1, where=where)  # fmt: skip
    said = model.predict(X)
    for kind in ("up", "down"):
        row = table.set_index(["where", "model"]).loc[(kind, "model")]
        triples = [(s, so) for s, so, w in zip(said, y, where, strict=True) if w == kind]
        assert row["rows"] == len(triples)
        assert row["answered"] == sum(s != -1 for s, _ in triples)
        assert row["misses"] == sum((s, so) == (0, 1) for s, so in triples)
        assert row["false alarms"] == sum((s, so) == (1, 0) for s, so in triples)
        assert row["cost"] == pytest.approx(
            (10 * row["misses"] + row["false alarms"] + 0.5 * sum(s == -1 for s, _ in triples)) / len(triples)
        )
        assert row["cost from"] <= row["cost"] <= row["cost to"]
        assert row["error from"] <= row["error rate"] <= row["error to"]
    assert table.loc[table["model"] == "never", "misses"].sum() == y.sum()
    assert table["rows"].sum() == 2 * len(y)


def test_a_model_that_answers_nothing_has_no_error_and_is_not_called_right():
    X, y = blobs()
    silent = HandOverClassifier(GaussianNB(), threshold=1.0).fit(X, y)
    row = report({"silent": silent}, X - 0.5, y, positive=1).iloc[0]
    assert row["answered"] == 0
    assert np.isnan(row["error rate"])
    assert row["cost"] == 0.5


def test_a_person_errs_at_the_rate_that_was_asked_for_and_never_outside_the_classes():
    so = np.array(["a", "b", "c"] * 2000)
    said = imperfect_person(so, 0.1, random_state=0)
    assert np.mean(said != so) == pytest.approx(0.1, abs=3 * np.sqrt(0.09 / 6000))
    assert set(said) == {"a", "b", "c"}
    assert (imperfect_person(so, 0.0) == so).all()
    with pytest.raises(ValueError, match="at least 2 classes"):
        imperfect_person(["a"], 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        imperfect_person(so, 1.5)


X, Y = blobs(60)


@pytest.mark.parametrize(
    ("model", "X", "y", "says"),
    [
        (disagreeing(), X, np.zeros(60, int), "at least 2 classes, got the one class"),
        (HandOverClassifier(), X, np.ones(60, int), "at least 2 classes"),
        (HandOverClassifier(), X.assign(noise=np.nan), Y, "NaN"),
        (HandOverClassifier(), X.iloc[:30], Y, "inconsistent numbers of samples"),
        (AgreementClassifier(TWO[:1]), X, Y, "two or more"),
        (AgreementClassifier([TWO[0], TWO[0]]), X, Y, "not unique"),
        (AgreementClassifier([("a", 3), ("b", 4)]), X, Y, "names with classifiers"),
        (AgreementClassifier(7), X, Y, "a list of"),
        (HandOverClassifier(cost_miss=-1), X, Y, "cost_miss must be 0 or more, got -1"),
        (disagreeing().set_params(cost_referral=-0.1), X, Y, "cost_referral must be 0 or more"),
        (HandOverClassifier(threshold=1.2), X, Y, "a probability, 'cost' or None"),
        (HandOverClassifier(threshold="best"), X, Y, "a probability, 'cost' or None"),
        (HandOverClassifier(alpha=0.0), X, Y, "between 0 and 1"),
        (HandOverClassifier(alpha=0.01), X, Y, "needs at least 99 held-out rows"),
        (HandOverClassifier(held_out=1.0), X, Y, "a share between 0 and 1"),
        (HandOverClassifier(capacity=-1), X, Y, "capacity"),
        (HandOverClassifier(hand_over_label=1), X, Y, "must be no class, got 1"),
        (HandOverClassifier(positive=9), X, Y, "one of the classes"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(model, X, y, says):
    with pytest.raises((ValueError, TypeError), match=says):
        model.fit(X, y)


def test_other_columns_or_another_order_and_an_unfitted_model_are_refused():
    model = HandOverClassifier(GaussianNB()).fit(X, Y)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X[["noise", "place"]])
    with pytest.raises(ValueError, match="now missing"):
        model.predict(X[["place"]])
    with pytest.raises(ValueError, match="NaN"):
        model.decide(X.assign(noise=np.nan))
    with pytest.raises(NotFittedError):
        HandOverClassifier().decide(X)
    with pytest.raises(NotFittedError):
        disagreeing().predict(X)
    with pytest.raises(TypeError, match="gives none"):
        HandOverClassifier(AgreementClassifier([("k", KNeighborsClassifier()), ("s", _no_chances())])).fit(X, Y)


def _no_chances():
    from sklearn.svm import LinearSVC

    return LinearSVC()


def test_a_class_that_only_the_held_out_rows_would_hold_is_refused_not_forgotten():
    y = np.zeros(60, int)
    y[0] = 1
    fitted = refused = 0
    for seed in range(8):
        model = HandOverClassifier(GaussianNB(), random_state=seed)
        if 0 in train_test_split(range(60), test_size=15, random_state=seed)[1]:
            with pytest.raises(ValueError, match="must hold every class"):
                model.fit(X, y)
            refused += 1
        else:
            assert model.fit(X, y).estimator_.classes_.tolist() == [0, 1]
            fitted += 1
    assert min(fitted, refused) > 0


def test_a_constant_column_is_no_error_and_a_change_of_it_is_out_of_range():
    fixed = X.assign(fixed=1.0)
    model = HandOverClassifier(GaussianNB(), detector=HotellingDetector(limit="F"), threshold=None).fit(fixed, Y)
    assert (model.decide(fixed.assign(fixed=9.0))["reason"] == "out-of-range").all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"models": {}}, "at least one model"),
        ({"positive": 5}, "must be a class in y"),
        ({"y": Y[:10]}, "a value for each of the 60 rows"),
        ({"where": ["a"]}, "where must have a value for each"),
        ({"cost_referral": -1}, "cost_referral must be 0 or more"),
    ],
)
def test_a_report_of_nothing_or_of_other_rows_is_refused(change, says):
    given = {"models": {"m": GaussianNB().fit(X, Y)}, "X": X, "y": Y, "positive": 1} | change
    with pytest.raises(ValueError, match=says):
        report(**given)


def test_a_saved_model_decides_as_before_and_a_file_with_other_objects_is_refused(tmp_path):
    place = tmp_path / "pipeline.skops"
    members = [*TWO, ("forest", RandomForestClassifier(5, random_state=0)), ("line", LogisticRegression())]
    model = HandOverClassifier(
        AgreementClassifier(members), detector=HotellingDetector(limit="F"), alpha=0.2, random_state=0
    )
    save(make_pipeline(StandardScaler(), model).fit(X, Y), place)
    again = load(place)
    fitted = make_pipeline(StandardScaler(), model).fit(X, Y)
    pd.testing.assert_frame_equal(decisions(again, X), decisions(fitted, X))
    assert [file.name for file in tmp_path.iterdir()] == ["pipeline.skops"]
    with pytest.raises(NotFittedError):
        save(HandOverClassifier(), place)
    assert load(place).predict(X).tolist() == fitted.predict(X).tolist()
    place.write_bytes(place.read_bytes()[:200])
    with pytest.raises(ValueError, match="no model that"):
        load(place)
    with pytest.raises(FileNotFoundError, match="no file"):
        load(tmp_path / "other.skops")


def test_a_file_that_names_a_function_to_be_called_is_refused_before_anything_is_loaded(tmp_path):
    import os

    import skops.io

    place = tmp_path / "evil.skops"
    skops.io.dump({"do": os.system}, place)
    with pytest.raises(ValueError, match="no saved model needs"):
        load(place)


def test_accuracy_of_cross_validation_is_highest_where_nothing_is_referred():
    X, y = blobs(300, apart=0.7)
    accuracy = [cross_val_score(HandOverClassifier(GaussianNB(), threshold=t), X, y, scoring="accuracy").mean()
                for t in (0.0, 0.7, 0.95)]  # fmt: skip
    assert accuracy == sorted(accuracy, reverse=True)
    assert accuracy[0] > accuracy[2] + 0.1
