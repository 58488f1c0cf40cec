"""GetItem: from which replica, which parts, for how much."""

import pytest

from sandbox.dynamodb.replicas import Lag
from sandbox.errors import AwsError
from sandbox.trace import Tracer, current
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.storage.tables import index

ADA = plain(pk="ada")


def test_an_item_that_is_not_there():
    assert Shop().raw("GetItem", Key=ADA) == b"{}"


def test_an_item_as_it_is_stored():
    shop = Shop()
    shop.put_item(Item={**ADA, "n": {"N": "1.50"}, "b": {"B": "AQI="}})
    assert shop.raw("GetItem", Key=ADA) == b'{"Item":{"pk":{"S":"ada"},"n":{"N":"1.5"},"b":{"B":"AQI="}}}'


def test_the_parts_that_are_asked_for():
    shop = Shop()
    shop.put_item(Item={**plain(pk="ada", age=36), "home": {"M": plain(town="Bonn", zip=53111)}})
    assert shop.get_item(Key=ADA, ProjectionExpression="home.town, age, nothing") == {
        "Item": {"age": {"N": "36"}, "home": {"M": plain(town="Bonn")}}
    }
    assert shop.get_item(Key=ADA, AttributesToGet=["age"]) == {"Item": plain(age=36)}
    assert shop.get_item(Key=ADA, ProjectionExpression="nothing") == {"Item": {}}


def test_what_is_refused():
    shop = Shop(index("by_mail", "mail"))
    with refusal("The provided key element does not match the schema"):
        shop.get_item(Key=plain(pk="ada", sk="x"))
    scalars = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    with refusal(f"{scalars}Key: pk"):
        shop.get_item(Key=ADA, ProjectionExpression="pk.x")
    with refusal(f"{scalars}IndexKey: mail"):
        shop.get_item(Key=ADA, ProjectionExpression="mail[1]")
    with refusal("Value provided in ExpressionAttributeNames unused in expressions: keys: {#count}"):
        shop.get_item(Key=ADA, ProjectionExpression="pk", ExpressionAttributeNames={"#count": "x"})


@pytest.mark.parametrize(
    ("size", "eventually", "consistently"), [(0, 0.5, 1), (1000, 0.5, 1), (6656, 1, 2)], ids=str
)
def test_what_a_read_costs(size, eventually, consistently):
    """Cases ddb-rcu, ddb-rcu-small."""
    shop = Shop()
    if size:
        shop.put_item(Item=plain(pk="ada", data="x" * (size - 9)))
    told = [
        shop.get_item(Key=ADA, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
        for consistent in (False, True)
    ]
    assert [one["CapacityUnits"] for one in told] == [eventually, consistently]


def test_a_read_is_charged():
    shop = Shop()
    shop.put_item(Item=plain(pk="ada", data="x" * 9000))
    assert shop.charged("Read", "GetItem", Key=ADA, ConsistentRead=True) == 3
    assert shop.charged("Read", "GetItem", Key=ADA) == 1.5
    assert shop.charged("Read", "GetItem", Key=plain(pk="ben")) == 0.5


def test_eventually_consistent_reads_can_be_stale_and_consistent_ones_never():
    """A third of them asks the leader, a third the follower that is late: 300 pairs of write and read."""
    shop = Shop(lag=Lag(20, 150), seed=7)
    stale = {True: 0, False: 0}
    for number in range(300):
        shop.put_item(Item=plain(pk="ada", n=number))
        shop.clock.pass_by(2)
        for consistent in stale:
            item = shop.get_item(Key=ADA, ConsistentRead=consistent).get("Item")
            stale[consistent] += item != plain(pk="ada", n=number)
        shop.clock.pass_by(2)
    assert stale[True] == 0
    assert 0.15 <= stale[False] / 300 <= 0.45


def test_a_throttled_read_is_refused():
    def admit_read(index=None):
        raise AwsError("ProvisionedThroughputExceededException", "too fast")

    shop = Shop()
    shop.capacity.admit_read = admit_read
    with refusal("too fast", "ProvisionedThroughputExceededException"):
        shop.get_item(Key=ADA)


@pytest.fixture
def trace():
    opened = Tracer().open("aws-api", "a test")
    token = current.set(opened)
    yield opened
    current.reset(token)


def test_the_trace_tells_replicas_units_and_throttles(trace):
    shop = Shop()
    shop.put_item(Item=ADA)
    shop.get_item(Key=ADA)
    shop.get_item(Key=ADA)
    shop.get_item(Key=ADA, ConsistentRead=True)
    shop.scan()
    with pytest.raises(AwsError):
        shop.put_item(Item=ADA, ConditionExpression="attribute_not_exists(pk)")
    told = [hop.facts for hop in trace.hops]
    assert told == [
        {"table": "things", "replica": 0, "write_units": 1.0},
        {"table": "things", "replica": 0, "read_units": 0.5},
        {"table": "things", "replica": 1, "read_units": 0.5},
        {"table": "things", "replica": 0, "read_units": 1.0},
        {"table": "things", "replica": 2, "scanned": 1, "read_units": 0.5},
        {"table": "things", "replica": 0, "condition": False, "write_units": 1.0},
    ]

    def admit_write(indexes=()):
        raise AwsError("ThrottlingException", "too fast")

    shop.capacity.admit_write = admit_write
    with pytest.raises(AwsError):
        shop.put_item(Item=ADA)
    last = trace.hops[-1]
    assert last.facts == {"table": "things", "throttled": "ThrottlingException"}
    assert last.error == "ThrottlingException: too fast"
