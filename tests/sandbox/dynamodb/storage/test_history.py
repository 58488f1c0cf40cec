"""Random histories against a simple model: every replica, every index, at every moment."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.dynamodb.pages import Reading, read
from sandbox.dynamodb.replicas import Lag
from sandbox.dynamodb.sizes import item_size
from tests.sandbox.dynamodb.storage.tables import Clock, contents, index

LONGEST = 30
NAMES = st.sampled_from(["a", "b", "c", "d"])
GROUPS = st.sampled_from(["x", "y", None])
ALL = (b"", None)


class History(RuleBasedStateMachine):
    """The model: for each key all its states in the order they were written, with their times."""

    @initialize(seed=st.integers(0, 1000), indexed=st.booleans())
    def begin(self, seed, indexed):
        self.clock = Clock()
        self.indexes = [index("by_group", "group", projected=frozenset())] if indexed else []
        self.table = contents(*self.indexes, lag=Lag(10, LONGEST), clock=self.clock, seed=seed)
        self.log = {}
        self.last_seen = {}
        self.serial = 0

    def states(self, name):
        return self.log.setdefault(name, [(self.clock.now - 1, None)])

    @rule(name=NAMES, group=GROUPS)
    def put(self, name, group):
        self.serial += 1
        item = {"pk": {"S": name}, "serial": {"N": str(self.serial)}}
        if group:
            item["group"] = {"S": group}
        states = self.states(name)
        self.table.write(item, item)
        states.append((self.clock.now, item))

    @rule(name=NAMES)
    def delete(self, name):
        states = self.states(name)
        change = self.table.write({"pk": {"S": name}}, None)
        if change.old is not None:
            states.append((self.clock.now, None))

    @rule(milliseconds=st.integers(1, LONGEST))
    def wait(self, milliseconds):
        self.clock.pass_by(milliseconds)

    @rule()
    def drop_and_build_the_index(self):
        if self.indexes:
            self.table.drop_index("by_group")
            self.table.add_index(self.indexes[0])

    @rule(median=st.integers(0, 10))
    def set_the_lag(self, median):
        self.table.replicas._replication.lag = Lag(median, LONGEST) if median else Lag(0, 0)

    @invariant()
    def the_leader_has_every_write(self):
        for name, states in self.log.items():
            assert self.shown(name, 0) == states[-1][1]

    @invariant()
    def followers_go_forwards_and_are_late_by_the_longest_lag_at_most(self):
        for name, states in self.log.items():
            for follower in (1, 2):
                item = self.shown(name, follower)
                # Serial numbers make states unique; of deletions the latest possible one is taken.
                at = max(number for number, (_, state) in enumerate(states) if state == item)
                if item is not None:
                    assert at >= self.last_seen.get((name, follower), 0)
                    self.last_seen[name, follower] = at
                missed = states[at + 1 :]
                assert not missed or self.clock.now - missed[0][0] <= LONGEST / 1000 + 1e-9

    @invariant()
    def one_follower_is_never_late(self):
        for name, states in self.log.items():
            assert states[-1][1] in (self.shown(name, 1), self.shown(name, 2))

    @invariant()
    def counts_and_sizes_are_those_of_a_recount(self):
        live = [states[-1][1] for states in self.log.values() if states[-1][1]]
        assert self.table.count == len(live)
        assert self.table.size_in_bytes == sum(map(item_size, live))
        if self.indexes:
            lines = [
                item_size({"pk": item["pk"], "group": item["group"]}) for item in live if "group" in item
            ]
            by_group = self.table.indexes["by_group"]
            assert (by_group.count, by_group.size_in_bytes) == (len(lines), sum(lines))

    @invariant()
    def every_replica_s_scan_and_index_are_what_its_items_are(self):
        for replica in (0, 1, 2):
            shown = [item for name in self.log if (item := self.shown(name, replica))]
            page = read(self.table, Reading(ALL, replica=replica))
            assert by_serial(page) == sorted(serials(shown))
            if self.indexes:
                page = read(self.table, Reading(ALL, index="by_group", replica=replica))
                assert by_serial(page) == sorted(serials([item for item in shown if "group" in item]))

    def teardown(self):
        if not hasattr(self, "table"):
            return
        self.clock.pass_by(LONGEST + 1)
        assert self.table.pending == 0
        for name, states in self.log.items():
            assert [self.shown(name, replica) for replica in (0, 1, 2)] == [states[-1][1]] * 3
        assert len(self.table.places) == self.table.count
        for one in self.table.indexes.values():
            assert len(one.positions) == one.count

    def shown(self, name, replica):
        record = self.table.read({"pk": {"S": name}}, replica)
        return None if record is None else record.item


def serials(items):
    return [int(item["serial"]["N"]) for item in items]


def by_serial(page):
    return sorted(serials([record.item for record in page.records]))


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
