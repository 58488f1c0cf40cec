"""What is wrong with a state folder is said, and nothing is made worse by it."""

import contextlib
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox import Sandbox, SandboxError
from sandbox.store import LogRow, NotKept, StateUnusable, Store, codec, schema
from sandbox.store import store as of_the_store

NOBODY = 65534
ROW = LogRow("111122223333", "eu-west-1", "group", "one", 1, 2, "line")


@pytest.fixture
def folder(tmp_path):
    """A state folder that is no longer open, with 2,000 items, 3 documents, code, and a log event."""
    store = Store.open(tmp_path / "state")
    for number in range(2000):
        store.put_item("t", b"%06d" % number, b'{"pk":{"S":"user-%06d"}}' % number, 13)
    for name in "one", "two", "three":
        store.keep("room", name, {"name": name, "code": name.encode() * 3000})
    store.append_logs([ROW])
    store.close()
    return tmp_path / "state"


def refusal(folder):
    """The message of a refusal, which changed nothing of the file."""
    file = folder / "state.db"
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(StateUnusable) as caught:
        Store.open(folder)
    assert (file.read_bytes() if file.exists() else None) == before
    return str(caught.value)


def readable(message):
    """The store of what was put aside, brought into place by the commands of the message."""
    command = re.search(r"To go on with that: (.*state\.db)(\s|$)", message)[1]
    subprocess.run(["sh", "-ec", command], check=True)
    return Store.open(Path(command.split()[-1]).parent)


# -- two at once -------------------------------------------------------------------------------------


def test_a_second_sandbox_is_refused_by_the_firsts_process(folder):
    store = Store.open(folder)
    try:
        with pytest.raises(StateUnusable) as caught:
            Store.open(folder)
    finally:
        store.close()
    assert f"in use by another sandbox, process {os.getpid()}" in str(caught.value)
    assert "--state DIR" in str(caught.value)
    Store.open(folder).close()


def test_the_lock_of_a_process_that_was_killed_is_taken_over(folder):
    holder = (
        "import os, signal, sys; from pathlib import Path; from sandbox.store import Store; "
        "store = Store.open(Path(sys.argv[1])); store.put_item('t', b'new', b'{}', 1); store.commit(); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-P", "-c", holder, folder]).returncode == -9
    store = Store.open(folder)
    assert len(list(store.items("t"))) == 2001
    assert (folder / "sandbox.lock").read_text() == f"{os.getpid()}\n"
    store.close()


# -- folders and disks -------------------------------------------------------------------------------


@contextlib.contextmanager
def plain_user():
    """Whoever runs the tests, but not root, for whom no folder is read-only."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def passable():
    """A folder for temporary files that other users may pass; the one in use may be its owner's alone."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if all(folder.stat().st_mode & 0o001 for folder in (Path(place), *Path(place).parents)):
            return place
    return pytest.skip("no folder for temporary files here may be passed by other users")


@pytest.mark.parametrize("new", [True, False])
def test_a_read_only_folder(folder, new):
    with tempfile.TemporaryDirectory(prefix="sandbox-test-", dir=passable()) as place:
        read_only = Path(place, "state")
        shutil.copytree(folder, read_only)
        if new:
            (read_only / "state.db").unlink()
        Path(place).chmod(0o755)
        read_only.chmod(0o555)
        with plain_user():
            message = refusal(read_only)
        read_only.chmod(0o755)
    assert f"The state folder {read_only} cannot be written (Permission denied)" in message
    assert "--state DIR" in message
    assert "--ephemeral" in message


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(StateUnusable, match="cannot be written"):
        Store.open(tmp_path / "state")


