"""A month in both modes, calculated by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import prices
from workshop.cost import Forecast

PRICES = prices.load()


def test_a_month_by_hand():
    forecast = Forecast(PRICES, peak_writes=100, peak_reads=400, storage_gb=10)
    # 100 × 0.00065 × 730 + 400 × 0.00013 × 730; a tenth of 100 × 2,628,000 writes and 400 × 2,628,000 reads.
    assert forecast.provisioned == pytest.approx(47.45 + 37.96)
    assert forecast.on_demand_at(0.1) == pytest.approx(16.425 + 13.14)
    assert forecast.storage == pytest.approx(2.5)


amounts = st.floats(min_value=1, max_value=40_000)


@given(amounts, amounts)
def test_the_crossover_is_at_29_percent_whatever_the_peak(writes, reads):
    forecast = Forecast(PRICES, writes, reads)
    assert forecast.crossover == pytest.approx(0.2889, abs=1e-4)
    assert forecast.on_demand_at(forecast.crossover) == pytest.approx(forecast.provisioned)


def test_the_crossover_is_calculated_from_the_prices(tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text(prices.FILE.read_text().replace("= 0.625e-6", "= 1.25e-6"))
    assert Forecast(prices.load(file), peak_writes=5).crossover == pytest.approx(0.2889 / 2, abs=1e-4)


def test_below_the_crossover_on_demand_is_cheaper():
    rows = Forecast(PRICES, peak_writes=100).rows()
    cheaper = [which for _, _, _, which in rows]
    assert cheaper == ["on-demand"] * 4 + ["neither"] + ["provisioned"] * 4
    assert [share for share, *_ in rows] == sorted(share for share, *_ in rows)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing to forecast"),
        ({"peak_writes": -1, "peak_reads": 1}, "0 or more"),
        ({"peak_reads": 1, "storage_gb": -1}, "0 or more"),
    ],
)
def test_what_cannot_be_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Forecast(PRICES, **given)
