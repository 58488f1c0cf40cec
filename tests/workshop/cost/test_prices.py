"""The prices: dated, sourced, and not too old."""

import datetime

import pytest

from workshop import prices


def test_they_are_not_older_than_a_year():
    found = prices.load()
    assert not found.outdated(datetime.date.today()), (
        f"{prices.FILE.name} is of {found.month:%B %Y}: look every price up at its source, then set `month`"
    )


@pytest.mark.parametrize(
    ("today", "outdated"),
    [
        ("2026-11-22", False),
        ("2027-11-30", False),
        ("2027-12-01", False),
        ("2027-12-02", True),
        ("2030-01-01", True),
    ],
)
def test_a_year_later_they_are_outdated(today, outdated, tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text(prices.FILE.read_text().replace(f"{prices.load().month:%Y-%m}", "2026-11"))
    assert prices.load(file).outdated(datetime.date.fromisoformat(today)) is outdated


def test_each_part_says_where_it_is_from_and_what_is_free():
    for part in prices.load().parts:
        assert part.source.startswith("https://aws.amazon.com/")
        assert part.free


def test_the_figures_as_they_were_looked_up():
    found = prices.load()
    assert found.dynamodb.storage_gb_month == 0.25
    assert found.functions.request * 1_000_000 == pytest.approx(0.20)
    assert found.functions.gb_second == 0.0000166667
    assert found.apis.http_request * 1_000_000 == pytest.approx(1.0)
    assert found.apis.rest_request * 1_000_000 == pytest.approx(3.5)
    assert (found.logs.gb_ingested, found.logs.gb_month_stored) == (0.50, 0.03)
    assert found.transfer.gb_out == 0.09
