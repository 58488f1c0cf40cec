"""Kills a sandbox at random moments while it is written to, and looks at what the next one has.

    python -m tests.sandbox.store.crashing --rounds 500 --seed 7

A writer does one call after the other and notes what was acknowledged. After a kill the one call that was
under way may have had its effect or not; all before it must have had theirs.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from tests.sandbox.store.stack_writer import Stacks
from tests.sandbox.store.writers import Functions, Items, Routes
from tests.sandbox.warm import Warm
from workshop.start.ports import free_port

LONGEST = 0.5
"""Seconds of writing before a kill, at most."""
FIRST = 30
"""Seconds for the first call of all writers."""


class Rounds:
    """Sandboxes of one state folder, each killed while it is written to.

    port: the same for all, so that clients are made once. kills: how many there were; acknowledged: calls.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._random = random.Random(seed)
        self._sandbox = Warm(free_port(0), folder).start()
        self._sandbox.settings(function_state_ms=0)  # writers do not wait
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)

        def client(service: str):
            return boto3.client(
                service, endpoint_url=self._sandbox.url, region_name="us-east-1", config=config, **keys
            )

        kinds = (Items, Items, Functions, Routes, Stacks)
        self.writers = [kind(client, random.Random(seed + number)) for number, kind in enumerate(kinds)]
        self.kills = 0

    @property
    def acknowledged(self) -> int:
        return sum(writer.acknowledged for writer in self.writers)

    def one(self) -> None:
        """Write, kill, start again, look. Raises AssertionError for what is not as it was acknowledged."""
        delay, all_warm = self._random.uniform(0.0, LONGEST), self._random.random() < 0.5
        threads = [threading.Thread(target=_write, args=(writer,)) for writer in self.writers]
        for writer, thread in zip(self.writers, threads, strict=True):
            writer.began.clear()
            thread.start()
        if all_warm:  # the first call of each service after a start takes longer
            assert all(writer.began.wait(FIRST) for writer in self.writers), "a writer does not get through"
        time.sleep(delay)  # the moment is what this is about
        self._sandbox.kill()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a writer hangs"
        self.kills += 1
        self._sandbox.start()
        self._sandbox.settings(function_state_ms=0)
        for writer in self.writers:
            writer.look()

    def close(self) -> None:
        self._sandbox.stop()


def _write(writer) -> None:
    # Until the connection breaks: the sandbox was killed.
    with contextlib.suppress(BotoCoreError):
        while True:
            writer.step()


def main() -> int:
    """Run rounds by hand; 1 if one of them found something lost."""
    parser = argparse.ArgumentParser(description="Kill the sandbox while it is written to.")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rounds = Rounds(Path(folder, "state"), given.seed)
        began = time.monotonic()
        try:
            for _ in range(given.rounds):
                rounds.one()
                if rounds.kills % 25 == 0:
                    print(f"{rounds.kills} kills, {rounds.acknowledged} calls acknowledged", flush=True)
        finally:
            rounds.close()
            seconds = time.monotonic() - began
            print(f"{rounds.kills} kills, {rounds.acknowledged} calls acknowledged, {seconds:.0f} s")
            for writer in rounds.writers:
                print(f"  {writer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
