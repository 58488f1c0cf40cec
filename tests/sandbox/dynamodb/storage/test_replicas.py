"""Lags, their text form, and turns."""

from random import Random
from statistics import median

import pytest

from sandbox.dynamodb.replicas import NO_LAG, Lag, Replicas, Replication, parse_lag


def test_the_default_lag():
    chance = Random(1)
    lags = sorted(1000 * Lag().draw(chance) for _ in range(10_000))
    assert median(lags) == pytest.approx(20, rel=0.05)
    assert lags[-1] == 150
    at_the_end = sum(lag == 150 for lag in lags) / len(lags)
    assert at_the_end == pytest.approx(0.01, abs=0.004)
    assert lags[0] > 0


def test_a_lag_without_spread():
    assert {Lag(50, 50).draw(Random(seed)) for seed in range(20)} == {0.05}


def test_no_lag():
    assert NO_LAG.draw(Random(0)) == 0


@pytest.mark.parametrize(
    ("text", "lag"),
    [
        ("20,150", Lag(20, 150)),
        ("0", NO_LAG),
        (" 0 ", NO_LAG),
        ("0.5, 2", Lag(0.5, 2)),
        ("50,50", Lag(50, 50)),
    ],
)
def test_lags_as_text(text, lag):
    assert parse_lag(text) == lag
    assert parse_lag(str(lag)) == lag


@pytest.mark.parametrize("text", ["", "20", "20,", "a,b", "20ms,150ms", "20,150,3"])
def test_what_is_no_lag(text):
    with pytest.raises(ValueError, match=r"no replication lag: expected MEDIAN,LONGEST in milliseconds"):
        parse_lag(text)


@pytest.mark.parametrize("text", ["150,20", "-1,5", "0,5", "nan,5", "20,inf"])
def test_a_lag_needs_a_median_up_to_the_longest(text):
    with pytest.raises(ValueError, match="the median must be above 0 and at most the longest"):
        parse_lag(text)


def test_reads_take_the_replicas_in_turn():
    replicas = Replicas()
    assert [replicas.next_replica() for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]


def test_the_same_seed_chooses_the_same():
    def choices(seed, table):
        replicas = Replicas(Replication(seed=seed), table)
        return [replicas.next_write() for _ in range(20)]

    assert choices(1, "users") == choices(1, "users")
    assert choices(1, "users") != choices(2, "users")
    assert choices(1, "users") != choices(1, "orders")
    assert {follower for follower, _ in choices(1, "users")} == {1, 2}


def test_the_lag_of_all_tables_is_set_while_they_run():
    replication = Replication()
    one, other = Replicas(replication, "one"), Replicas(replication, "other")
    replication.lag = Lag(70, 70)
    assert one.next_write()[1] == other.next_write()[1] == 0.07
