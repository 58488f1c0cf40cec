"""The plots of stale reads and of throttling: their numbers, their text form, what stands in the drawing."""

import xml.etree.ElementTree as ET

import pytest

from workshop.figures import staleness, throttling

READS = [
    (1.0, False, True),
    (2.0, True, False),
    (9.9, False, False),
    (12.0, False, True),
    (25.0, False, False),
    (26.0, True, False),
    (30.0, False, True),  # after the end: left out
]


def texts(html):
    svg = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    name = "{http://www.w3.org/2000/svg}text"
    return {"".join(text.itertext()).strip() for text in svg.iter(name)}


def follows_the_page(html):
    """Takes the page's colours, loads nothing, and says what it is to those who do not see it."""
    return (
        "currentColor" in html
        and not any(words in html for words in ("#000000", "#ffffff", "<script", "url(http"))
        and all(words in html for words in ('role="img"', "<title", "<desc"))
    )


def test_reads_are_counted_by_kind_and_age():
    found = staleness(READS, until=30)
    assert found.share(False) == (2, 4)
    assert found.share(False, 0, 10) == (1, 2)
    assert found.share(False, 0, 10).percent == 50
    assert found.share(True, 10, 20).percent is None
    assert found.oldest == 12


def test_staleness_says_all_in_words():
    assert repr(staleness(READS, until=30)) == (
        "age of the write  default reads stale   strongly consistent reads stale\n"
        "0 to 10 ms        50% of 2              0% of 1\n"
        "10 to 20 ms       100% of 1             none read\n"
        "20 to 30 ms       0% of 1               0% of 1\n"
        "Default reads: 2 of 4 were stale, the last one 12 ms after the write. "
        "Strongly consistent reads: 0 of 2."
    )


def test_where_no_read_was_stale_no_last_one_is_named():
    current = [(age, consistent, False) for age, consistent, _ in READS]
    assert staleness(current).oldest is None
    assert "Default reads: 0 of 5 were stale. Strongly" in repr(staleness(current))


@pytest.mark.parametrize("reads", [[], READS[:1], [(250.0, True, False), (3.0, False, False)]])
def test_both_kinds_must_have_been_read(reads):
    with pytest.raises(ValueError, match="default and strongly consistent reads"):
        staleness(reads)


def test_the_drawing_of_stale_reads_has_its_labels_and_units():
    html = staleness(READS, until=30)._repr_html_()
    assert follows_the_page(html)
    labels = {"age of the write when it was read (ms)", "stale reads (%)"}
    assert labels | {"default reads", "strongly consistent reads"} <= texts(html)


BURST = [(0.0, 200.0), (0.5, 100.0), (0.6, None), (1.0, 4.0), (1.5, None), (2.25, None)]
"""Of one unit a second: 300 are saved up, and one comes back each second."""


def test_requests_are_counted():
    run = throttling(BURST, provisioned=1)
    assert (run.succeeded, run.refused, run.consumed, run.first_refused) == (3, 3, 304, 0.6)


def test_burst_credit_is_what_is_not_consumed():
    levels = list(throttling(BURST, provisioned=1).credit())
    assert levels == [
        (0.0, 300.0),
        *((0.0, 300.0), (0.0, 100.0)),
        *((0.5, 100.5), (0.5, 0.5)),
        *((1.0, 1.0), (1.0, -3.0)),
        (2.25, -1.75),
    ]


def test_unused_capacity_is_kept_for_no_longer_than_five_minutes():
    levels = list(throttling([(0.0, 10.0), (1000.0, 10.0)], provisioned=2).credit())
    assert levels[3:] == [(1000.0, 600.0), (1000.0, 590.0), (1000.0, 590.0)]


def test_throttling_says_all_in_words():
    assert repr(throttling(BURST, provisioned=1)) == (
        "second  units consumed  burst credit left  refused\n"
        "     1             300                1.0        1\n"
        "     2               4               -2.0        1\n"
        "     3               0               -1.0        1\n"
        "3 requests succeeded and consumed 304 units; 3 were refused, the first after 0.6 seconds. "
        "Provisioned: 1 a second, so 300 units of burst at the start. DynamoDB does not tell what is left of "
        "them: it is reckoned from what the answers say they consumed."
    )


def test_no_credit_is_written_without_a_sign():
    spent = throttling([(0.0, 300.0), (0.5, 0.51)], provisioned=1)
    assert "    0.0  " in repr(throttling([(0.0, 301.01)], provisioned=1))
    assert "-0.0" not in repr(throttling([(0.0, 301.01)], provisioned=1))
    assert spent.seconds()[0].credit == pytest.approx(0.49)


def test_where_none_was_refused_no_first_one_is_named():
    run = throttling(BURST[:2], provisioned=1)
    assert run.first_refused is None
    assert "0 were refused. Provisioned" in repr(run)
    assert "Refused in each second" in texts(run._repr_html_())


@pytest.mark.parametrize(
    ("attempts", "said"),
    [([], "no requests to show"), ([(1.0, 4.0), (0.5, 4.0)], "in the order of time")],
)
def test_what_is_no_run_is_refused(attempts, said):
    with pytest.raises(ValueError, match=said):
        throttling(attempts, provisioned=1)


def test_the_drawing_of_throttling_has_its_labels_and_units():
    html = throttling(BURST, provisioned=1)._repr_html_()
    assert follows_the_page(html)
    titles = {"Consumed in each second", "Burst credit left", "Refused in each second"}
    assert titles | {"units", "requests", "time (s)", "provisioned: 1 a second"} <= texts(html)
