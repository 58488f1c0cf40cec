"""What a table holds, replica by replica."""

import pytest

from sandbox.dynamodb.replicas import Lag
from tests.sandbox.dynamodb.storage.tables import Clock, contents, index

ADA = {"pk": {"S": "ada"}}


def user(age, **more):
    return {**ADA, "age": {"N": str(age)}, **more}


def ages(table, *replicas):
    """What the replicas show of Ada's age."""
    found = [table.read(ADA, replica) for replica in replicas]
    return [None if record is None else record.item["age"]["N"] for record in found]


def test_the_leader_has_each_write_at_once():
    table = contents(lag=Lag(50, 50))
    table.write(ADA, user(1))
    assert ages(table, 0) == ["1"]
    table.write(ADA, user(2))
    assert ages(table, 0) == ["2"]
    table.write(ADA, None)
    assert ages(table, 0) == [None]


def test_one_follower_has_a_write_at_once_the_other_after_the_lag():
    clock = Clock()
    table = contents(lag=Lag(50, 50), clock=clock)
    table.write(ADA, user(1))
    assert sorted(map(str, ages(table, 1, 2))) == ["1", "None"]
    clock.pass_by(49)
    assert sorted(map(str, ages(table, 1, 2))) == ["1", "None"]
    clock.pass_by(2)
    assert ages(table, 1, 2) == ["1", "1"]


def test_now_one_follower_is_late_now_the_other():
    clock = Clock()
    table = contents(lag=Lag(50, 50), clock=clock)
    late = []
    for number in range(40):
        table.write(ADA, user(number))
        late.append(ages(table, 1, 2).index(str(number)))
        clock.pass_by(10)
    assert 10 < sum(late) < 30


def test_a_follower_that_has_a_write_has_all_before_it():
    clock = Clock()
    table = contents(lag=Lag(20, 150), clock=clock)
    seen = {1: -1, 2: -1}
    for number in range(400):
        table.write(ADA, user(number))
        for follower in (1, 2):
            age = ages(table, follower)[0]
            shown = -1 if age is None else int(age)
            assert shown >= seen[follower]
            seen[follower] = shown
        clock.pass_by(3)


def test_a_deleted_item_stays_visible_on_the_late_follower():
    clock = Clock()
    table = contents(lag=Lag(50, 50), clock=clock)
    table.write(ADA, user(1))
    clock.pass_by(60)
    table.write(ADA, None)
    assert sorted(map(str, ages(table, 1, 2))) == ["1", "None"]
    assert (table.count, table.size_in_bytes, list(table.items())) == (0, 0, [])
    clock.pass_by(60)
    assert ages(table, 1, 2) == [None, None]


def test_without_lag_all_have_all_at_once():
    table = contents()
    table.write(ADA, user(1))
    assert ages(table, 0, 1, 2) == ["1", "1", "1"]
    assert table.pending == 0


def test_a_write_without_lag_ends_what_was_late():
    clock = Clock()
    table = contents(lag=Lag(50, 50), clock=clock)
    table.write(ADA, user(1))
    table.replicas._replication.lag = Lag(0, 0)
    table.write(ADA, user(2))
    assert ages(table, 1, 2) == ["2", "2"]
    assert table.pending == 0


def test_the_past_is_given_up_when_nobody_shows_it():
    clock = Clock()
    table = contents(index("by_age", "age", types={"age": "N"}), lag=Lag(50, 50), clock=clock)
    for number in range(200):
        key = {"pk": {"S": f"user-{number}"}}
        table.write(key, {**key, "age": {"N": "1"}})
        table.write(key, None)
    assert table.pending == 200
    clock.pass_by(51)
    assert table.pending == 0
    assert len(table.places) == len(table.indexes["by_age"].positions) == len(table._due) == 0


def test_a_hot_key_keeps_only_what_is_still_shown():
    clock = Clock()
    table = contents(lag=Lag(20, 150), clock=clock)
    for number in range(2000):
        table.write(ADA, user(number))
        clock.pass_by(5)
        late = table._late.get(table.place(ADA))
        assert late is None or len(late.states) <= 31  # 150 ms by one write in 5 ms, and one more


