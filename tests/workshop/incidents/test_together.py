"""Two incidents at once: the second shows only when the first is mended, and each has its own seal."""

import pytest

from tests.workshop.incidents.stage import PREFIX, stage
from workshop.errors import Problem
from workshop.incidents import INCIDENTS, breaking, pick, places, record, sealing, words
from workshop.incidents.lock import refuse_unsealed
from workshop.incidents.pick import pairs

SEEDS = {"python": (19, 3, 8), "nodejs": (19, 5, 11)}
CASES = [(language, seed) for language, seeds in SEEDS.items() for seed in seeds]


@pytest.mark.parametrize(("language", "seed"), CASES)
def test_the_second_shows_only_when_the_first_is_mended(stage_in, language, seed):
    here = stage(stage_in(language).target)
    ticket = breaking.open_on(here.stack, here.folder, seed, 2)
    outer, inner = (part.incident for part in ticket.parts)
    first = here.diagnose(ticket)
    places.restore(here.stack, ticket.before, outer.places)
    second = here.diagnose(ticket)
    places.restore(here.stack, ticket.before, inner.places)
    third = here.diagnose(ticket)
    found = here.mend()
    assert (first.cause.id, second.cause.id) == (outer.causes[0], inner.causes[0])
    assert (first.cause.layer in outer.layers, second.cause.layer in inner.layers) == (True, True)
    assert (third.verdict, found.sick) == ("healthy", None)
    assert "Two things are wrong" in words.ticket(ticket)


def test_each_is_sealed_while_it_shows(stage_in):
    here = stage(stage_in("python").target)
    (pair,) = (
        one
        for one in pairs()
        if [each.id for each in one] == ["invoke-permission-missing", "arn-of-another-region"]
    )
    seed = next(seed for seed in range(100_000) if pick(seed, 2) == pair)
    ticket = breaking.open_on(here.stack, here.folder, seed, 2)
    outer, inner = pair
    try:
        _is_shut(here)
        here.write(
            "permission", "may-not-invoke", call="lambda get-policy", shows="ResourceNotFoundException"
        )
        told, part = sealing.seal(here.target, PREFIX, here.clone)
        assert part.incident is outer
        assert part.symptom_at_seal["shows"] is True
        assert "workshop seal, for what shows next" in words.sealed(told, part)
        _is_open(here)
        with pytest.raises(Problem, match="sealed is sealed"):
            sealing.seal(here.target, PREFIX, here.clone)

        places.restore(here.stack, ticket.before, outer.places)
        _is_shut(here)
        here.write("role", "resource-arn-differs", log_line="AccessDeniedException … dynamodb:Scan")
        told, part = sealing.seal(here.target, PREFIX, here.clone)
        assert part.incident is inner
        assert (part.symptom_at_seal["shows"], told.unsealed) == (True, None)
        _is_open(here)
    finally:
        assert here.mend().sick is None


def _is_shut(here):
    with pytest.raises(Problem, match="what shows now is not sealed"):
        refuse_unsealed(here.target, here.clone, stack=PREFIX)


def _is_open(here):
    refuse_unsealed(here.target, here.clone, stack=PREFIX)


def test_the_first_may_be_repaired_without_a_seal(stage_in):
    """The seal is for the first that is not sealed, and notes that it shows no more."""
    here = stage(stage_in("python").target)
    ticket = breaking.open_on(here.stack, here.folder, 19, 2)
    outer, inner = (part.incident for part in ticket.parts)
    places.restore(here.stack, ticket.before, outer.places)
    here.write("role", "action-not-allowed", call="iam get-role", shows="AssumeRolePolicyDocument")
    told, part = sealing.seal(here.target, PREFIX, here.clone)
    assert here.mend().sick is None
    assert part.incident is outer
    assert part.symptom_at_seal["shows"] is False
    assert told.unsealed.incident is inner
    assert INCIDENTS[inner.id] is inner
    assert record.open_ticket(here.folder) is None
