"""Starts execution environments, knows those that live, and cleans up after them."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import psutil

from sandbox.backend.functions import Configuration
from sandbox.backend.identities import find_role
from sandbox.errors import AwsError
from sandbox.functions import memory, node_sdk, orphans, package, python_sdk, runtimes, variables
from sandbox.functions.environment import Environment
from sandbox.functions.invocation import Gone, InitFailed, Slot
from sandbox.functions.json_logs import log_of
from sandbox.functions.log_permission import LogPermission
from sandbox.functions.logs import Records, stream_name
from sandbox.functions.pool import Pool
from sandbox.functions.process import ProcessGroup
from sandbox.functions.variables import Place
from sandbox.iam.judge import LAMBDA, Judgement, judge_trust
from sandbox.iam.sessions import Session, Sessions
from sandbox.iam.sts import open_role_session
from sandbox.settings import Settings

INIT_SECONDS = 10.0
"""The init phase's limit. What fails in it or takes longer is begun anew, within the function's time-out
(Lambda Developer Guide, *Init phase*, *Failures during the Init phase*)."""
SESSION_SECONDS = 12 * 3600.0
"""How long the credentials of an environment are good."""
GRACE_SECONDS = 0.25
"""How long a process whose init phase has failed may take to end."""
_RENEW_SECONDS = 15 * 60.0 + 900.0
"""So long before they run out, an idle environment is ended, and another takes its place."""
_MEMORY_EACH = 64 * memory.MEGABYTE

NOT_ASSUMABLE = "The role defined for the function cannot be assumed by Lambda."


def may_lambda_assume(account: str, role_arn: str) -> bool:
    """Whether the role exists and its trust policy lets lambda.amazonaws.com assume it."""
    judgement = trust_in_lambda(account, role_arn)
    return judgement is not None and judgement.decision.allowed


def trust_in_lambda(account: str, role_arn: str) -> Judgement | None:
    """How the role's trust policy decides about lambda.amazonaws.com; None if there is no such role."""
    role = find_role(account, role_arn)
    return judge_trust(LAMBDA, role) if role is not None else None


