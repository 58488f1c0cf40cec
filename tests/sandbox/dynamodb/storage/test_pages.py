"""Pages in order, from any key on, forwards and backwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.dynamodb import keys
from sandbox.dynamodb.pages import Reading, read
from sandbox.dynamodb.replicas import Lag
from tests.sandbox.dynamodb.storage.tables import Clock, contents, index

ALL = (b"", None)


def filled(count, *indexes, **options):
    table = contents(*indexes, range_key="sk", types={"sk": "N"}, **options)
    for number in range(count):
        put(table, f"p{number % 7}", number, group=f"g{number % 3}")
    return table


def put(table, partition, number, **more):
    item = {"pk": {"S": partition}, "sk": {"N": str(number)}}
    table.write(item, {**item, **{name: {"S": value} for name, value in more.items()}})


def all_pages(table, limit, within=ALL, **options):
    """The items of all pages, each from the last key of the one before."""
    after, found = None, []
    while True:
        page = read(table, Reading(within, after=after, limit=limit, **options))
        found += [record.item for record in page.records]
        if not page.more:
            return found
        after = found[-1]


@given(count=st.integers(0, 40), limit=st.integers(1, 12), forward=st.booleans())
def test_pages_of_a_scan_hold_every_item_once(count, limit, forward):
    table = filled(count)
    found = all_pages(table, limit, forward=forward)
    expected = list(table.items())
    assert found == (expected if forward else expected[::-1])


@given(count=st.integers(0, 40), limit=st.integers(1, 12), forward=st.booleans())
def test_pages_of_an_index_hold_every_line_once(count, limit, forward):
    """Many lines have the same index key."""
    table = filled(count, index("by_group", "group"))
    found = all_pages(table, limit, index="by_group", forward=forward)
    numbers = [int(item["sk"]["N"]) for item in found]
    assert sorted(numbers) == list(range(count))
    groups = [item["group"]["S"] for item in found]
    assert len([one for at, one in enumerate(groups) if at == 0 or groups[at - 1] != one]) == len(set(groups))


@given(count=st.integers(0, 60), total=st.integers(1, 9), limit=st.integers(1, 5))
def test_segments_share_the_items_out(count, total, limit):
    table = filled(count)
    found = [all_pages(table, limit, keys.segment(number, total)) for number in range(total)]
    assert sorted(int(item["sk"]["N"]) for one in found for item in one) == list(range(count))


def test_a_partition_comes_in_the_order_of_its_sort_key():
    table = contents(range_key="sk", types={"sk": "N"})
    for number in (10, 9, -1, 100, 2.5):
        put(table, "p", number)
        put(table, "q", number)
    within = keys.same_partition({"S": "p"})
    forward = [record.item["sk"]["N"] for record in read(table, Reading(within)).records]
    assert forward == ["-1", "2.5", "9", "10", "100"]
    backward = [record.item["sk"]["N"] for record in read(table, Reading(within, forward=False)).records]
    assert backward == forward[::-1]


@pytest.mark.parametrize("forward", [True, False])
def test_a_page_goes_on_where_the_last_item_was_even_if_it_is_gone(forward):
    table = filled(21)
    expected = [record.item for record in read(table, Reading(ALL, forward=forward)).records]
    page = read(table, Reading(ALL, limit=8, forward=forward))
    last = page.records[-1].item
    table.write(last, None)
    rest = read(table, Reading(ALL, after=last, forward=forward))
    assert [record.item for record in rest.records] == expected[8:]


def test_a_page_ends_with_the_item_that_reaches_a_megabyte():
    table = contents(range_key="sk", types={"sk": "N"})
    for number in range(30):
        put(table, "p", number, data="x" * 100_000)
    page = read(table, Reading(ALL))
    assert page.more
    assert len(page.records) == 11
    assert page.size == sum(record.size for record in page.records) >= 1024 * 1024
    assert page.size - page.records[-1].size < 1024 * 1024


def test_a_page_of_an_index_ends_by_the_size_of_its_lines():
    small = index("by_group", "group", projected=frozenset())
    table = contents(small, range_key="sk", types={"sk": "N"})
    for number in range(30):
        put(table, "p", number, data="x" * 100_000, group="g")
    page = read(table, Reading(ALL, index="by_group"))
    assert (len(page.records), page.more) == (30, False)
    assert page.size == table.indexes["by_group"].size_in_bytes < 1000


def test_a_limit_ends_a_page_though_nothing_is_behind_it():
    assert read(filled(5), Reading(ALL, limit=5)).more
    assert not read(filled(5), Reading(ALL, limit=6)).more


def test_what_is_not_in_the_index_is_not_read():
    table = filled(6, index("by_mail", "mail"))
    put(table, "p", 100, mail="a@x")
    page = read(table, Reading(ALL, index="by_mail"))
    assert [record.item["sk"]["N"] for record in page.records] == ["100"]
    with pytest.raises(KeyError):
        read(table, Reading(ALL, index="other"))


def test_a_follower_shows_an_index_as_it_was():
    clock = Clock()
    table = contents(
        index("by_mail", "mail"), range_key="sk", types={"sk": "N"}, lag=Lag(50, 50), clock=clock
    )
    put(table, "p", 1, mail="old@x")
    clock.pass_by(60)
    put(table, "p", 1, mail="new@x")

    def mails(replica):
        page = read(table, Reading(ALL, index="by_mail", replica=replica))
        return [record.item["mail"]["S"] for record in page.records]

    assert mails(0) == ["new@x"]
    assert sorted((mails(1), mails(2))) == [["new@x"], ["old@x"]]
    clock.pass_by(60)
    assert mails(1) == mails(2) == ["new@x"]


def test_an_item_that_comes_back_to_an_index_key_has_one_line():
    clock = Clock()
    table = contents(
        index("by_mail", "mail"), range_key="sk", types={"sk": "N"}, lag=Lag(50, 50), clock=clock
    )
    for mail in ("a@x", "b@x", "a@x", "b@x", "a@x"):
        put(table, "p", 1, mail=mail)
    clock.pass_by(60)
    for replica in (0, 1, 2):
        page = read(table, Reading(ALL, index="by_mail", replica=replica))
        assert [record.item["mail"]["S"] for record in page.records] == ["a@x"]
    assert len(table.indexes["by_mail"].positions) == 1
