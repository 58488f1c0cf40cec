"""The figures on Lambda: starts, packages, results. Their numbers, their text form, what stands in them."""

import json
import xml.etree.ElementTree as ET

import pytest

from workshop.figures import package_sizes, result_matrix, starts
from workshop.figures.packages import FILE, size

ID = "8f5b1c1e-0000-4000-8000-000000000001"


def report(duration, init=None):
    """A REPORT line as Lambda writes it: Lambda Developer Guide, *Viewing CloudWatch logs*."""
    line = f"REPORT RequestId: {ID}\tDuration: {duration} ms\tBilled Duration: 200 ms\tMemory Size: 128 MB\t"
    line += "Max Memory Used: 49 MB\t"
    return line if init is None else f"{line}Init Duration: {init} ms\t"


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


# ---- starts ----------------------------------------------------------------------------------------------

LOGS = {
    "Python": ["START x", report("10.00", "150.50"), "END x", report("2.00"), report("4.00"), report("1.00")],
    "Node.js": [report("1.50"), report("1.50")],
}


def test_starts_are_read_from_logs_in_json():
    metrics = {"durationMs": 2.5, "billedDurationMs": 3, "initDurationMs": 150.5}
    cold = {"type": "platform.report", "record": {"metrics": metrics}}
    found = starts({"Node.js": ['{"type": "platform.start"}', json.dumps(cold)]})
    assert found.functions["Node.js"] == ((2.5, 150.5),)


def test_starts_are_read_from_the_report_lines():
    found = starts(LOGS)
    assert [one.init for one in found.functions["Python"]] == [150.5, None, None, None]
    assert [one.whole for one in found.cold("Python")] == [160.5]
    assert [one.duration for one in found.warm("Python")] == [2.0, 4.0, 1.0]
    assert found.cold("Node.js") == ()


def test_starts_say_all_in_words():
    assert repr(starts(LOGS)) == (
        "Python\n"
        "invocation   init ms  handler ms\n"
        "         1     150.5        10.0\n"
        "         2         -         2.0\n"
        "         3         -         4.0\n"
        "         4         -         1.0\n"
        "Node.js\n"
        "invocation   init ms  handler ms\n"
        "         1         -         1.5\n"
        "         2         -         1.5\n"
        "Python: 1 cold, 160 ms; 3 warm, 2.0 ms. Node.js: 0 cold; 2 warm, 1.5 ms. "
        "(Medians of init and handler together.)"
    )


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ({}, "any function"),
        ({"Python": [report("1.00")], "Node.js": ["START x"], "Ruby": []}, "Node.js, Ruby"),
    ],
)
def test_a_function_without_a_report_is_refused(logs, said):
    with pytest.raises(ValueError, match=f"no REPORT line of {said}"):
        starts(logs)


def test_the_drawing_of_starts_has_its_labels_and_units():
    html = starts(LOGS)._repr_html_()
    assert follows_the_page(html)
    labels = {"time (ms)", "invocation", "Python", "Node.js", "the handler", "160"}
    assert labels | {"init: the code outside the handler"} <= texts(html)


# ---- packages --------------------------------------------------------------------------------------------

PACKAGES = {
    "measured": "2026-11-22",
    "script": "benchmarks/packages.py",
    "machine": "Linux, 2 cores",
    "versions": "Node.js 24.1.0",
    "packages": [
        {
            "language": "nodejs",
            "label": "SDK, whole",
            "zipped": 2_725_800,
            "unzipped": 103_151_000,
            "init_ms": [300.4, 200.4],
        },
        {
            "language": "python",
            "label": "none",
            "zipped": 326,
            "unzipped": 288,
            "init_ms": [90.0, 99.0, 95.0],
        },
    ],
}


@pytest.fixture
def packages(tmp_path):
    file = tmp_path / "packages.json"
    file.write_text(json.dumps(PACKAGES))
    return package_sizes(file)


def test_packages_say_all_in_words(packages):
    assert repr(packages) == (
        "package                unzipped      zipped  cold start\n"
        "Node.js: SDK, whole      103 MB      2.7 MB      200 ms\n"
        "Python: none          288 bytes   326 bytes       90 ms\n"
        "Measured on 2026-11-22 by benchmarks/packages.py on the sandbox (Linux, 2 cores): "
        "the fastest of 2 cold starts (Init Duration). Node.js 24.1.0."
    )


