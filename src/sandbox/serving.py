"""Runs the server: the socket, uvicorn, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn

from sandbox import connections, store
from sandbox.backend import services
from sandbox.house import House
from sandbox.http_protocol import HttpProtocol
from sandbox.settings import Settings
from sandbox.store import NoStore, StateStore, Store

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 2
"""How long answers under way may take once the sandbox is told to end."""


class CannotServe(Exception):
    """The sandbox cannot start; the message says why, and what to type instead."""


class PortTaken(CannotServe):
    """The port is in use."""


class StateUnusable(CannotServe):
    """The state folder cannot be made or written, or what is in it cannot be read."""


def listen(settings: Settings) -> socket.socket:
    """A listening socket on loopback. Raises PortTaken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        raise PortTaken(
            f"Port {settings.port} of {settings.host} cannot be listened on ({error.strerror}). "
            f"Another sandbox may be running there. Type `sandbox serve --port 0` for a free port, "
            f"or stop the other one."
        ) from error
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def run(settings: Settings, ready: Callable[[House], None], follow_parent: int | None = None) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; then end every execution environment.

    ready: called once requests are answered. follow_parent: a pipe's file descriptor; when its other
    end is closed (the parent has ended, however), the sandbox ends too. Raises CannotServe.
    """
    sock = listen(settings)
    state, kept = _state(settings)
    temporary = settings.state is None
    actual = replace(settings, port=sock.getsockname()[1], state=state, temporary=temporary)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(actual, kept, sock, ready, follow_parent))
    finally:
        if temporary:
            shutil.rmtree(state, ignore_errors=True)


def _state(settings: Settings) -> tuple[Path, StateStore]:
    """The folder for unpacked code, and what keeps state in it. Raises StateUnusable.

    A temporary one is made with the first function, so that a sandbox without any leaves nothing.
    """
    if settings.state is None:
        return Path(tempfile.gettempdir(), f"sandbox-{secrets.token_hex(8)}"), NoStore()
    try:
        return settings.state, Store.open(settings.state)
    except store.StateUnusable as error:
        raise StateUnusable(str(error)) from error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _configuration(house: House) -> uvicorn.Config:
    return uvicorn.Config(
        house.server,
        http=partial(HttpProtocol, house.functions.runtime_request, connections.most()),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        # A client may claim another address by X-Forwarded-For; functions get to see both.
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_notify=connections.SWEEP_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


async def _serve(
    settings: Settings,
    kept: StateStore,
    sock: socket.socket,
    ready: Callable[[House], None],
    follow_parent: int | None,
) -> None:
    house = House(settings, kept)
    server = _Uvicorn(_configuration(house))
    server.config.callback_notify = server.sweep
    # The server tells its own failures; uvicorn's are of clients that hang up, or that send no HTTP.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end.set)
    if follow_parent is not None:
        _watch(loop, follow_parent, end)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started and not serving.done():
        await asyncio.sleep(0)
    ended = asyncio.create_task(end.wait())
    loading: asyncio.Future[None] = loop.create_future()
    threading.Thread(target=_preload, args=(loop, loading), daemon=True).start()
    await asyncio.wait((ended, serving, loading), return_when=asyncio.FIRST_COMPLETED)
    failure = _taken_up(house, loading) if loading.done() else None
    if failure is None:
        if loading.done():
            house.backend.loaded.set()
            ready(house)
        await asyncio.wait((ended, serving), return_when=asyncio.FIRST_COMPLETED)
    # uvicorn waits for open long polls, so the environments that make them end first.
    await house.functions.close()
    server.should_exit = True
    await serving
    ended.cancel()
    await house.close()
    if failure is not None:
        raise failure


def _taken_up(house: House, loading: asyncio.Future[None]) -> CannotServe | None:
    """Take up what was kept, once moto is loaded; what is in the way of it, if something is."""
    failure = loading.exception()
    if failure is None:
        try:
            house.restore()
        except store.StateUnusable as error:
            return StateUnusable(str(error))
        except Exception as error:  # whatever objects of another version make of it
            log.exception("The state could not be taken up")
            return StateUnusable(str(store.not_taken_up(house.store.path, error)))
        return None
    told = CannotServe(
        f"moto, which keeps the state, cannot be loaded ({type(failure).__name__}: {failure}). "
        "Type `make setup` in the clone to install what is missing."
    )
    told.__cause__ = failure
    return told


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handling: one place decides when the sandbox ends."""

    async def sweep(self) -> None:
        """End the connections of clients that take too long."""
        open_now = cast(set[connections.Connection], self.server_state.connections)
        connections.sweep(open_now, asyncio.get_running_loop().time())

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _preload(loop: asyncio.AbstractEventLoop, loading: asyncio.Future[None]) -> None:
    """Import moto in a thread of its own; calls wait for it, for imports in circles take one thread."""
    failure: Exception | None = None
    try:
        services.preload()
    except Exception as error:  # whatever an import may raise; told by whoever waits
        failure = error
    # What is imported stays: the collector need not walk through it again and again (80 ms each time).
    gc.freeze()
    with contextlib.suppress(RuntimeError):  # the sandbox has ended meanwhile
        loop.call_soon_threadsafe(_settle, loading, failure)


def _settle(loading: asyncio.Future[None], failure: Exception | None) -> None:
    if loading.done():
        return
    if failure is None:
        loading.set_result(None)
    else:
        loading.set_exception(failure)


def _watch(loop: asyncio.AbstractEventLoop, descriptor: int, end: asyncio.Event) -> None:
    def on_readable() -> None:
        if not os.read(descriptor, 1024):
            loop.remove_reader(descriptor)
            end.set()

    os.set_blocking(descriptor, False)
    loop.add_reader(descriptor, on_readable)
