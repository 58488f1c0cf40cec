"""The plots: their numbers, their text form, and that they follow the page they are on."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from workshop import prices
from workshop.figures import capacity_modes


def test_the_prices_are_dated_and_sourced():
    found = prices.load()
    assert found.month.year >= 2026
    assert found.dynamodb.source.startswith("https://aws.amazon.com/")
    assert found.dynamodb.on_demand_write == pytest.approx(0.625 / 1_000_000)


def test_a_file_that_lacks_a_price_is_refused(tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text(prices.FILE.read_text().replace("on_demand_read", "on_demand_reed"))
    with pytest.raises(TypeError, match="on_demand_reed"):
        prices.load(file)


def test_a_month_of_writes_by_hand():
    modes = capacity_modes(peak=100, average=8)
    # 8 a second * 2,628,000 seconds = 21,024,000 writes at $0.625 a million; 100 units * 730 hours.
    assert modes.on_demand == pytest.approx(13.14)
    assert modes.provisioned == pytest.approx(47.45)
    assert modes.cheaper == "on-demand"


@pytest.mark.parametrize("kind", ["writes", "reads"])
@pytest.mark.parametrize("peak", [1, 100, 40_000])
def test_the_crossover_depends_on_the_prices_alone(kind, peak):
    modes = capacity_modes(peak, 0, kind)
    assert modes.crossover == pytest.approx(0.2889, abs=1e-4)
    assert modes.on_demand_at(modes.crossover) == pytest.approx(modes.provisioned)


@pytest.mark.parametrize(
    ("average", "cheaper"),
    [(0, "on-demand"), (28, "on-demand"), (100 * 26 / 90, "neither"), (30, "provisioned")],
)
def test_which_is_cheaper(average, cheaper):
    assert capacity_modes(100, average).cheaper == cheaper


def test_the_text_form_says_all():
    assert repr(capacity_modes(50, 40, "reads")) == (
        "Reads of up to 4 KB, strongly consistent: "
        "peak 50 a second, average 40 a second, which is 80% of it.\n"
        "On-demand:   $13.14 a month, for the requests that come\n"
        "Provisioned: $4.75 a month, for the peak at every hour\n"
        "Cheaper here: provisioned. Both cost the same at 29%; below it on-demand is cheaper.\n"
        "Prices of us-east-1 in November 2026, https://aws.amazon.com/dynamodb/pricing/; "
        "without free tier, reserved capacity, auto scaling and storage."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((100, 101), "peak 100, average 101: the average must lie between 0 and the peak"),
        ((0, 0), "peak 0, average 0"),
        ((100, -1), "average -1"),
        ((100, 1, "scans"), "kind is 'scans'; it can be 'writes' or 'reads'"),
    ],
)
def test_what_cannot_be_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        capacity_modes(*arguments)


@pytest.fixture(scope="module")
def drawn():
    return capacity_modes(100, 8)._repr_html_()


def svg_of(html):
    return ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def test_the_drawing_has_its_labels_and_units(drawn):
    texts = {
        "".join(text.itertext()).strip() for text in svg_of(drawn).iter("{http://www.w3.org/2000/svg}text")
    }
    assert {
        "on-demand",
        "provisioned for the peak",
        "the same at 29%",
        "this table: 8%",
        "US dollars a month",
        "utilisation: average as a share of the peak (%)",
    } <= texts


def test_the_drawing_follows_the_page_and_loads_nothing(drawn):
    assert "currentColor" in drawn
    assert "#000000" not in drawn
    assert "#ffffff" not in drawn
    assert "<script" not in drawn
    assert "url(http" not in drawn
    assert 'role="img"' in drawn
    assert "without free tier" in svg_of(drawn).find("{http://www.w3.org/2000/svg}desc").text


def test_two_drawings_on_one_page_share_no_id(drawn):
    other = capacity_modes(100, 60)._repr_html_()
    ids = [{element.get("id") for element in svg_of(html).iter()} - {None} for html in (drawn, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = {
        value[1:]
        for element in svg_of(drawn).iter()
        for key, value in element.items()
        if key.endswith("href")
    }
    assert used <= ids[0]


@pytest.mark.parametrize("average", [0, 20, 29, 35, 100])
def test_it_draws_wherever_the_table_is(average):
    assert f"this table: {average}%" in capacity_modes(100, average)._repr_html_()


def test_matplotlib_is_loaded_only_to_draw():
    code = (
        "import sys, workshop.figures as f; repr(f.capacity_modes(9, 1)); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"