class Starter:
    """Starts environments. At most `at_once` are in their init phase, at most `alive` live.

    make_room: is called when `alive` is reached; ends an idle environment if there is one.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        state: Path,
        code: package.CodeStore,
        records: Records,
        make_room: Callable[[], None],
        *,
        at_once: int = 0,
        alive: int = 0,
    ) -> None:
        self.environments: dict[str, Environment] = {}
        self._settings = settings
        self._sessions = sessions
        self._state = state
        self._make_room = make_room
        self._code = code
        self._records = records
        self._guard = orphans.Guard(state if settings.temporary else None)
        self._watch = memory.Watch()
        self._sdk_is_linked = False
        self._starts = asyncio.Semaphore(at_once or max(2, 2 * (os.cpu_count() or 1)))
        self._places = asyncio.Semaphore(alive or max(16, psutil.virtual_memory().total // _MEMORY_EACH))
        self._credentials: dict[str, Session] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def crowded(self) -> bool:
        """Whether no further environment may live now."""
        return self._places.locked()

    async def start(self, pool: Pool) -> Environment:
        """Start an environment for a request that waits, and bring it through its init phase.

        Raises InitFailed; AwsError where the role cannot be assumed or there is nothing to run it with;
        Gone if nobody waits any more.
        """
        async with self._starts:
            failed = pool.inherit()
            if failed is None:
                environment = await self._begin(pool, None)
                try:
                    return await self._initialise(environment)
                except InitFailed:
                    failed = environment
            # AWS begins the init phase anew, as a part of the invocation that waits.
            try:
                environment = await self._begin(pool, failed)
            except BaseException:
                pool.leave(failed)
                raise
            try:
                return await self._initialise(environment)
            except InitFailed:
                pool.leave(environment)
                raise

    async def _begin(self, pool: Pool, failed: Environment | None) -> Environment:
        """A process that has just been started."""
        if self.crowded:
            self._make_room()
        await self._places.acquire()
        try:
            return await self._spawn(pool, failed)
        except BaseException:
            self._places.release()
            raise

    async def _initialise(self, environment: Environment) -> Environment:
        """Wait for the init phase. Raises InitFailed, and the environment has ended."""
        limit = environment.function.timeout if environment.hurried else INIT_SECONDS
        timer = asyncio.get_running_loop().call_later(limit, environment.init_took_too_long)
        try:
            await environment.ready
        except InitFailed:
            if environment.process is not None:
                # It has said what was wrong, and ends by itself.
                await environment.process.wait(GRACE_SECONDS)
            environment.end()
            raise
        except BaseException:
            environment.end()
            raise
        finally:
            timer.cancel()
        return environment

    def expires_soon(self, environment: Environment) -> bool:
        """Whether the environment's credentials run out before long."""
        session = self._credentials.get(environment.id)
        return session is not None and session.expires - time.time() < _RENEW_SECONDS

    async def close(self) -> None:
        """End every environment and wait until nothing is left of them."""
        for environment in list(self.environments.values()):
            environment.end()
        while self._ending:  # what ends an environment begins the removal of its folder
            await asyncio.gather(*self._ending, return_exceptions=True)

    async def stop(self) -> None:
        """close(), and end the guard as well."""
        await self.close()
        self._watch.close()
        await asyncio.to_thread(self._guard.close)

    def reap(self) -> None:
        """Take the exit status of processes that lost their parent."""
        orphans.reap({e.process.pid for e in self.environments.values() if e.process is not None})

    async def _spawn(self, pool: Pool, failed: Environment | None) -> Environment:
        if not pool.wanted:
            raise Gone
        function = pool.function
        interpreter = await asyncio.to_thread(runtimes.find, function.runtime)
        task = await asyncio.to_thread(self._code.unpack, function.code)
        session = open_role_session(
            self._sessions, function.account, function.role, function.name, SESSION_SECONDS
        )
        environment_id = secrets.token_hex(16)
        slot = failed.slot if failed else self._slot(environment_id, function, session)
        place = Place(task, slot.temporary, self._state / "python")
        self._prepare(place)
        log = slot.log
        environment = Environment(environment_id, function, slot, self._watch, self._ended, failed)
        self._credentials[environment_id] = session
        self.environments[environment_id] = environment
        log.keep_tail()
        host = self._settings.url.partition("//")[2]
        try:
            process = ProcessGroup(
                _command(interpreter, function),
                folder=task,
                variables=variables.of_environment(
                    function,
                    session,
                    place,
                    stream=log.stream,
                    runtime_api=f"{host}/_runtime/{environment_id}",
                    endpoint=self._settings.url,
                ),
                on_output=log.output,
                on_exit=environment.exited,
            )
        except OSError as error:
            del self.environments[environment_id], self._credentials[environment_id]
            text = f"The sandbox cannot start {interpreter.path} for {function.name}: {error}"
            raise AwsError("ServiceException", text, 500) from error
        self._guard.watch(process.pid, environment_id)
        environment.start(process)
        return environment

    def _slot(self, environment_id: str, function: Configuration, session: Session) -> Slot:
        """A stream and a folder of its own, and the log's first lines."""
        permission = LogPermission(session.caller, function)
        log = log_of(function, stream_name(function), permission, self._records)
        if runtimes.language_of(function.runtime) == "nodejs" and node_sdk.installed() is None:
            log.note(node_sdk.MISSING)
        log.init_start()
        folder = self._state / "tmp" / environment_id
        return Slot(log, folder, lambda: self._later(asyncio.to_thread(package.remove, folder)))

    def _prepare(self, place: Place) -> None:
        if not self._sdk_is_linked:
            python_sdk.link(place.sdk)
            self._sdk_is_linked = True
        modules = place.task.parent / "node_modules"
        installed = node_sdk.installed()
        if installed is not None and modules.resolve() != installed.resolve():
            # Node.js finds packages in the node_modules of every folder above the code.
            modules.unlink(missing_ok=True)
            modules.symlink_to(installed)
        place.temporary.mkdir(parents=True, exist_ok=True)

    def _ended(self, environment: Environment) -> None:
        self._places.release()
        self._later(self._clean_up(environment))

    async def _clean_up(self, environment: Environment) -> None:
        await environment.close()
        self.environments.pop(environment.id, None)
        session = self._credentials.pop(environment.id, None)
        if session is not None:
            self._sessions.close(session.access_key)
        if environment.process is not None:
            self._guard.unwatch(environment.process.pid)
        self.reap()
        if not environment.failed:
            environment.slot.discard()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Do what close() waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _command(interpreter: runtimes.Interpreter, function: Configuration) -> list[str]:
    if interpreter.language == "python":
        # Nothing of the sandbox's own environment: no site-packages, no variables, no user folder.
        return [interpreter.path, "-I", "-S", str(runtimes.HERE / "python.py")]
    # The heap's limits follow the function's memory, as on Lambda.
    return [
        interpreter.path,
        f"--max-semi-space-size={max(1, function.memory * 5 // 100)}",
        f"--max-old-space-size={function.memory * 90 // 100}",
        str(runtimes.HERE / "node.mjs"),
    ]
