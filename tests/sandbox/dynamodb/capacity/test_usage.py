"""What tables use up that is billed."""

from sandbox.dynamodb.capacity import TableCapacity
from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.usage import TableUsages
from tests.sandbox.dynamodb.capacity.definitions import Clock, table

COST = Consumed("users", read=0.5, write=2.0, global_indexes={"by_email": (0.0, 1.0)})


def used(usages):
    (counts,) = usages.report()["123456789012"]
    return counts


def test_on_demand_requests_are_counted_with_their_indexes():
    clock = Clock()
    usages = TableUsages(clock)
    definition = table(None)
    capacity = TableCapacity(definition, clock, usage=usages.of(definition))
    capacity.charge(COST)
    capacity.charge(COST)
    clock.now += 3600
    assert used(usages) == {
        "table": "users",
        "region": "us-east-1",
        "mode": "PAY_PER_REQUEST",
        "read_request_units": 1.0,
        "write_request_units": 6.0,
        "read_capacity_units_consumed": 0.0,
        "write_capacity_units_consumed": 0.0,
        "read_capacity_unit_hours": 0.0,
        "write_capacity_unit_hours": 0.0,
        "bytes_stored": 0,
    }


def test_provisioned_units_are_counted_by_the_hour_used_or_not():
    clock = Clock()
    usages = TableUsages(clock)
    definition = table(10, 5)
    capacity = TableCapacity(definition, clock, usage=usages.of(definition))
    clock.now += 7200
    capacity.charge(COST)
    counts = used(usages)
    # The table and its global index have the same units.
    assert (counts["read_capacity_unit_hours"], counts["write_capacity_unit_hours"]) == (20.0, 40.0)
    assert (counts["write_request_units"], counts["write_capacity_units_consumed"]) == (0.0, 3.0)


def test_another_mode_is_billed_from_when_it_is_set():
    clock = Clock()
    usages = TableUsages(clock)
    capacity = TableCapacity(table(1), clock, usage=usages.of(table(1)))
    clock.now += 3600
    capacity.configure(table(None))
    capacity.charge(COST)
    clock.now += 3600
    counts = used(usages)
    assert (counts["write_capacity_unit_hours"], counts["write_request_units"]) == (2.0, 3.0)
    assert counts["mode"] == "PAY_PER_REQUEST"


def test_a_deleted_table_s_cost_stays_and_one_of_the_same_name_goes_on_with_it():
    clock = Clock()
    usages = TableUsages(clock)
    usage = usages.of(table(1))
    usage.stored = lambda: 5000
    clock.now += 3600
    assert used(usages)["bytes_stored"] == 5000
    usage.end(clock.now)
    clock.now += 3600
    assert used(usages)["write_capacity_unit_hours"] == 2.0
    assert used(usages)["bytes_stored"] == 0
    TableCapacity(table(1), clock, usage=usages.of(table(1)))
    clock.now += 3600
    assert used(usages)["write_capacity_unit_hours"] == 4.0


def test_a_reset_forgets():
    usages = TableUsages(Clock())
    usages.of(table(1))
    usages.clear()
    assert usages.report() == {}
