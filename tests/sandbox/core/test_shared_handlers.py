"""Handlers whose copies share nodes are called as botocore's own are, whoever was copied from whom."""

from __future__ import annotations

import copy

from botocore.hooks import EventAliaser, HierarchicalEmitter
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shared_handlers import SharingAliaser, SharingEmitter

EVENTS = ("a", "a.b", "a.b.c", "a.*.c", "a.x.c", "b", "*")
STEPS = st.one_of(
    st.tuples(st.just("copy"), st.integers(0, 9)),
    st.tuples(
        st.sampled_from(("register", "register_first", "register_last", "unregister")),
        st.integers(0, 9),
        st.sampled_from(EVENTS),
        st.integers(0, 3),
    ),
)


def handlers():
    """Functions that say their number."""
    return [lambda number=number, **_: number for number in range(4)]


def said(emitter, event):
    return [answer for _, answer in emitter.emit(event)]


def outcome(emitter, step, event, function):
    """None, or botocore's complaint: it raises where a node above handlers has none itself."""
    try:
        return getattr(emitter, step)(event, function)
    except AttributeError as error:
        return str(error)


@given(st.lists(STEPS, max_size=30))
def test_copies_answer_as_botocores_do(steps):
    functions = handlers()
    pairs = [(HierarchicalEmitter(), SharingEmitter())]
    for step, number, *rest in steps:
        pair = pairs[number % len(pairs)]
        if step == "copy":
            pairs.append((copy.copy(pair[0]), copy.copy(pair[1])))
            continue
        event, function = rest
        assert outcome(pair[0], step, event, functions[function]) == outcome(
            pair[1], step, event, functions[function]
        )
        for event in EVENTS:
            assert all(said(theirs, event) == said(ours, event) for theirs, ours in pairs)


def test_a_copy_and_its_original_are_apart():
    (first, second, third, _) = handlers()
    original = SharingEmitter()
    original.register("a.b", first)
    copied = copy.copy(original)
    copied.register("a.b", second)
    original.register("a.b.c", third)
    original.unregister("a.b", first)
    assert said(original, "a.b.c") == [2]
    assert said(copied, "a.b.c") == [0, 1]


def test_a_copied_aliaser_knows_the_names_and_has_its_own_handlers():
    first, second, *_ = handlers()
    original = SharingAliaser(SharingEmitter())
    old, new = "before-call.autoscaling.X", "before-call.auto-scaling.X"
    assert (
        original._alias_event_name(old) == EventAliaser(HierarchicalEmitter())._alias_event_name(old) == new
    )
    original.register(old, first)
    copied = copy.copy(original)
    copied.register(new, second)
    assert (said(original, new), said(copied, old)) == ([0], [0, 1])
