"""Which incidents a seed gives: the same everywhere, and each of them by some seed."""

import subprocess
import sys
from itertools import count

import pytest

from workshop.errors import Problem
from workshop.incidents import INCIDENTS, KINDS, pick
from workshop.incidents.incident import HOW_FAR
from workshop.incidents.pick import kind_of, pairs, seed_of
from workshop.incidents.places import PLACES

LEAST = 20


def ids(seed, together=1):
    return [one.id for one in pick(seed, together)]


def test_the_seeds_of_the_brief_stay_what_they_are():
    """Who wrote a seed down finds the same ticket in the next release."""
    assert [ids(seed)[0] for seed in (7, 13, 17, 33)] == [
        "region-in-the-code",
        "body-not-a-string",
        "route-path-wrong",
        "arn-one-letter-off",
    ]
    assert [kind_of(seed, pick(seed)) for seed in (7, 13, 17, 33)] == [KINDS[0], KINDS[1], KINDS[0], KINDS[1]]


def test_another_process_picks_the_same():
    """Hashes of texts differ from process to process in Python; these do not."""
    code = "from workshop.incidents import pick; print([o.id for s in range(20) for o in pick(s, 2)])"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert other.strip() == str([one for seed in range(20) for one in ids(seed, 2)])


@pytest.mark.parametrize("kind", KINDS)
def test_each_incident_has_a_seed_that_gives_it(kind):
    for one in INCIDENTS.values():
        if kind in one.kinds:
            seed = seed_of([one], kind)
            assert pick(seed) == (one,)
            assert kind_of(seed, (one,)) == kind


def test_there_are_enough_of_them_on_each_kind_of_api():
    for kind in KINDS:
        assert sum(kind in one.kinds for one in INCIDENTS.values()) > LEAST


def test_each_is_of_places_that_can_be_put_back():
    for one in INCIDENTS.values():
        assert one.places
        assert one.places <= PLACES.keys()
        assert one.stops in HOW_FAR


def test_of_a_pair_the_outer_one_hides_the_inner_one():
    assert len(pairs()) > LEAST
    for outer, inner in pairs():
        assert HOW_FAR[outer.stops] < HOW_FAR[inner.stops]
        assert not outer.places & inner.places
        assert str(outer.request) == str(inner.request)
        assert set(outer.causes).isdisjoint(inner.causes)


def test_a_pair_is_about_one_api():
    for seed in range(200):
        chosen = pick(seed, 2)
        assert all(kind_of(seed, chosen) in one.kinds for one in chosen)


def test_a_new_incident_leaves_most_seeds_as_they_are(monkeypatch):
    """Only its own share of the seeds becomes another ticket."""
    before = [ids(seed) for seed in range(300)]
    fewer = dict(list(INCIDENTS.items())[1:])
    monkeypatch.setattr(sys.modules["workshop.incidents.pick"], "INCIDENTS", fewer)
    after = [ids(seed) for seed in range(300)]
    changed = [one for one, other in zip(before, after, strict=True) if one != other]
    assert changed
    assert all(one == [next(iter(INCIDENTS))] for one in changed)


def test_all_are_drawn_about_equally_often():
    drawn = [ids(seed)[0] for seed in range(1000)]
    assert min(drawn.count(one) for one in INCIDENTS) > 10
    assert next(seed for seed in count() if len(set(drawn[:seed])) == len(INCIDENTS)) < 300


@pytest.mark.parametrize("together", [0, 3])
def test_other_numbers_of_incidents_are_refused(together):
    with pytest.raises(Problem, match="1 or 2"):
        pick(7, together)
