"""The walk of `workshop clean`: find, show, ask, delete, and look once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from workshop.cleaning.kinds import KINDS, Account, Kind
from workshop.cleaning.stacks import STACKS
from workshop.errors import FELL_SHORT, USAGE, Problem
from workshop.settling import until

ALL = (STACKS, *KINDS)


@dataclass(frozen=True)
class Thing:
    """One resource of the workshop. why: how that is known."""

    kind: Kind
    name: str
    id: str
    why: str


@dataclass(frozen=True)
class Listing:
    """What a list held. count: of all that were looked at. unread: what of it could not be read, and why."""

    kind: Kind
    count: int
    things: tuple[Thing, ...]
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"  {self.kind.words:<22} {self.count:>4} looked at, {len(self.things)} of the workshop"
        return "\n".join([said, *(f"      {one.name} ({one.why})" for one in self.things), *self._unread()])

    def _unread(self) -> Iterator[str]:
        if self.unread:
            yield f"      NOT READ: {len(self.unread)}, such as {self.unread[0]}"


def clean(account: Account, ask: Callable[[str], bool] | None) -> int:
    """Deletes what is shown, if the answer is yes, and proves it; the exit code.

    0: nothing is left. 1: something is left, or could not be looked at. 2: no yes. ask: None where nobody
    can answer.
    """
    where = account.target.where
    account.say(f"Looking for what the workshop made under the prefix {account.prefix}, in {where}:")
    before = look(account)
    _show(account, before)
    things = [thing for listing in before for thing in listing.things]
    if before[0].unread:
        account.say("Nothing is deleted: without the list of stacks, any of this may be a part of one.")
    if not things or before[0].unread:
        return _verdict(account, before)
    question = f"Delete these {len(things)} for ever, with all that is in them?"
    if ask is None:
        account.say(f"{question} Nobody is there to answer (no terminal). To say yes: workshop clean --yes")
        return USAGE
    if not ask(question):
        account.say("Nothing was deleted.")
        return USAGE
    failed = delete(account, things)
    account.say("\nLooking once more:")
    after = until(
        account.target, lambda: look(account), lambda seen: failed or not _left(seen), account.sleep
    )
    _show(account, after)
    return _verdict(account, after)


def look(account: Account) -> list[Listing]:
    """All lists. This is a read-only operation."""
    return [_listing(account, kind) for kind in ALL]


def delete(account: Account, things: Iterable[Thing]) -> bool:
    """Deletes one after the other: stacks first, and then what they have not taken along.

    Returns whether something could not be deleted, which is said. Nothing is deleted that is not in `things`.
    """
    failed = False
    for kind in ALL:
        wanted = {thing.id: thing for thing in things if thing.kind is kind}
        if not wanted:
            continue
        there = {thing.id for thing in _listing(account, kind).things}  # a stack may have taken it along
        for thing in (wanted[one] for one in wanted if one in there):
            account.say(f"Deleting {kind.words[:-1]} {thing.name} …")
            try:
                kind.delete(account, thing.id)
            except (ClientError, BotoCoreError, Problem) as error:
                account.say(f"  It stays:\n{error}")
                failed = True
        if failed and kind is STACKS:
            account.say("All else stays, too: it may be a part of that stack.")
            return True
    return failed


def _listing(account: Account, kind: Kind) -> Listing:
    count, things, unread = 0, [], []
    try:
        for one in kind.listed(account):
            count += 1
            try:
                why = kind.its(account, one)
            except (ClientError, BotoCoreError) as error:
                if not _is_gone(error):
                    unread.append(f"the tags of {one.name}: {error}")
                continue
            if why:
                things.append(Thing(kind, one.name, one.id, why))
    except (ClientError, BotoCoreError) as error:
        unread.append(f"the list: {error}")
    return Listing(kind, count, tuple(things), tuple(unread))


def _is_gone(error: Exception) -> bool:
    """Whether it went between the list and the question for its tags."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    return code in ("ResourceNotFoundException", "NoSuchEntity", "NotFoundException")


def _left(listings: Iterable[Listing]) -> int:
    return sum(len(listing.things) for listing in listings)


def _show(account: Account, listings: Iterable[Listing]) -> None:
    for listing in listings:
        account.say(str(listing))


def _verdict(account: Account, listings: list[Listing]) -> int:
    left, unread = _left(listings), [one for listing in listings for one in listing.unread]
    if left:
        account.say(f"{left} of the workshop are left. Do next: what is said above, then: workshop clean")
        return FELL_SHORT
    if unread:
        account.say(f"{len(unread)} could not be read, so it is not proven that nothing is left.")
        return FELL_SHORT
    account.say(f"Nothing of the workshop is left under the prefix {account.prefix}.")
    return 0
