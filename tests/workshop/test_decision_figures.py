"""The decision tree leads from what is seen to a layer of the doctor's, and draws the way."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from workshop.doctor.layers import LAYERS
from workshop.figures import decision_tree
from workshop.figures.decisions import LEAVES, leaf
from workshop.figures.decisions_svg import boxes

START, END = "START RequestId: 1 Version: $LATEST\n", "REPORT RequestId: 1\tDuration: 3.00 ms\n"
REFUSED = "[ERROR] ClientError: An error occurred ({}) when calling the PutItem operation: no\nTraceback\n"
TIMED_OUT = "2026-11-23T01:00:00.000Z 1 Task timed out after 1.00 seconds\n"

SEEN = {
    "no answer": ((None,), "name and address"),
    "wrong path on HTTP": ((404, False), "API, stage, deployment, route"),
    "wrong path on REST": ((403, False), "API, stage, deployment, route"),
    "no such user": ((404, True, [START, END]), "answer"),
    "throttled": ((429, False), "stage"),
    "not invoked": ((500, False), "integration, permission, function, role"),
    "timed out": ((502, True, [START, TIMED_OUT, END]), "log of the request"),
    "still at work": ((504, True, [START]), "log of the request"),
    "denied": (
        (502, True, [START, REFUSED.format("AccessDeniedException"), END]),
        "role of the function, table",
    ),
    "denied in Node.js": (
        (500, True, [START, "AccessDeniedException: User: x\n", END]),
        "role of the function, table",
    ),
    "refused": ((502, True, [START, REFUSED.format("ValidationException"), END]), "table"),
    "no handler": (
        (502, True, ["[ERROR] Runtime.HandlerNotFound: Handler 'handle' missing\n", START, END]),
        "log of the request, function",
    ),
    "crash": (
        (500, True, [START, "[ERROR] KeyError: 'x'\nTraceback\n", END]),
        "log of the request, function",
    ),
    "no error": ((502, True, [START, "{}\n", END]), "result of the function"),
    "odd": ((200, True, [START, END]), "result of the function"),
}


@pytest.mark.parametrize(("seen", "layer"), SEEN.values(), ids=SEEN)
def test_what_is_seen_leads_to_a_layer(seen, layer):
    assert leaf(*seen).layer == layer


def test_each_end_is_reached():
    assert {leaf(*seen) for seen, _ in SEEN.values()} == set(LEAVES)


@pytest.mark.parametrize("status", [301, 400, 409])
def test_an_answer_that_says_why_is_refused(status):
    with pytest.raises(ValueError, match=str(status)):
        decision_tree(status)


def test_the_ends_are_layers_of_the_doctor():
    for one in LEAVES:
        found = [layer.NAME for layer in LAYERS if one.leads_to(layer.NAME)]
        assert len(found) == len(one.layer.split(", ")), one.layer


def test_each_layer_but_what_is_behind_them_is_led_to():
    assert all(any(one.leads_to(layer.NAME) for one in LEAVES) for layer in LAYERS)


def test_no_box_lies_on_another():
    places = sorted((one.left, one.middle) for one in boxes())
    for (left, high), (other, low) in pairwise(places):
        assert left != other or low - high >= 40


def drawn(tree):
    return ET.fromstring(tree._repr_html_())


def strong(tree):
    """The words on the way: bold, and in a group that is not dim."""
    groups = [one for one in drawn(tree).iter("{http://www.w3.org/2000/svg}g") if "opacity" not in one.attrib]
    texts = [text for one in groups for text in one.iter("{http://www.w3.org/2000/svg}text")]
    return [text.text for text in texts if text.get("font-weight") == "700"]


def test_the_way_is_drawn_and_said():
    tree = decision_tree(502, started=True, log=[START, REFUSED.format("AccessDeniedException"), END])
    assert strong(tree) == ["5xx", "START", "AccessDenied", "role of the function, table"]
    (marked,) = [line for line in repr(tree).splitlines() if line.startswith("→")]
    assert "role of the function, table: the ARN; simulate-principal-policy   [guide 5.2]" in marked
    assert tree.summary == (
        "5xx → START → AccessDenied: "
        "look at the role of the function, table (the ARN; simulate-principal-policy)."
    )


def test_without_an_answer_nothing_is_dim():
    tree = decision_tree()
    assert all("opacity" not in one.attrib for one in drawn(tree).iter("{http://www.w3.org/2000/svg}g"))
    words = "".join(drawn(tree).itertext())
    for one in LEAVES:
        assert one.look in words
        assert one.look in repr(tree)
    assert not [line for line in repr(tree).splitlines() if line.startswith("→")]
