"""Object graphs as bytes, and back, without running anything that the bytes name.

Pickle's form, for its speed and because what is one object stays one. But an object is written as
`(blank, module, class)` and its attributes, and the reader knows `blank`, its like, and a few harmless
makers of values only. No class that a file names is ever called, so none of its `__init__` or `__reduce__`
runs. `blank` makes an empty instance of a class of moto's or the sandbox's, and imports nothing but modules
of theirs; functions are never made. A dataclass that has gained a field with a default gets the default.
"""

from __future__ import annotations

import collections
import contextlib
import copy
import datetime
import decimal
import importlib
import io
import pickle
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import FunctionType
from typing import Any
from weakref import WeakValueDictionary


@dataclass(frozen=True)
class Apart:
    """Stands in a graph for bytes that are kept already; what is read has the bytes in its place."""

    sha256: str


@dataclass
class Sample:
    """Stands for a defaultdict's factory, if that is none of Python's types: it makes what that made."""

    made: Any

    def __call__(self) -> Any:
        return copy.deepcopy(self.made)


Keep = Callable[[bytes | str | Apart], str]
"""Takes bytes or text (as UTF-8) that are to lie apart, or what does so already: the hash of the bytes."""
Find = Callable[[str], bytes]
"""The bytes of a hash. Raises KeyError."""

LARGE = 4096
"""Bytes and texts of this size and above lie apart, by their hash."""

_OURS = re.compile(r"(sandbox|moto)(\.(?!__)\w+)+")
"""Modules whose classes may have instances in a file; not `__main__`, which does something."""


class CannotKeep(Exception):
    """The graph holds what is no state: a function, a lock, an open file, a class of elsewhere."""


class Refused(Exception):
    """The bytes name what a state never holds, or are no state at all."""


def encode(value: Any, keep: Keep | None = None) -> bytes:
    """`value` as bytes. keep: is given the large bytes and texts in it. Raises CannotKeep."""
    return written(Writer, value, keep)


def decode(content: bytes, find: Find | None = None) -> Any:
    """What `encode` wrote. Raises Refused, naming what the bytes ask for."""
    return read(Reader, content, find)


class Writer(pickle.Pickler):
    """Writes one graph. A subclass may say what stands for an object (`name_of`), and what is its state.

    keep_apart: takes what is large; None where all is to be in one place.
    """

    def __init__(self, file: io.BytesIO, keep: Keep | None) -> None:
        super().__init__(file, 5)
        self.keep_apart = keep

    def name_of(self, thing: Any) -> tuple[Any, ...] | None:
        """What is written in place of an object, for `Reader.named`; None where the object itself is.

        Asked of instances of classes of ours.
        """
        if self.keep_apart is not None and type(thing) is Apart:
            return ("code", self.keep_apart(thing))
        return None

    def state_of(self, thing: Any) -> dict[str, Any]:
        """The attributes of an object that are written."""
        own = getattr(type(thing), "__getstate__", None)
        attributes: dict[str, Any] = vars(thing) if own is object.__getstate__ else thing.__getstate__()
        return attributes

    def persistent_id(self, thing: Any) -> Any:
        kind: Any = type(thing)
        if kind is str or kind is bytes:
            if len(thing) < LARGE or self.keep_apart is None:
                return None
            return ("code" if kind is bytes else "text", self.keep_apart(thing))
        return self.name_of(thing) if _is_ours(kind) else None

    def reducer_override(self, thing: Any) -> Any:
        kind: Any = type(thing)
        if kind is collections.defaultdict and not _is_kept_as_it_is(thing.default_factory):
            return kind, (Sample(thing.default_factory()),), None, None, iter(thing.items())
        if kind in _PLAIN or (isinstance(thing, (type, FunctionType)) and thing in _KNOWN):
            return NotImplemented
        if kind is WeakValueDictionary:
            return kind, (dict(thing),)
        if kind is re.Pattern:
            return re.compile, (thing.pattern, thing.flags)
        if not _is_ours(kind):
            raise CannotKeep(f"{thing!r:.200} is no state: its type is {kind.__module__}.{kind.__qualname__}")
        name = (kind.__module__, kind.__qualname__)
        if isinstance(thing, Enum):
            return member, (*name, thing.name)
        if isinstance(thing, tuple):
            return row, (*name, tuple(thing))
        if isinstance(thing, str):
            return text, (*name, str.__str__(thing))
        slots = {n: getattr(thing, n) for n in _slots(kind) if hasattr(thing, n)}
        if isinstance(thing, dict):
            return blank, name, (self.state_of(thing), dict(dict.items(thing))), None, None, fill
        if isinstance(thing, list):
            return blank, name, (self.state_of(thing), list(list.__iter__(thing))), None, None, fill
        if slots:
            return blank, name, (slots, None), None, None, fill
        return blank, name, self.state_of(thing)


