"""What is seen while CloudFormation works."""

import pytest
from rich.console import Console

from tests.workshop.deploy.answers import event, of_stack
from workshop.deploy.events import parse
from workshop.deploy.view import Rows, line, table, watching


def rows_of(*events):
    rows = Rows()
    for one in events:
        rows.take(parse(one))
    return rows


def test_seconds_are_between_the_first_event_and_the_last():
    [row] = rows_of(event(1, "CREATE_IN_PROGRESS"), event(4, "CREATE_COMPLETE"))
    assert row.seconds(more=9) == 3.0
    assert line(row).split() == ["UsersTable", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "3.0", "s"]


def test_what_goes_on_gets_older():
    [row] = rows_of(event(1, "CREATE_IN_PROGRESS"), event(3, "CREATE_IN_PROGRESS", "Initiated"))
    assert row.seconds(more=9) == 11.0


def test_a_new_beginning_counts_anew():
    [row] = rows_of(
        event(1, "CREATE_IN_PROGRESS"),
        event(4, "CREATE_FAILED"),
        event(6, "DELETE_IN_PROGRESS"),
        event(7, "DELETE_COMPLETE"),
    )
    assert row.seconds() == 1.0


def test_a_pipe_gets_a_line_for_what_is_done():
    said = []
    with watching(said.append, in_terminal=False) as show:
        show([parse(of_stack(0, "CREATE_IN_PROGRESS")), parse(event(1, "CREATE_IN_PROGRESS"))])
        assert said == []
        show([parse(event(2, "CREATE_COMPLETE"))])
        show([parse(of_stack(3, "CREATE_COMPLETE"))])
    assert [words.split()[:3:2] for words in said] == [
        ["UsersTable", "CREATE_COMPLETE"],
        ["workshop", "CREATE_COMPLETE"],
    ]


@pytest.mark.parametrize(
    ("status", "colour"),
    [
        ("CREATE_COMPLETE", "32"),
        ("CREATE_IN_PROGRESS", "33"),
        ("CREATE_FAILED", "31"),
        ("ROLLBACK_COMPLETE", "31"),
    ],
)
def test_a_terminal_gets_a_table_with_colours(status, colour):
    console = Console(width=120, force_terminal=True, color_system="standard", record=True)
    with console.capture() as captured:
        console.print(table(rows_of(event(1, "CREATE_IN_PROGRESS"), event(2, status)), more=4))
    text = captured.get()
    assert "UsersTable" in text
    assert f"\x1b[{colour}m{status}" in text
    assert ("5.0" if status.endswith("PROGRESS") else "1.0") in text


def test_the_table_in_a_terminal_follows_the_events(capsys):
    with watching(print, in_terminal=True) as show:
        show([parse(event(1, "CREATE_IN_PROGRESS"))])
        show([])
        show([parse(event(2, "CREATE_COMPLETE"))])
    assert "CREATE_COMPLETE" in capsys.readouterr().out
