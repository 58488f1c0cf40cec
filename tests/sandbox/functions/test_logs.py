"""What an invocation leaves in CloudWatch Logs."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case

NODE = "nodejs24.x"


@pytest.fixture
def lines(deploy):
    """`lines(source)`: what one invocation logs."""

    def make(source, runtime=None, **options):
        function = deploy(source, **({"runtime": runtime} if runtime else {}), **options)
        function.invoke()
        return function.log()

    return make


@case("log-init-start", "log-start", "log-end", "log-report-cold")
def test_platform_lines(lines, expected):
    place = {"log-init-start": 0, "log-start": 1, "log-end": 2, "log-report-cold": 3}[expected.id]
    log = lines("def handler(event, context): pass")
    assert len(log) == 4
    expected.check_text(log[place])


@case("log-billed-roundup")
def test_billed_duration_is_rounded_up(deploy, expected):
    function = deploy("import time\ndef handler(event, context): time.sleep(event.get('s', 0))")
    function.invoke()
    report = function.invoke({"s": 0.02}).log.splitlines()[-1]
    took, billed = re.search(r"Duration: ([\d.]+) ms\tBilled Duration: (\d+) ms", report).groups()
    assert int(billed) - 1 < float(took) <= int(billed)
    assert expected.take("contains") == "Billed Duration: 4 ms"  # for 3.01 ms
    assert "Init Duration" not in report


@case("log-multiline-print")
def test_print_of_several_lines(lines, expected):
    log = lines("def handler(event, context):\n    print('multi\\nline\\nstring')\n    print('a\\rb')")
    assert log[2:5] == expected.take("events")
    assert expected.take("rule").endswith("a carriage return alone does not split")
    assert log[5] == "a\rb\n"


@case("log-print-python")
def test_print(lines, expected):
    expected.check_text(lines("def handler(event, context): print('x')")[2])


@case("log-console-node")
def test_console_log(lines, expected):
    expected.check_text(lines("export const handler = async () => console.log('x')", NODE)[2])


def test_levels_of_console(lines):
    source = (
        "export const handler = async () => { console.debug('a'); console.info('b %d', 1);\n"
        "  console.warn({ c: 1 }); console.error('d\\ne'); process.stdout.write('raw'); }"
    )
    log = lines(source, NODE)[2:-2]
    assert [line.split("\t")[2:] for line in log[:4]] == [
        ["DEBUG", "a\n"],
        ["INFO", "b 1\n"],
        ["WARN", "{ c: 1 }\n"],
        ["ERROR", "d\ne\n"],
    ]
    assert log[4] == "raw"


@case("log-error-python")
def test_an_exception_in_python(lines, expected):
    log = lines("def handler(event, context):\n    raise ValueError('bad')")
    expected.check_text(log[2])
    nbsp = "\u00a0"
    assert log[2] == (
        "[ERROR] ValueError: bad\nTraceback (most recent call last):\n"
        f'{nbsp * 2}File "/var/task/index.py", line 2, in handler\n'
        f"{nbsp * 4}raise ValueError('bad')"
    )


@case("log-error-node")
def test_an_error_in_node(lines, expected):
    log = lines("export const handler = async () => { throw new Error('bad') }", NODE)
    expected.check_text(log[2])


def test_records_of_logging(lines):
    log = lines(
        "import logging, sys\nlog = logging.getLogger()\nlog.setLevel('INFO')\n"
        "def handler(event, context):\n"
        "    log.info('user %s\\nsecond line', 'ada')\n    print('between')\n"
        "    print('to stderr', file=sys.stderr)\n    logging.getLogger('x').debug('no')\n"
    )
    assert re.fullmatch(
        r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[0-9a-f-]{36}\tuser ada\nsecond line\n", log[2]
    )
    assert log[3:-2] == ["between\n", "to stderr\n"]


def test_one_stream_for_each_environment(deploy, client):
    function = deploy("def handler(event, context): pass")
    first, second = function.invoke(), function.invoke()
    streams = client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{function.name}")["logStreams"]
    assert len(streams) == 1
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", streams[0]["logStreamName"])
    assert [line for line in function.log() if line.startswith("START")] == [
        f"START RequestId: {answer.request_id} Version: $LATEST\n" for answer in (first, second)
    ]


def test_another_log_group(deploy, client):
    function = deploy("def handler(event, context): print('x')", LoggingConfig={"LogGroup": "/my/group"})
    function.invoke()
    events = client("logs").filter_log_events(logGroupName="/my/group")["events"]
    assert "x\n" in [event["message"] for event in events]
    name = rf"\d{{4}}/\d\d/\d\d/{function.name}\[\$LATEST\][0-9a-f]{{32}}"
    assert re.fullmatch(name, events[0]["logStreamName"])


def test_the_tail_is_the_last_4_kb(deploy):
    source = "def handler(event, context):\n    for i in range(1000): print(f'line {i:04}')"
    tail = deploy(source).invoke().log
    assert len(tail) == 4096
    assert "line 0999\n" in tail
    assert tail.endswith("\t\n")


@pytest.mark.parametrize("runtime", [None, NODE])
def test_a_handler_that_prints_a_megabyte(deploy, runtime):
    python = "def handler(event, context):\n    print('Q' * 1023 * 1024)\n    return 'done'"
    node = "export const handler = async () => { console.log('Q'.repeat(1023 * 1024)); return 'done' }"
    function = deploy(node, NODE) if runtime else deploy(python)
    assert function.invoke().json == "done"
    assert sum(line.count("Q") for line in function.log()) == 1023 * 1024
    assert max(map(len, function.log())) <= 256 * 1024


def test_many_lines_are_kept_up_to_a_bound(deploy, client):
    source = "def handler(event, context):\n    for i in range(event['n']): print(i)"
    function = deploy(source, Timeout=30)
    function.invoke({"n": 25_000})
    lines = function.log()
    assert 9_000 < len(lines) <= 11_000
    assert "24999\n" in lines


@case("log-timeout-line")
def test_a_timeout(lines, expected):
    log = lines("import time\ndef handler(event, context): time.sleep(9)", Timeout=1)
    expected.check_text(next(line for line in log if "timed out" in line))
    assert log[-1].rstrip("\n").endswith("\tStatus: timeout\t")


def test_another_version_than_the_declared_one_is_said_first(lines):
    log = lines("export const handler = async () => 1", "nodejs22.x")
    assert re.fullmatch(r"\[sandbox\] declared nodejs22\.x, runs on 24\.\d+\.\d+\n", log[0])
    assert log[1].startswith("INIT_START")


@pytest.fixture
def group(client):
    """A client of CloudWatch Logs, with a group `g` and a stream `s` in it."""
    logs = client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    return logs


@case("log-group-exists", "log-stream-exists", "log-bad-token", "log-limit", "log-order")
def test_what_cloudwatch_logs_refuses(group, expected):
    where = {"logGroupName": "g", "logStreamName": "s"}
    late, early = (
        {"timestamp": 1_700_000_001_000, "message": "b"},
        {"timestamp": 1_700_000_000_000, "message": "a"},
    )
    calls = {
        "log-group-exists": lambda: group.create_log_group(logGroupName="g"),
        "log-stream-exists": lambda: group.create_log_stream(**where),
        "log-bad-token": lambda: group.get_log_events(**where, nextToken="wrong"),
        "log-limit": lambda: group.get_log_events(**where, limit=10001),
        "log-order": lambda: group.put_log_events(**where, logEvents=[late, early]),
    }
    with pytest.raises(ClientError) as caught:
        calls[expected.id]()
    expected.check_error(caught.value)