def test_a_package_is_found_by_its_label(packages):
    assert packages["none"].unzipped == 288
    with pytest.raises(KeyError):
        packages["another"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (999, "999 bytes"),
        (1000, "1 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (9_949_999, "9.9 MB"),
        (9_950_000, "10 MB"),
    ],
)
def test_sizes_are_said_in_the_unit_that_fits(count, said):
    assert size(count) == said


def test_the_drawing_of_packages_has_its_labels_and_units(packages):
    html = packages._repr_html_()
    assert follows_the_page(html)
    labels = {"unzipped size (MB)", "cold start: Init Duration (ms)", "Node.js: SDK, whole", "200 ms"}
    assert labels | {"103 MB", "Python: none"} <= texts(html)
    assert "Measured on 2026-11-22" in html


def test_what_was_measured_is_of_this_repository():
    measured = package_sizes()
    assert (FILE.parents[3] / measured.script).is_file()
    assert min(len(one.init_ms) for one in measured.packages) >= 10
    assert all(time > 0 for one in measured.packages for time in one.init_ms)


def test_what_was_measured_is_what_the_notebook_says_of_it():
    measured = package_sizes()
    whole, service = measured["SDK v2, whole"], measured["v3 DynamoDBClient, whole"]
    bundled, aggregated = measured["v3 DynamoDBClient, bundled"], measured["v3 DynamoDB, bundled"]
    assert round(whole.unzipped / 1e6) == 103
    assert round(service.unzipped / 1e6) == 7
    assert 300_000 < bundled.unzipped < 366_000  # a third of a megabyte
    assert 0.75 < bundled.unzipped / aggregated.unzipped < 1
    assert measured["SDK v2, bundled"].unzipped < whole.unzipped / 10
    assert measured["SDK v2, bundled"].least_ms > 1.2 * whole.least_ms
    assert bundled.least_ms < measured["v3 of the runtime"].least_ms


# ---- results ---------------------------------------------------------------------------------------------

MEANT = (201, '{"userId":"ada"}')
RESULTS = [
    ("right", {"REST API": MEANT, "HTTP API": MEANT}),
    ("no <statusCode>", {"REST API": (502, '{"message": "no"}'), "HTTP API": (200, '{"userId":"ada"}')}),
    ("no body", {"REST API": (201, ""), "HTTP API": (500, "")}),
]


def test_a_success_that_was_not_meant_hides():
    matrix = result_matrix(RESULTS, meant=MEANT)
    assert (matrix.hidden("REST API"), matrix.hidden("HTTP API")) == (1, 1)
    assert [matrix.verdict(one.answers["REST API"]) for one in matrix.results] == [
        "meant",
        "refused",
        "hidden",
    ]


def test_results_say_all_in_words():
    assert repr(result_matrix(RESULTS, meant=MEANT)) == (
        "Of 3 results these hide behind a success: REST API: 1, HTTP API: 1.\n"
        "                 REST API                 HTTP API\n"
        'right            ✓ 201 {"userId":"ada"}   ✓ 201 {"userId":"ada"}\n'
        'no <statusCode>  ✗ 502 {"message": "no"}  ! 200 {"userId":"ada"}\n'
        "no body          ! 201                    ✗ 500\n"
        "✓ what was meant · ✗ an error: you notice · ! a success, but not what was meant: the fault hides"
    )


def test_the_matrix_shows_each_answer_and_takes_the_pages_colours():
    html = result_matrix(RESULTS, meant=MEANT)._repr_html_()
    assert "no &lt;statusCode&gt;" in html
    assert html.count("<td title=") == 6
    for words in ("✓ 201", "✗ 502", "! 200", "as meant", "a success, but not what was meant"):
        assert words in html
    assert not any(words in html for words in (";color:#", "<script"))


@pytest.mark.parametrize(
    "results",
    [[], [("right", {})], [*RESULTS, ("other", {"HTTP API": MEANT})]],
    ids=["none", "no API", "uneven"],
)
def test_what_is_no_matrix_is_refused(results):
    with pytest.raises(ValueError, match="the same kinds of API"):
        result_matrix(results, meant=MEANT)
