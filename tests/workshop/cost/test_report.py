"""The report as text, as JSON, as a figure."""

import datetime
import re
import xml.etree.ElementTree as ET

from tests.workshop.cost.samples import TABLE, counted
from workshop import prices
from workshop.cost import Forecast, Report, Sheet
from workshop.cost.report import amount, money
from workshop.figures import CostSheet

TODAY = datetime.date(2026, 11, 22)


def report(today=TODAY, **counts):
    known = prices.load()
    found = counted(seconds=7300, **counts)
    return Report(Sheet.of(found, known), Forecast(known, 100, 400, 10), known, found.seconds, today)


WRITES = {**TABLE, "write_request_units": 61.0}


def test_nothing_was_used_yet():
    said = report().as_text()
    assert "Nothing that AWS bills was used yet." in said
    assert "Resource" not in said
    assert "Both modes cost the same at 29% utilisation" in said


def test_the_text_says_what_was_used_and_what_it_would_cost():
    said = report(tables=[WRITES]).as_text()
    assert "since the sandbox began 2 hours ago" in said
    assert re.search(r"table users +write request units +61 +\$0\.000038\b", said)
    assert "On AWS this would have cost $0.000038, without the free tier." in said
    assert "For one dollar you could do all of it 26,230 times." in " ".join(said.split())


def test_the_text_is_the_same_in_a_notebook(monkeypatch):
    before = report(tables=[WRITES]).as_text()
    monkeypatch.setenv("FORCE_COLOR", "1")  # as IPython's kernel sets it
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert report(tables=[WRITES]).as_text() == before


def test_the_forecast_is_a_table_over_utilisation():
    said = report().as_text()
    assert re.search(r"^ +20% +\$59\.13 +\$85\.41 +on-demand$", said, re.M)
    assert re.search(r"^ +29% +\$85\.41 +\$85\.41 +neither$", said, re.M)
    assert re.search(r"^ +100% +\$295\.65 +\$85\.41 +provisioned$", said, re.M)
    assert "Storage of 10 GB adds $2.50 in either." in said


def test_the_free_tier_and_the_sources_are_named():
    said = " ".join(report().as_text().split())
    assert "Free every month, and not taken off here: of DynamoDB 25 GB of storage" in said
    assert "of Lambda 1,000,000 requests and 400,000 GB-seconds" in said
    assert "Prices of us-east-1 in November 2026: https://aws.amazon.com/dynamodb/pricing/" in said


def test_old_prices_are_said_to_be_old():
    words = "These prices are more than a year old"
    assert words not in report().as_text()
    assert words in report(today=datetime.date(2028, 1, 1)).as_text()


def test_as_data():
    data = report(tables=[WRITES]).as_dict()
    assert data["region"] == "us-east-1"
    assert data["prices_of"] == "2026-11"
    (line,) = data["so_far"]["lines"]
    assert (line["resource"], line["unit"], line["quantity"]) == ("table users", "write request units", 61.0)
    assert data["so_far"]["total"] == line["dollars"]
    assert len(data["forecast"]["by_utilisation"]) == 9


def test_numbers_are_written_as_small_as_they_are():
    assert [money(x) for x in (0, 1234.5, 0.1, 0.0999, 0.0000012345)] == [
        "$0",
        "$1,234.50",
        "$0.10",
        "$0.100",
        "$0.0000012",
    ]
    assert [amount(x) for x in (61.0, 120.5, 12_345.0, 0.00012)] == ["61", "120.5", "12,345", "0.00012"]


def test_the_figure_has_the_same_facts():
    figure = CostSheet(report(tables=[WRITES]))
    assert repr(figure) == report(tables=[WRITES]).as_text()
    html = figure._repr_html_()
    assert "On AWS this would have cost $0.000038" in html
    assert "write request units" in html
    assert "the same at 29%" in html
    assert "<script" not in html
    assert "url(http" not in html
    svg = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    assert svg.get("role") == "img"


def test_names_are_not_taken_for_html():
    html = CostSheet(report(tables=[{**WRITES, "table": "<b>"}]))._repr_html_()
    assert "&lt;b&gt;" in html
