"""The store itself: what is told to it is there when the folder is opened again."""

import os
import sqlite3

import pytest

from sandbox.store import LogRow, NoStore, NotKept, Store

ROW = LogRow("111122223333", "eu-west-1", "group", "one", 1, 2, "first")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def again(folder):
    """Opens the folder anew, as after the end of a sandbox."""
    opened = []

    def reopen():
        if opened:
            opened.pop().close()
        opened.append(Store.open(folder))
        return opened[0]

    yield reopen
    opened.pop().close()


def test_items_come_back_in_the_order_of_their_places(again):
    store = again()
    store.put_item("t", b"b", b'{"n":2}', 5)
    store.put_item("t", b"a", b'{"n":1}', 4)
    store.put_item("other", b"a", b"{}", 0)
    store.commit()
    store.put_item("t", b"a", b'{"n":3}', 6)
    store.put_item("t", b"c", b"{}", 1)
    store.put_item("t", b"c", None)
    assert list(again().items("t")) == [(b"a", b'{"n":3}', 6), (b"b", b'{"n":2}', 5)]


def test_items_of_a_table_that_is_dropped_are_gone(again):
    store = again()
    store.put_item("t", b"a", b"1", 1)
    store.put_item("other", b"a", b"1", 1)
    store.commit()
    store.put_item("t", b"b", b"2", 1)
    store.drop_items("t")
    store.put_item("t", b"c", b"3", 1)
    store = again()
    assert [place for place, _, _ in store.items("t")] == [b"c"]
    assert [place for place, _, _ in store.items("other")] == [b"a"]


def test_what_is_not_committed_is_not_there(again):
    store = again()
    store.put_item("t", b"a", b"1", 1)
    assert store.pending
    assert list(store.items("t")) == []
    store.commit()
    assert not store.pending
    assert len(list(store.items("t"))) == 1


def test_documents_by_room_and_name(again):
    store = again()
    store.save("room", "b", b"2")
    store.save("room", "a", b"1")
    store.save("other", "a", b"3")
    store.commit()
    store.save("room", "b", b"4")
    store.forget("other", "a")
    store = again()
    assert list(store.documents("room")) == [("a", b"1"), ("b", b"4")]
    assert list(store.documents("other")) == []


def test_a_document_that_is_as_it_was_is_not_written(again):
    store = again()
    store.save("room", "a", b"1")
    store.commit()
    store.save("room", "a", b"1")
    assert not store.pending


def test_objects_and_the_code_in_them(again):
    large = os.urandom(10_000)
    store = again()
    store.keep("room", "a", {"code": large, "n": 1})
    store.keep("room", "b", {"code": large, "n": 2})
    assert dict(again().kept("room")) == {"a": {"code": large, "n": 1}, "b": {"code": large, "n": 2}}


def test_code_that_no_document_names_is_swept_at_the_next_start(again):
    store = again()
    kept, left, lonely = (store.keep_code(content) for content in (b"kept", b"left", b"lonely"))
    store.save("room", "a", b"", {kept})
    store.save("room", "b", b"", {left})
    store.commit()
    assert store.code(lonely) == b"lonely"
    store.forget("room", "b")
    store = again()
    assert store.code(kept) == b"kept"
    for gone in left, lonely:
        with pytest.raises(KeyError):
            store.code(gone)


def test_logs_come_back_in_their_order_and_nobody_waits_for_them(again):
    store = again()
    second = ROW._replace(stream="two", message="second")
    store.append_logs([ROW, second])
    assert not store.pending
    store.append_logs([ROW._replace(group="gone")])
    store.commit()
    store.append_logs([ROW._replace(message="third")])
    store.drop_logs(*ROW[:2], "gone")
    store.drop_logs(*ROW[:4])
    store.append_logs([ROW._replace(message="half a pair: \ud800")])
    assert [row.message for row in again().logs()] == ["second", "half a pair: \ud800"]


def test_a_commit_that_fails_leaves_the_way_free_for_the_next(again):
    store = again()
    store.put_item("t", b"a", "no bytes", 1)
    with pytest.raises(NotKept):
        store.commit()
    store.put_item("t", b"a", b"1", 1)
    assert list(again().items("t")) == [(b"a", b"1", 1)]


def test_clear_takes_all_away_and_gives_the_room_back(again):
    store = again()
    store.save("room", "a", os.urandom(1_000_000))
    store.put_item("t", b"a", b"1", 1)
    store.append_logs([ROW])
    store.keep_code(b"code")
    store.commit()
    before = store.size()
    store.clear()
    assert store.size() < before / 5
    store.save("room", "a", b"anew")
    store = again()
    assert list(store.documents("room")) == [("a", b"anew")]
    assert [*store.items("t"), *store.logs()] == []


def test_the_file_is_closed_whole(folder):
    store = Store.open(folder)
    store.put_item("t", b"a", b"1", 1)
    store.close()
    assert sorted(path.name for path in folder.iterdir()) == ["sandbox.lock", "state.db"]
    with sqlite3.connect(folder / "state.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_store_that_keeps_nothing():
    store = NoStore()
    store.put_item("t", b"a", b"1", 1)
    store.keep("room", "a", print)
    store.append_logs([ROW])
    store.commit()
    assert [*store.items("t"), *store.kept("room"), *store.logs()] == []
    assert (store.path, store.size(), store.pending) == (None, 0, False)
