"""Sets of inputs compared: what is chosen is chosen on the learning people, and who is counted is counted once."""

import numpy as np
import pandas as pd
import pytest
from introdl.inputs import areas, counted, finding, modest
from introdl.subgroups import by_group


@pytest.fixture(scope="module")
def people():
    random = np.random.default_rng(3)
    y = pd.Series(random.integers(0, 2, 300))
    X = pd.DataFrame(random.normal(size=(300, 60)), columns=[f"noise{i}" for i in range(60)])
    X["good"] = y + random.normal(0, 0.7, 300)
    return X, y, list(range(150)), list(range(150, 300))


def test_an_input_that_tells_is_found_and_noise_is_a_coin(people):
    X, y, learn, test = people
    noise = [name for name in X if name != "good"]
    table = areas(X, y, learn, test, {"good": ["good"], "noise": noise, "all": list(X)}).set_index("inputs")
    assert table.loc["good", "auc"] > 0.75
    assert abs(table.loc["noise", "auc"] - 0.5) < 0.1
    assert abs(table.loc["noise", "within"] - 0.5) < 0.15  # chosen inside the folds: a choice outside gives 0.8
    assert ((table["low"] < table["auc"]) & (table["auc"] < table["high"])).all()


def test_test_people_take_no_part_in_the_fit(people):
    X, y, learn, test = people
    turned = y.copy()
    turned[test] = 1 - turned[test]
    first, second = (areas(X, labels, learn, test, {"good": ["good"]}, repeats=20) for labels in (y, turned))
    assert first["within"].equals(second["within"])
    assert first["auc"][0] == pytest.approx(1 - second["auc"][0])


def test_gaps_are_filled_and_twenty_inputs_kept_at_most(people):
    X, y, learn, _ = people
    holes = X.mask(np.random.default_rng(0).random(X.shape) < 0.05)
    model = modest(X.shape[1]).fit(holes.loc[learn], y[learn])
    assert model[1].get_support().sum() == 20
    assert np.isfinite(model.predict_proba(holes)).all()
    assert modest(3)[1].k == 3


def test_a_threshold_finds_the_share_it_was_asked_for(people):
    X, y, learn, test = people
    columns = ["good"]
    model = modest(1).fit(X.loc[learn, columns], y[learn])
    chance = model.predict_proba(X.loc[test, columns])[:, 1]
    found = [(chance[y[test] == 1] >= finding(share, X.loc[learn, columns], y[learn])).mean() for share in (0.7, 0.95)]
    assert found == pytest.approx([0.7, 0.95], abs=0.1)


def test_counts_in_a_group_are_those_of_by_group():
    random = np.random.default_rng(1)
    y, alarm, women = random.integers(0, 2, (3, 200))
    table = counted(y, alarm, {"all": np.ones(200), "women": women == 1}, ["sensitivity", "specificity"])
    same = by_group(y, alarm, np.where(women == 1, "women", "men"), "specificity").loc["women"]
    mine = table.set_index(["metric", "group"]).loc[("specificity", "women")]
    assert mine[["right", "of", "low", "high"]].tolist() == pytest.approx(same[["right", "of", "low", "high"]].tolist())
    assert mine["people"] == women.sum()
    assert table["referred"][0] == pytest.approx(alarm.mean())


def test_too_few_to_say_has_no_share():
    table = counted([1] * 4 + [0] * 30, [1] * 4 + [0] * 30, {"all": [True] * 34}, ["sensitivity"])
    assert table[["share", "low", "high"]].isna().all(axis=None)
    assert table[["right", "of"]].to_numpy().tolist() == [[4, 4]]


def test_what_cannot_be_compared_is_refused(people):
    X, y, learn, test = people
    with pytest.raises(ValueError, match="1 people are in both parts"):
        areas(X, y, learn, [*test, learn[0]], {"good": ["good"]})
    with pytest.raises(ValueError, match="which X has not"):
        areas(X, y, learn, test, {"blood": ["iron"]})
    with pytest.raises(ValueError, match="at least one set"):
        areas(X, y, learn, test, {})
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        finding(0, X, y)
    with pytest.raises(ValueError, match="has nobody"):
        counted([0, 1], [0, 1], {"men": [False, False]}, ["accuracy"])
    with pytest.raises(ValueError, match="inputs"):
        modest(0)
