"""What tables have used up is not forgotten when the sandbox starts again."""

from types import SimpleNamespace

import pytest

from sandbox.dynamodb.usage import TableUsages


def definition(**members):
    throughput = SimpleNamespace(read=5, write=2)
    plain = {"arn": "arn:table", "name": "users", "region": "us-east-1", "account": "1", "indexes": {}}
    return SimpleNamespace(**{**plain, "on_demand": False, "throughput": throughput, **members})


def counts(usages):
    return usages.report()["1"][0]


def test_counts_go_on_where_they_were_and_no_hour_passes_while_nothing_runs():
    hour = [0.0]
    before = TableUsages(lambda: hour[0] * 3600)
    before.of(definition()).charge(SimpleNamespace(total=(3.0, 1.0)))
    hour[0] = 1.0
    state = before.state()

    hour[0] = 50.0
    after = TableUsages(lambda: hour[0] * 3600)
    after.restore(state)
    assert after.of(definition()) is after.of(definition())
    hour[0] = 51.0
    told = counts(after)
    assert told["read_capacity_units_consumed"] == 3.0
    assert told["write_capacity_units_consumed"] == 1.0
    assert told["read_capacity_unit_hours"] == pytest.approx(2 * 5)


def test_a_deleted_table_goes_on_costing_nothing():
    hour = [0.0]
    before = TableUsages(lambda: hour[0] * 3600)
    before.of(definition()).end(0.0)
    after = TableUsages(lambda: hour[0] * 3600)
    after.restore(before.state())
    hour[0] = 9.0
    assert counts(after)["read_capacity_unit_hours"] == 0.0
