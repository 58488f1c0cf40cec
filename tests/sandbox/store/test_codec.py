"""Object graphs as bytes, and what a file that was made to do harm gets: nothing."""

import builtins
import collections
import datetime
import decimal
import functools
import importlib
import operator
import os
import pickle
import re
import shutil
import subprocess
import threading

import pytest

from sandbox.dynamodb import model
from sandbox.dynamodb.effects import SetThroughput
from sandbox.dynamodb.states import Progress, Step
from sandbox.store import LogRow, codec

ROW = LogRow("111122223333", "eu-west-1", "group", "stream", 1, 2, "words")


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "ü", b"bytes"], 3: (4, {5, 6}, frozenset((7,)))},
        datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC),
        decimal.Decimal("1.50"),
        collections.OrderedDict(b=1, a=2),
        collections.deque([1, 2], maxlen=2),
        re.compile("a+", re.I),
        ROW,
        model.KeySchema("pk", None, {"pk": "S"}),
        Progress([Step("iops", 3.5, SetThroughput("", 5, 6, 1), table="UPDATING")]),
    ],
)
def test_what_a_state_holds_comes_back(value):
    found = codec.decode(codec.encode(value))
    assert found == value
    assert type(found) is type(value)


def test_what_is_one_object_stays_one():
    one = ["shared"]
    first, second = codec.decode(codec.encode([one, one]))
    assert first is second


def test_a_circle_comes_back():
    one = Progress()
    one.steps.append(one)
    found = codec.decode(codec.encode(one))
    assert found.steps == [found]


def test_any_factory_of_a_defaultdict_makes_what_it_made():
    value = collections.defaultdict(lambda: collections.defaultdict(list))
    value["a"]["b"].append(1)
    found = codec.decode(codec.encode(codec.decode(codec.encode(value))))
    assert found == {"a": {"b": [1]}}
    found["new"]["one"].append(2)
    assert found["new"] == {"one": [2]}
    assert found["other"] == {}


def test_large_bytes_lie_apart():
    apart = {}

    def keep(content):
        apart["hash"] = content
        return "hash"

    large = b"x" * codec.LARGE
    written = codec.encode({"large": large, "small": b"y"}, keep)
    assert apart == {"hash": large}
    assert len(written) < 100
    assert codec.decode(written, apart.__getitem__) == {"large": large, "small": b"y"}
    with pytest.raises(codec.Refused, match="hash"):
        codec.decode(written, {}.__getitem__)


class Reduced:
    """Pickles as a call."""

    def __init__(self, called, *arguments):
        self.call = (called, arguments)

    def __reduce__(self):
        return self.call


MARK = "harm was done"


@pytest.mark.parametrize(
    ("called", "arguments"),
    [
        (os.system, ("echo harm",)),
        (os.remove, ("file",)),
        (builtins.eval, ("1",)),
        (builtins.exec, ("raise SystemExit",)),
        (builtins.getattr, ("os", "system")),
        (builtins.open, ("file", "w")),
        (builtins.__import__, ("os",)),
        (subprocess.Popen, (["echo"],)),
        (subprocess.run, (["echo"],)),
        (shutil.rmtree, ("folder",)),
        (importlib.import_module, ("os",)),
        (functools.partial, (print, MARK)),
        (operator.attrgetter, ("x",)),
        (pickle.loads, (b"",)),
        (threading.Thread, ()),
        (SetThroughput, ("", 1, 1, 1)),
    ],
)
def test_nothing_that_a_file_names_is_called(called, arguments, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for harm in (
        pickle.dumps(Reduced(called, *arguments)),
        pickle.dumps([1, {"a": Reduced(called, *arguments)}]),
    ):
        with pytest.raises(codec.Refused) as caught:
            codec.decode(harm)
        assert called.__name__ in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("sandbox.child", "os"), ("sandbox.store.codec", "blank"), ("subprocess", "Popen")],
)
def test_no_instance_is_made_of_what_is_no_class_of_ours(module, name):
    with pytest.raises(codec.Refused, match=name):
        codec.decode(pickle.dumps(Reduced(codec.blank, module, name)))


def test_no_module_of_a_file_is_run():
    with pytest.raises(codec.Refused, match="__main__"):
        codec.decode(pickle.dumps(Reduced(codec.blank, "sandbox.__main__", "main")))


def test_attributes_are_set_of_our_objects_only():
    with pytest.raises(codec.Refused, match="function"):
        codec.decode(pickle.dumps(Reduced(codec.fill, codec.blank, ({"__doc__": MARK}, None))))
    assert codec.blank.__doc__ != MARK


@pytest.mark.parametrize("damaged", [b"", b"\x80\x05", b"no pickle at all", codec.encode([1, "two"])[:-3]])
def test_damaged_bytes_are_refused(damaged):
    with pytest.raises(codec.Refused, match="cannot be read"):
        codec.decode(damaged)


@pytest.mark.parametrize("value", [print, lambda: 1, threading.Lock(), object(), SetThroughput, os])
def test_what_is_no_state_is_not_written(value):
    with pytest.raises(codec.CannotKeep):
        codec.encode([value])


def test_a_field_that_is_new_has_its_default():
    of_before = Progress()
    del vars(of_before)["steps"]
    assert codec.decode(codec.encode(of_before)).steps == []


def test_large_text_lies_apart():
    apart = {}

    def keep(content):
        apart["hash"] = content
        return "hash"

    large = "ü\ud800" * codec.LARGE
    written = codec.encode([large, large], keep)
    assert len(written) < 100
    kept = {"hash": apart["hash"].encode("utf-8", "surrogatepass")}
    assert codec.decode(written, kept.__getitem__) == [large, large]