def limit(store, pages):
    """Let the file have so many pages more; without a number, as many as it likes."""
    (used,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {used + pages if pages is not None else 2**30}")


def test_a_full_disk_is_said_and_nothing_is_lost_once_there_is_room(folder):
    store = Store.open(folder)
    limit(store, 0)
    store.save("room", "large", os.urandom(100_000))
    store.put_item("new", b"a", b"{}", 1)
    for _ in range(2):
        with pytest.raises(NotKept) as caught:
            store.commit()
        assert "state.db (database or disk is full)" in str(caught.value)
        assert "Make room on the disk" in str(caught.value)
    assert store.pending
    assert list(store.items("new")) == []
    limit(store, None)
    store.put_item("new", b"b", b"{}", 1)
    store.commit()
    store.close()
    store = Store.open(folder)
    assert [place for place, _, _ in store.items("new")] == [b"a", b"b"]
    assert len(list(store.items("t"))) == 2000
    store.close()


def test_a_disk_that_is_full_at_the_start(tmp_path, monkeypatch):
    def full(connection):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(schema, "create", full)
    with pytest.raises(StateUnusable) as caught:
        Store.open(tmp_path / "state")
    assert "database or disk is full" in str(caught.value)
    assert "Make room" in str(caught.value)
    monkeypatch.undo()
    Store.open(tmp_path / "state").close()


# -- damage ------------------------------------------------------------------------------------------


def damage(folder, change):
    file = folder / "state.db"
    file.write_bytes(change(file.read_bytes()))


def test_a_truncated_file(folder):
    damage(folder, lambda content: content[: len(content) * 2 // 3])
    message = refusal(folder)
    assert f"{folder / 'state.db'} is damaged" in message
    assert "It was left as it is" in message
    store = readable(message)
    found = list(store.items("t"))
    assert 0 < len(found) <= 2000
    assert f"({len(found)} items" in message
    assert (folder / "state.db.damaged").exists()
    store.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_none(folder, content):
    damage(folder, lambda before: content)
    message = refusal(folder)
    assert "is damaged" in message
    assert "Nothing of it could be read" in message
    assert f"mv {folder / 'state.db'} {folder / 'state.db'}.damaged" in message
    assert not (folder / "state.readable.db").exists()


@pytest.mark.parametrize(
    ("was", "becomes", "what", "counts"),
    [
        (b"user-001000", b"user-001001", "a checksum of items is wrong", "1999 items, 3 documents"),
        (b"\x04name", b"\x04nome", "a checksum of documents is wrong", "2000 items, "),
        (
            b"twotwotwo",
            b"twotwotwx",
            "a checksum of code packages is wrong",
            "2000 items, 3 documents, 2 code",
        ),
    ],
)
def test_a_byte_that_is_another(folder, was, becomes, what, counts):
    damage(folder, lambda content: content.replace(was, becomes, 1))
    message = refusal(folder)
    assert what in message
    assert counts in message
    assert "1 log events" in message


def test_pages_that_are_others(folder):
    def others(content):
        at = content.index(b"user-001000") // 4096 * 4096
        return content[:at] + b"\xa5" * 4096 + content[at + 4096 :]

    damage(folder, others)
    message = refusal(folder)
    store = readable(message)
    assert 500 < len(list(store.items("t"))) < 2000
    assert list(store.logs()) == [ROW]
    store.close()


def test_a_write_that_was_cut_off_leaves_those_before_it(folder):
    holder = (
        "import os, signal, sys; from pathlib import Path; from sandbox.store import Store; "
        "store = Store.open(Path(sys.argv[1]))\n"
        "for name in 'a', 'b': store.save('cut', name, b'x' * 20000); store.commit()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-P", "-c", holder, folder])
    ahead = folder / "state.db-wal"
    ahead.write_bytes(ahead.read_bytes()[:-10_000])
    store = Store.open(folder)
    assert [name for name, _ in store.documents("cut")] == ["a"]
    store.close()


# -- versions and strangers --------------------------------------------------------------------------


def told(folder, **values):
    with sqlite3.connect(folder / "state.db") as file:
        for name, value in values.items():
            file.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
    file.close()


def test_another_minor_version_of_moto(folder):
    told(folder, moto="4.9.1")
    message = refusal(folder)
    assert "written with moto 4.9.1" in message
    assert "pip install 'moto==4.9.1'" in message
    assert "left as it is" in message


def test_another_patch_of_moto_and_another_sandbox_are_taken(folder):
    minor = ".".join(schema.installed_moto().split(".")[:2])
    told(folder, moto=f"{minor}.99", sandbox="0.0.1")
    store = Store.open(folder)
    assert len(list(store.items("t"))) == 2000
    store.close()
    with sqlite3.connect(folder / "state.db") as file:
        assert dict(file.execute("SELECT * FROM meta"))["moto"] == schema.installed_moto()
    file.close()


def test_a_newer_format(folder):
    told(folder, format="7")
    message = refusal(folder)
    assert f"has format 7; this sandbox reads formats up to {schema.FORMAT}" in message


def test_an_older_format_is_migrated_with_a_copy_beside_it(folder, monkeypatch):
    monkeypatch.setattr(schema, "FORMAT", schema.FORMAT + 1)
    step = "UPDATE items SET size = size + 1000;"
    monkeypatch.setitem(schema.MIGRATIONS, schema.FORMAT - 1, step)
    store = Store.open(folder)
    assert next(store.items("t"))[2] == 1013
    store.close()
    with sqlite3.connect(folder / f"state.format-{schema.FORMAT - 1}.db") as before:
        assert before.execute("SELECT min(size) FROM items").fetchone() == (13,)
    before.close()
    Store.open(folder).close()


class Harm:
    def __reduce__(self):
        return (os.system, ("echo harm",))


def test_a_document_that_names_what_no_state_holds(folder):
    store = Store.open(folder)
    store.save("room", "planted", pickle.dumps(Harm()))
    store.commit()
    before = (folder / "state.db").read_bytes()
    with pytest.raises(StateUnusable) as caught:
        list(store.kept("room"))
    assert (folder / "state.db").read_bytes() == before
    store.close()
    assert "room/planted" in str(caught.value)
    assert "system" in str(caught.value)
    assert "Nothing of it was run" in str(caught.value)


def test_the_file_grows_no_further_ahead_than_it_must(folder, monkeypatch):
    monkeypatch.setattr(of_the_store, "CHECKPOINT_SECONDS", 0.01)
    monkeypatch.setattr(of_the_store, "MOST_AHEAD", 200_000)
    store = Store.open(folder)
    ahead = folder / "state.db-wal"
    for number in range(400):
        store.save("room", "same", os.urandom(20_000))
        store.commit()
        if number and ahead.stat().st_size < number * 20_000:
            break
    assert ahead.stat().st_size < 400 * 20_000
    store.close()


@pytest.mark.parametrize(
    ("room", "content", "words"),
    [
        ("moto", pickle.dumps(Harm()), "holds what this sandbox does not read: moto/"),
        ("other", codec.encode(5), "cannot be taken up (KeyError: 'functions')"),
    ],
)
def test_a_sandbox_does_not_start_on_what_it_cannot_take_up(folder, room, content, words):
    store = Store.open(folder)
    store.save(room, "iam/123456789012/aws", content)
    store.keep("usage", "counts", {"kept": "as it is"})
    store.close()
    with pytest.raises(SandboxError) as caught, Sandbox(state=folder):
        pass
    assert words in str(caught.value)
    assert "left as it is" in str(caught.value)
    store = Store.open(folder)
    assert dict(store.documents(room)) == {"iam/123456789012/aws": content}
    assert dict(store.kept("usage")) == {"counts": {"kept": "as it is"}}
    store.close()
