"""Counts × prices."""

import pytest

from tests.workshop.cost.samples import TABLE, counted
from workshop import prices
from workshop.cost import Sheet

MONTH = 730 * 3600.0


def sheet(**counts):
    return Sheet.of(counted(**counts), prices.load())


def dollars(found):
    return {line.unit: pytest.approx(line.dollars) for line in found.lines}


def test_nothing_costs_nothing():
    assert sheet(tables=[TABLE]) == Sheet(())
    assert sheet().total == 0


def test_a_table_on_demand():
    table = {**TABLE, "write_request_units": 2_000_000.0, "read_request_units": 4_000_000.0}
    assert dollars(sheet(tables=[table])) == {"write request units": 1.25, "read request units": 0.5}


def test_a_provisioned_table():
    table = {**TABLE, "write_capacity_unit_hours": 1000.0, "read_capacity_unit_hours": 1000.0}
    assert dollars(sheet(tables=[table])) == {
        "write capacity unit-hours": 0.65,
        "read capacity unit-hours": 0.13,
    }


def test_storage_is_billed_by_the_month():
    found = sheet(seconds=MONTH / 2, tables=[{**TABLE, "bytes_stored": 4 * 2**30}])
    assert dollars(found) == {"GB-months stored": 0.5}


def test_a_function():
    function = {"function": "users", "requests": 1_000_000, "billed_ms": 0, "gb_seconds": 60_000.0}
    found = sheet(functions=[function])
    assert dollars(found) == {"requests": 0.2, "GB-seconds": pytest.approx(1.0, abs=1e-5)}
    assert {line.resource for line in found.lines} == {"function users"}


@pytest.mark.parametrize(("kind", "cost"), [("HTTP", 2.0), ("REST", 7.0)])
def test_an_api(kind, cost):
    api = {"api": "a1", "kind": kind, "requests": 1, "metered_requests": 2_000_000, "bytes_out": 2**30}
    found = sheet(apis=[api])
    assert dollars(found) == {"requests": cost, "GB sent out": 0.09}
    assert found.lines[0].resource == f"{kind} API a1"


def test_a_log_group():
    found = sheet(seconds=MONTH, log_groups=[{"log_group": "/g", "bytes_ingested": 2**31}])
    assert dollars(found) == {"GB ingested": 1.0, "GB-months stored": 0.06}


def test_the_total_is_the_sum_of_the_lines():
    table = {**TABLE, "write_request_units": 2_000_000.0}
    function = {"function": "users", "requests": 1_000_000, "billed_ms": 0, "gb_seconds": 0.0}
    found = sheet(tables=[table], functions=[function])
    assert found.total == pytest.approx(1.45)
    assert found.as_dict()["total"] == found.total
    assert [line["dollars"] for line in found.as_dict()["lines"]] == pytest.approx([1.25, 0.2])
