"""Two ways side by side: like steps in one row, each drawn over the same time."""

import re
import xml.etree.ElementTree as ET

from tests.workshop.tracing.test_spans import ALLOWED, GATEWAY, WHOLE, hop, put_item, trace
from workshop.tracing.pair import Waterfalls
from workshop.tracing.spans import way
from workshop.tracing.tree import text

DENIED = trace(
    GATEWAY,
    hop("permission", 0.3, 0.2, function="arn:…:function:users", source_arn="arn:a1", allowed=True),
    hop("lambda", 1, 40, "<it> raised", function="users"),
    put_item(12, 6, "AccessDenied", iam=[{**ALLOWED, "decision": "denied"}], status=400),
    hop("answer", 41, 0.1, because="the function failed", status=502),
    hop("answered", 45, 0.0, status=502, bytes=17),
)


def kinds(pair):
    return tuple(step.kind if step else None for step in pair)


def test_like_steps_are_in_one_row():
    rows = [kinds(pair) for pair in Waterfalls(way(WHOLE), way(DENIED)).rows]
    alike = [first for first, second in rows if first == second]
    assert alike == ["gateway", "permission", "lambda", "aws-api", "answered"]
    alone = [pair for pair in rows if None in pair]
    assert alone == [("aws-api", None), ("dynamodb", None), ("mapping", None), (None, "answer")]


def test_both_are_drawn_over_the_same_time():
    drawn = ET.fromstring(Waterfalls(way(WHOLE), way(DENIED))._repr_html_())
    bars = {one.get("title"): one[0].get("style") for one in drawn.iter("div") if one.get("role") == "img"}
    widths = [
        float(re.search(r"width:([\d.]+)%", bars[title])[1]) for title in sorted(bars) if "from 1.0" in title
    ]
    assert widths == [44.44, 88.89]  # 20 and 40 ms of 45


def test_the_first_trouble_is_named_and_text_is_text():
    pair = Waterfalls(way(WHOLE), way(DENIED))
    drawn = "".join(ET.fromstring(pair._repr_html_()).itertext())
    assert drawn.endswith("✗ First trouble: dynamodb PutItem → 400: AccessDenied")
    assert "✗ Lambda users<it> raised" in drawn.replace("request L1", "")
    assert drawn.count("no such step") == 4


def test_two_that_went_well_name_no_trouble():
    drawn = Waterfalls(way(WHOLE), way(WHOLE))._repr_html_()
    assert "First trouble" not in drawn
    assert "no such step" not in drawn


def test_the_text_form_has_both_trees():
    assert repr(Waterfalls(way(WHOLE), way(DENIED))) == f"{text(way(WHOLE))}\n\n{text(way(DENIED))}"
