"""Whatever the sandbox acknowledged is there after `kill -9` at any moment, and no stack is left half done.

`python -m tests.sandbox.store.crashing` does as many rounds as one likes.
"""

import pytest

from tests.sandbox.store.crashing import Rounds

ROUNDS = 15


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [20261122, 20261123])
def test_nothing_acknowledged_is_lost(tmp_path, seed):
    rounds = Rounds(tmp_path / "state", seed)
    try:
        for _ in range(ROUNDS):
            rounds.one()
    finally:
        rounds.close()
        print(f"seed {seed}: {rounds.kills} kills, {rounds.acknowledged} calls acknowledged")
    assert all(writer.acknowledged > 0 for writer in rounds.writers)
