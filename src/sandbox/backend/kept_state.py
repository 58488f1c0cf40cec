"""moto's state as it is kept: one document for each service, account and region.

A document holds the attributes of moto's backend. They are laid over those of a backend made anew, so what
a later moto adds has its first value. Left out or written otherwise, and why:
- items of DynamoDB: they lie with the store's items; what of the sandbox hangs on a table goes with it;
- streams of logs and their events: `sandbox.log_history` keeps them;
- S3 objects: moto has them in open files; their bytes lie with the code, by their hash;
- other backends: by their name.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from sandbox.backend import dynamodb_stores, functions, services
from sandbox.errors import NotModelled
from sandbox.store import StateStore, codec

log = logging.getLogger(__name__)

ROOM = "moto"

_BACKEND = "backend"
_HASH = "sandbox_sha256"
"""The attribute of moto's S3 object with the hash of its bytes."""


class KeptState:
    """Keeps what calls change, and puts it back at the start."""

    def __init__(self, store: StateStore) -> None:
        self._store = store
        self._told: set[str] = set()

    def keep(self, service: str, account: str, region: str) -> None:
        """Keep the state of a service that a call may have changed, in this region or for all regions.

        Nobody else may use moto's state of the service meanwhile. Raises codec.CannotKeep for a service
        that is modelled; for another one it is said once that its state is not kept.
        """
        for module, place, backend in list(_touched(service, account, region)):
            name = f"{module}/{account}/{place}"
            try:
                self._store.keep(ROOM, name, vars(backend), _Writer)
            except codec.CannotKeep as error:
                if service in services.MODELLED:
                    raise
                if module not in self._told:
                    self._told.add(module)
                    log.warning(
                        "The state of %s, which is moto's as it is, will not survive: %s", module, error
                    )

    def restore(self) -> None:
        """Put all back that was kept. Raises store.StateUnusable."""
        for name, attributes in self._store.kept(ROOM, _Reader):
            _put_back(_find(*name.split("/")), attributes)
        functions.forget_backends()


def _touched(service: str, account: str, region: str) -> Iterator[tuple[str, str, Any]]:
    """The backends that a call may have changed, as (module, place, backend).

    Services that are not modelled send to one another, so all of them count; a bucket may be another
    account's.
    """
    from moto.utilities.utils import get_partition

    places = (region, get_partition(region))
    if service in services.MODELLED:
        used = _of_module(services.module_of(service))
    else:
        modelled = {services.module_of(one) for one in services.MODELLED}
        used = [one for one in _used() if one[0] not in modelled]
    for module, backends in used:
        for one_account, one_place, backend in list(backends.iter_backends()):
            if module == "s3" or (one_account == account and one_place in places):
                yield module, one_place, backend


def _used() -> Iterator[tuple[str, Any]]:
    """The services that have been used, by the names of their modules in moto."""
    for name in list(sys.modules):
        if name.startswith("moto.") and name.endswith(".models") and name.count(".") == 2:
            yield from _of_module(name.split(".")[1])


def _of_module(module: str) -> list[tuple[str, Any]]:
    """The backends of a module of moto's; none where it was not used."""
    models = sys.modules.get(f"moto.{module}.models")
    backends = getattr(models, f"{services.service_of(module)}_backends", None)
    return [] if backends is None else [(module, backends)]


class _Writer(codec.Writer):
    """Writes the attributes of a backend of moto's."""

    def name_of(self, thing: Any) -> tuple[Any, ...] | None:
        kind: Any = type(thing)
        if _is_backend(kind):
            return (_BACKEND, _module_of(thing), thing.account_id, thing.region_name)
        return super().name_of(thing)

    def state_of(self, thing: Any) -> dict[str, Any]:
        kind = type(thing)
        match kind.__module__, kind.__name__:
            case "moto.dynamodb.models.table", _ if dynamodb_stores.OURS in vars(thing):
                return {name: one for name, one in vars(thing).items() if name != dynamodb_stores.OURS}
            case "moto.logs.models", "LogGroup":
                return {**vars(thing), "streams": {}}
            case "moto.s3.models", "FakeKey":
                return self._object(thing)
        return super().state_of(thing)

    def _object(self, thing: Any) -> dict[str, Any]:
        """An object is written once, so its hash is noted with it, and its file is not read again."""
        if _HASH not in vars(thing):
            state = super().state_of(thing)
            if self.keep_apart is None or len(state["value"]) < codec.LARGE:
                return state
            setattr(thing, _HASH, self.keep_apart(state["value"]))
        kept = {name: one for name, one in vars(thing).items() if name not in ("_value_buffer", "lock")}
        return {**kept, "value": codec.Apart(kept[_HASH])}


class _Reader(codec.Reader):
    """Reads what `_Writer` wrote."""

    def named(self, name: tuple[Any, ...]) -> Any:
        match name:
            case (kind, str(module), str(account), str(place)) if kind == _BACKEND:
                return _find(module, account, place)
        return super().named(name)


@cache
def _is_backend(kind: Any) -> bool:
    return hasattr(kind, "url_bases")


def _module_of(backend: Any) -> str:
    return type(backend).__module__.split(".")[1]


def _find(module: str, account: str, place: str) -> Any:
    """moto's backend, made if it is not there. Raises codec.Refused."""
    try:
        services.handlers(services.service_of(module))
        return dict(_used())[module][account][place]
    except (NotModelled, KeyError) as error:
        raise codec.Refused(f"moto has no {module} in {place!r} ({error}).") from error


def _put_back(backend: Any, attributes: dict[str, Any]) -> None:
    """Lay what was kept over a backend that was made anew."""
    vars(backend).update(attributes)
    if _module_of(backend) == "s3":
        from moto.s3.models import s3_backends

        home = (backend.partition, backend.account_id)
        s3_backends.bucket_accounts.update(dict.fromkeys(backend.buckets, home))