class Reader(pickle.Unpickler):
    """Reads one graph. A subclass may know more names (`named`)."""

    def __init__(self, file: io.BytesIO, find: Find | None) -> None:
        super().__init__(file)
        self._find = find

    def find_class(self, module: str, name: str) -> Any:
        maker = _MAKERS.get((module, name))
        if maker is None:
            raise Refused(f"It names {module}.{name}, which no state of the sandbox holds.")
        return maker

    def named(self, name: tuple[Any, ...]) -> Any:
        """What `Writer.name_of` wrote a name for. Raises Refused."""
        match name:
            case ("code" | "text" as kind, str(sha256)) if self._find is not None:
                try:
                    found = self._find(sha256)
                    return found if kind == "code" else found.decode("utf-8", "surrogatepass")
                except KeyError as error:
                    raise Refused(f"The code of hash {sha256} is not there.") from error
        raise Refused(f"It names {name!r:.200}, which is not known.")

    def persistent_load(self, name: Any) -> Any:
        return self.named(name)


def written(writer: type[Writer], value: Any, keep: Keep | None) -> bytes:
    """What a writer makes of a value. Raises CannotKeep."""
    file = io.BytesIO()
    try:
        writer(file, keep).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise CannotKeep(f"It cannot be written ({type(error).__name__}: {error}).") from error
    return file.getvalue()


def read(reader: type[Reader], content: bytes, find: Find | None) -> Any:
    """What a reader makes of bytes. Raises Refused."""
    try:
        return reader(io.BytesIO(content), find).load()
    except Refused:
        raise
    except Exception as error:  # damaged bytes make pickle raise whatever
        raise Refused(f"It cannot be read ({type(error).__name__}: {error}).") from error


def blank(module: str, name: str) -> Any:
    """An empty instance of a class of ours. Raises Refused."""
    kind = _class(module, name)
    base = next((one for one in (dict, list) if issubclass(kind, one)), object)
    made: Any = base.__new__(kind)
    if is_dataclass(kind):
        for field in fields(kind):
            if field.default is not MISSING:
                object.__setattr__(made, field.name, field.default)
            elif field.default_factory is not MISSING:
                object.__setattr__(made, field.name, field.default_factory())
    return made


def member(module: str, name: str, chosen: str) -> Any:
    """A member of an Enum of ours. Raises Refused."""
    kind = _class(module, name)
    found = kind.__members__.get(chosen) if issubclass(kind, Enum) else None
    if found is None:
        raise Refused(f"It names {chosen} of {module}.{name}, which is not there.")
    return found


def row(module: str, name: str, values: tuple[Any, ...]) -> Any:
    """A named tuple of ours."""
    return tuple.__new__(_class(module, name), values)


def text(module: str, name: str, value: str) -> Any:
    """A string of a class of ours."""
    return str.__new__(_class(module, name), value)


def fill(made: Any, state: tuple[dict[str, Any], dict[Any, Any] | list[Any] | None]) -> None:
    """Give an object of ours its attributes, and what it holds as a dict or list. Raises Refused.

    Whatever its class does when an element is set was done before it was written.
    """
    kind = type(made)
    if _class(kind.__module__, kind.__qualname__) is not kind:
        raise Refused(f"It sets attributes of a {kind.__qualname__}.")
    attributes, held = state
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    if isinstance(held, dict):
        dict.update(made, held)
    elif held is not None:
        list.extend(made, held)


def _class(module: str, name: str) -> type[Any]:
    found: Any = None
    if _OURS.fullmatch(module):
        with contextlib.suppress(ImportError):
            found = importlib.import_module(module)
    for part in name.split("."):
        found = vars(found).get(part) if found is not None else None
    if not isinstance(found, type) or (found.__module__, found.__qualname__) != (module, name):
        raise Refused(f"It names the class {module}.{name}, which is not there.")
    return found


def _is_kept_as_it_is(factory: Any) -> bool:
    return factory is None or type(factory) is Sample or (isinstance(factory, type) and factory in _PLAIN)


@cache
def _is_ours(kind: Any) -> bool:
    return kind is not type and _OURS.fullmatch(kind.__module__) is not None


@cache
def _slots(kind: Any) -> list[str]:
    found = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    names = [name for slots in found for name in ((slots,) if isinstance(slots, str) else slots)]
    return [name for name in names if name not in ("__dict__", "__weakref__")]


_PLAIN: frozenset[type[Any]] = frozenset(
    (
        *(collections.OrderedDict, collections.defaultdict, collections.deque),
        *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta, datetime.timezone),
        *(decimal.Decimal, bytearray, complex, set, frozenset),
        *(dict, list, tuple, str, int, float, bytes, bool),
    )
)
"""Values of Python's own: made with whatever a file says, they do no harm."""

_KNOWN: frozenset[Callable[..., Any]] = _PLAIN | {
    blank,
    member,
    row,
    text,
    fill,
    re.compile,
    WeakValueDictionary,
}
_MAKERS = {(maker.__module__, maker.__qualname__): maker for maker in _KNOWN}