def test_changes_are_told_once_they_are_made():
    told = []
    table = contents()
    table.on_change = lambda place, old, new: told.append((old and old.raw, new and new.raw, table.count))
    table.write(ADA, user(1))
    table.write(ADA, user(2))
    table.write(ADA, None)
    table.write(ADA, None)
    one, two = (b'{"pk":{"S":"ada"},"age":{"N":"%d"}}' % age for age in (1, 2))
    assert told == [(None, one, 1), (one, two, 1), (two, None, 0)]


def test_what_a_write_did():
    table = contents(index("by_mail", "mail"), index("by_town", "town", projected=frozenset()))
    put = table.write(ADA, user(1, mail={"S": "a@x"}, town={"S": "Bonn"}))
    assert (put.old, put.new.size) == (None, table.size_in_bytes)
    assert {name: (one.old_size, one.new_size) for name, one in put.indexes.items()} == {
        "by_mail": (None, put.new.size),
        "by_town": (None, len("pkada") + len("townBonn")),
    }
    again = table.write(ADA, user(2, mail={"S": "a@x"}, town={"S": "Bonn"}))
    assert again.indexes["by_mail"].changed
    assert not again.indexes["by_town"].changed, "age is not in it"
    moved = table.write(ADA, user(2, mail={"S": "b@x"}, town={"S": "Bonn"}))
    assert (moved.indexes["by_mail"].moved, moved.indexes["by_mail"].changed) == (True, True)
    assert not moved.indexes["by_town"].moved
    same = table.write(ADA, user(2, mail={"S": "b@x"}, town={"S": "Bonn"}))
    assert not same.indexes["by_mail"].changed
    gone = table.write(ADA, None)
    assert gone.new is None
    assert {name: one.new_size for name, one in gone.indexes.items()} == {"by_mail": None, "by_town": None}
    assert table.write(ADA, None).old is None


def test_an_index_can_be_added_to_items_that_are_there():
    clock = Clock()
    table = contents(lag=Lag(50, 50), clock=clock)
    for number in range(10):
        key = {"pk": {"S": f"user-{number}"}}
        table.write(key, {**key, "mail": {"S": f"{number}@x"}} if number % 2 else key)
    table.add_index(index("by_mail", "mail"))
    by_mail = table.indexes["by_mail"]
    assert by_mail.count == len(by_mail.positions) == 5
    assert by_mail.size_in_bytes == sum(one.size for one in table.places.values() if one.entries[0])
    table.write({"pk": {"S": "user-1"}}, None)
    assert by_mail.count == 4
    clock.pass_by(51)
    assert table.pending == 0
    assert len(by_mail.positions) == 4


def test_an_index_can_be_dropped():
    table = contents(index("by_age", "age", types={"age": "N"}), index("by_mail", "mail"))
    table.write(ADA, user(1, mail={"S": "a@x"}))
    table.drop_index("by_age")
    assert list(table.indexes) == ["by_mail"]
    assert len(table.read(ADA).entries) == 1
    table.write(ADA, None)
    assert len(table.indexes["by_mail"].positions) == 0
    with pytest.raises(KeyError):
        table.drop_index("by_age")


def test_load_and_clear():
    table = contents(index("by_age", "age", types={"age": "N"}), lag=Lag(50, 50))
    table.load([user(1), {"pk": {"S": "ben"}}])
    assert (table.count, table.pending, table.indexes["by_age"].count) == (2, 0, 1)
    assert ages(table, 0, 1, 2) == ["1", "1", "1"]
    table.clear()
    assert (table.count, table.size_in_bytes, list(table.items())) == (0, 0, [])
    assert len(table.indexes["by_age"].positions) == 0
    table.write(ADA, user(2))
    assert table.indexes["by_age"].count == 1


def test_lone_surrogates_are_stored_as_escapes():
    table = contents()
    table.write(ADA, {**ADA, "odd": {"S": "\ud800"}})
    assert table.read(ADA).raw == b'{"pk":{"S":"ada"},"odd":{"S":"\\ud800"}}'
    assert table.read(ADA).item["odd"] == {"S": "\ud800"}
