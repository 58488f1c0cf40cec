"""Which event says why, and following a stack until it is done."""

import pytest

from tests.workshop.deploy.answers import NO_STACK, STACK_ID, Client, client_error, event, of_stack, pages
from workshop.deploy import stack
from workshop.deploy.events import first_failure, is_final, parse

CANCELLED = "Resource creation cancelled"


def failure(*events):
    return first_failure([parse(one) for one in events])


def test_the_first_reason_is_not_what_came_of_it():
    found = failure(
        of_stack(0, "CREATE_IN_PROGRESS", "User Initiated"),
        event(1, "CREATE_IN_PROGRESS"),
        event(2, "CREATE_FAILED", CANCELLED, name="First"),
        event(3, "CREATE_FAILED", "The reason", name="Second"),
        event(4, "CREATE_FAILED", "Another", name="Third"),
        of_stack(5, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [First, Second]."),
        event(6, "DELETE_FAILED", "A late one", name="Second"),
    )
    assert (found.logical_id, found.reason, found.also) == ("Second", "The reason", ("Third",))


@pytest.mark.parametrize("words", [CANCELLED, "Resource update cancelled", "Resource creation Initiated"])
def test_what_is_only_a_consequence(words):
    found = failure(event(1, "UPDATE_FAILED", words), event(2, "UPDATE_FAILED", "Because", name="Other"))
    assert found.logical_id == "Other"


def test_the_stack_alone_may_know():
    found = failure(event(1, "CREATE_COMPLETE"), of_stack(2, "ROLLBACK_IN_PROGRESS", "Output X is odd"))
    assert (found.logical_id, found.reason) == ("workshop", "Output X is odd")


def test_nothing_failed():
    assert failure(event(1, "CREATE_COMPLETE"), of_stack(2, "CREATE_COMPLETE")) is None


def test_only_a_consequence_is_better_than_nothing():
    assert failure(event(1, "CREATE_FAILED", CANCELLED)).reason == CANCELLED


@pytest.mark.parametrize(
    ("status", "final"),
    [
        ("CREATE_COMPLETE", True),
        ("ROLLBACK_IN_PROGRESS", False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
    ],
)
def test_final(status, final):
    assert is_final(status) is final


class TestFollow:
    def follow(self, answers, known=frozenset()):
        shown, pauses = [], []
        client = Client(describe_stack_events=answers)
        events = stack.follow(client, STACK_ID, known, shown.append, pauses.append)
        return [one.id for one in events], [[one.id for one in new] for new in shown], pauses

    def test_shows_what_is_new_oldest_first_until_the_stack_is_done(self):
        begin, made, done = (
            of_stack(1, "CREATE_IN_PROGRESS"),
            event(2, "CREATE_COMPLETE"),
            of_stack(3, "CREATE_COMPLETE"),
        )
        events, shown, _ = self.follow([pages(begin), pages(begin, made), pages(begin, made, done)])
        assert shown == [["event-1"], ["event-2"], ["event-3"]]
        assert events == ["event-1", "event-2", "event-3"]

    def test_an_end_from_before_is_no_end(self):
        old = of_stack(1, "CREATE_COMPLETE")
        new = of_stack(2, "UPDATE_IN_PROGRESS")
        done = of_stack(3, "UPDATE_COMPLETE")
        events, *_ = self.follow([pages(old), pages(old, new), pages(old, new, done)], frozenset({"event-1"}))
        assert events == ["event-2", "event-3"]

    def test_it_looks_less_and_less_often_and_often_again_after_news(self):
        nothing, begin, done = (
            pages(),
            pages(of_stack(1, "UPDATE_IN_PROGRESS")),
            pages(of_stack(2, "UPDATE_COMPLETE")),
        )
        *_, pauses = self.follow([*[nothing] * 12, begin, begin, done])
        assert pauses[:12] == sorted(pauses[:12])
        assert pauses[11] == stack.LONGEST_PAUSE
        assert pauses[12] == stack.FIRST_PAUSE

    def test_only_pages_with_news_are_read(self):
        first = {"StackEvents": [of_stack(3, "UPDATE_COMPLETE"), event(2, "UPDATE_COMPLETE")]}
        never = {"StackEvents": [event(1, "CREATE_COMPLETE")]}
        read = []

        class Paged(Client):
            def _answer(self, operation, parameters):
                for page in (first, never):
                    read.append(page)
                    yield page

        stack.follow(Paged(), STACK_ID, frozenset({"event-2"}), lambda new: None)
        assert read == [first]


def test_what_was_before_an_operation_that_goes_on():
    client = Client(
        describe_stack_events=[
            pages(
                of_stack(1, "CREATE_IN_PROGRESS"),
                of_stack(2, "CREATE_COMPLETE"),
                of_stack(3, "UPDATE_IN_PROGRESS"),
                event(4, "UPDATE_IN_PROGRESS"),
            )
        ]
    )
    assert stack.before_this_operation(client, STACK_ID) == {"event-1", "event-2"}


class TestState:
    def test_none(self):
        assert stack.state(Client(describe_stacks=[NO_STACK]), "workshop") is None

    def test_deleted_is_none(self):
        said = {"Stacks": [{"StackId": STACK_ID, "StackName": "workshop", "StackStatus": "DELETE_COMPLETE"}]}
        assert stack.state(Client(describe_stacks=[said]), STACK_ID) is None

    def test_another_error_is_no_answer(self):
        denied = client_error("AccessDenied", "not authorized to perform: cloudformation:DescribeStacks")
        with pytest.raises(type(denied)):
            stack.state(Client(describe_stacks=[denied]), "workshop")
