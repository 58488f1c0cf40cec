"""Token buckets: what a table takes, and how it refuses the rest; the clock is the tests'."""

import pytest

from sandbox.dynamodb.capacity import Limits, TableCapacity
from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.model import Throughput
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.capacity.definitions import ARN, Clock, table

ONE_WRITE = Consumed("users", write=1.0)


@pytest.fixture
def clock():
    return Clock()


def write(capacity, units=1.0, indexes=()):
    """Whether a write was admitted; then it is charged."""
    try:
        capacity.admit_write(indexes)
    except AwsError:
        return False
    capacity.charge(Consumed("users", write=units, global_indexes=dict.fromkeys(indexes, (0.0, units))))
    return True


def exhaust(capacity, indexes=()):
    """How many writes are admitted at once."""
    count = 0
    while write(capacity, indexes=indexes):
        count += 1
    return count


def refusal(admit, *arguments):
    with pytest.raises(AwsError) as caught:
        admit(*arguments)
    return caught.value


def test_a_new_table_has_its_burst(clock):
    assert exhaust(TableCapacity(table(1), clock)) == 300
    assert exhaust(TableCapacity(table(5), clock)) == 1500


def test_after_its_burst_one_write_unit_is_one_write_a_second(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    succeeded = 0
    for _ in range(600):
        clock.now += 0.1
        succeeded += write(capacity)
    assert 58 <= succeeded <= 61


def test_what_is_unused_is_kept_for_300_seconds_and_no_longer(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    clock.now += 120
    assert exhaust(capacity) == 120
    clock.now += 10_000
    assert exhaust(capacity) == 300


def test_a_request_may_cost_more_than_is_left_and_its_debt_is_repaid(clock):
    capacity = TableCapacity(table(1), clock)
    for _ in range(299):
        write(capacity)
    assert write(capacity, units=400)
    clock.now += 398
    assert not write(capacity)
    clock.now += 1.5
    assert write(capacity)


def test_reads_and_writes_do_not_share(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    capacity.admit_read()


def test_a_local_index_takes_from_its_table(clock):
    capacity = TableCapacity(table(1), clock)
    capacity.charge(Consumed("users", local_indexes={"by_age": (301.0, 0.0)}))
    assert refusal(capacity.admit_read, "by_age").code == "ProvisionedThroughputExceededException"
    assert refusal(capacity.admit_read).fields["ThrottlingReasons"][0]["resource"] == ARN
    capacity.admit_read("by_email")


def test_a_global_index_reads_from_a_bucket_of_its_own(clock):
    capacity = TableCapacity(table(1), clock)
    capacity.charge(Consumed("users", global_indexes={"by_email": (301.0, 0.0)}))
    error = refusal(capacity.admit_read, "by_email")
    assert error.fields["ThrottlingReasons"] == [
        {"reason": "IndexReadProvisionedThroughputExceeded", "resource": f"{ARN}/index/by_email"}
    ]
    capacity.admit_read()


def test_an_index_without_room_holds_up_the_writes_that_touch_it(clock):
    capacity = TableCapacity(table(100, index_write=1), clock)
    assert exhaust(capacity, ["by_email"]) == 300
    error = refusal(capacity.admit_write, ["by_email"])
    assert error.message.startswith(
        "The level of configured provisioned throughput for one or more global secondary indexes"
    )
    assert error.fields["ThrottlingReasons"] == [
        {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": f"{ARN}/index/by_email"}
    ]
    capacity.admit_write()


def test_all_that_is_short_is_named(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity, ["by_email"])
    error = refusal(capacity.admit_write, ["by_email"])
    assert error.message.startswith("The level of configured provisioned throughput for the table was")
    assert [reason["reason"] for reason in error.fields["ThrottlingReasons"]] == [
        "TableWriteProvisionedThroughputExceeded",
        "IndexWriteProvisionedThroughputExceeded",
    ]


def test_being_refused_costs_nothing(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    for _ in range(100):
        assert not write(capacity)
    clock.now += 1.5
    assert write(capacity)


# ---- on demand ---------------------------------------------------------------------------------------


def test_on_demand_ten_writes_a_second_are_never_refused(clock):
    capacity = TableCapacity(table(None), clock)
    for _ in range(36_000):
        clock.now += 0.1
        assert write(capacity)


def test_a_new_table_on_demand_takes_4000_writes_and_12000_reads_a_second(clock):
    capacity = TableCapacity(table(None), clock)
    assert exhaust(capacity) == 4000
    error = refusal(capacity.admit_write)
    assert (error.code, error.status) == ("ThrottlingException", 400)
    assert error.fields["throttlingReasons"] == [
        {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": ARN}
    ]
    capacity.charge(Consumed("users", read=11_999.5))
    capacity.admit_read()
    capacity.charge(Consumed("users", read=0.5))
    assert refusal(capacity.admit_read).code == "ThrottlingException"
    clock.now += 1.0
    assert exhaust(capacity) == 4000


def test_twice_the_peak_may_be_had_half_an_hour_later(clock):
    capacity = TableCapacity(table(None), clock)
    exhaust(capacity)
    clock.now += 1799
    assert exhaust(capacity) == 4000
    clock.now += 1800
    assert exhaust(capacity) == 8000


def test_an_index_on_demand_is_told_in_its_own_words(clock):
    capacity = TableCapacity(table(None), clock)
    capacity.charge(Consumed("users", global_indexes={"by_email": (0.0, 4000.0)}))
    assert refusal(capacity.admit_write, ["by_email"]).message == (
        "Throughput exceeds the current capacity for one or more global secondary indexes. "
        "DynamoDB is automatically scaling your index so please try again shortly."
    )
    capacity.admit_write()


def test_the_account_s_quota_of_a_table_holds_its_indexes(clock):
    capacity = TableCapacity(table(None), clock, Limits(table=Throughput(read=100, write=100)))
    assert exhaust(capacity, ["by_email"]) == 50
    error = refusal(capacity.admit_write)
    assert (error.code, error.status) == ("RequestLimitExceeded", 400)
    assert error.fields["ThrottlingReasons"] == [
        {"reason": "TableWriteAccountLimitExceeded", "resource": ARN}
    ]


# ---- UpdateTable -------------------------------------------------------------------------------------


def test_more_units_bring_no_fresh_burst_and_repay_a_debt_sooner(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    write_more = Consumed("users", write=50.0)
    capacity.charge(write_more)
    capacity.configure(table(100))
    assert not write(capacity)
    clock.now += 0.5
    assert not write(capacity)
    clock.now += 0.1
    assert write(capacity)


def test_fewer_units_cut_the_burst(clock):
    capacity = TableCapacity(table(100), clock)
    capacity.configure(table(1))
    assert exhaust(capacity) == 300


def test_the_same_units_change_nothing(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    capacity.configure(table(1))
    assert not write(capacity)


def test_on_demand_a_table_is_admitted_at_once(clock):
    capacity = TableCapacity(table(1), clock)
    exhaust(capacity)
    capacity.configure(table(None))
    assert exhaust(capacity) == 4000


def test_on_demand_a_large_table_takes_twice_what_it_had(clock):
    capacity = TableCapacity(table(5000), clock)
    capacity.configure(table(None))
    assert exhaust(capacity) == 10_000


def test_an_index_that_was_dropped_and_made_anew_is_full(clock):
    capacity = TableCapacity(table(100, index_write=1), clock)
    exhaust(capacity, ["by_email"])
    bare = table(100)
    capacity.configure(type(bare)(**{**vars(bare), "indexes": {}}))
    capacity.configure(table(100, index_write=1))
    assert exhaust(capacity, ["by_email"]) == 300
