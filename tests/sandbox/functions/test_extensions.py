"""The Extensions API for internal extensions, and what a function hears of the end of its environment."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.functions.environment import Environment
from sandbox.functions.extensions import Extension, Extensions
from sandbox.functions.invocation import Slot
from sandbox.functions.memory import Watch
from sandbox.functions.starter import Starter
from sandbox.iam.sessions import Sessions
from sandbox.messages import HttpRequest
from sandbox.settings import Settings
from tests.workshop.waiting import wait_until

HEARS, DEAF = "python3.13", "python3.11"

ASK = """
import http.client, json, os, signal, sys, threading, time
host, _, prefix = os.environ['AWS_LAMBDA_RUNTIME_API'].partition('/')

def ask(method, path, body=None, **headers):
    api = http.client.HTTPConnection(host)
    named = {f'Lambda-Extension-{name.replace("_", "-")}': value for name, value in headers.items()}
    api.request(method, f'/{prefix}{path}', body, named)
    answer = api.getresponse()
    return answer.status, dict(answer.getheaders()), json.loads(answer.read() or b'null')

def register(name='graceful', body='{"events": []}', **more):
    return ask('POST', '/2020-01-01/extension/register', body, Name=name, **more)

def follow(identifier, seen):
    while True:
        seen.append(ask('GET', '/2020-01-01/extension/event/next', Identifier=identifier)[2])
"""
GRACEFUL = (
    ASK
    + """
def on_term(number, frame):
    print('SIGTERM', end=' ')
    STEP
    print('cleaned up')
    sys.exit(0)
signal.signal(signal.SIGTERM, on_term)
if os.environ.get('REGISTERS', 'yes') == 'yes':
    identifier = register()[1]['Lambda-Extension-Identifier']
    threading.Thread(target=follow, args=(identifier, []), daemon=True).start()
def handler(event, context):
    time.sleep(event.get('sleep', 0))
    return [os.getpid(), os.environ['TMPDIR']]
"""
)
NODE = """
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2020-01-01/extension`;
const answer = await fetch(`${api}/register`, {
  method: "POST", body: '{"events": []}', headers: { "Lambda-Extension-Name": "graceful" } });
const id = answer.headers.get("Lambda-Extension-Identifier");
fetch(`${api}/event/next`, { headers: { "Lambda-Extension-Identifier": id } }).catch(() => {});
process.on("SIGTERM", async () => {
  await new Promise((done) => setTimeout(done, 20));
  console.log("cleaned up");
  process.exit(0);
});
export const handler = async () => [process.pid, process.env.TMPDIR];
"""


def graceful(step="time.sleep(0.02)"):
    return GRACEFUL.replace("STEP", step)


def wait_for_the_end(pid, folder):
    """Wait until nothing is left of an environment: its folder goes last, after its log was written."""
    wait_until(lambda: not Path(folder).exists(), "the end of the environment")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def ended(function, client):
    """What it has logged after its last report, once its environment was ended by an update."""
    environment = function.invoke().json
    client("lambda").update_function_configuration(FunctionName=function.name, Description="another")
    wait_for_the_end(*environment)
    log = function.log()
    (last,) = [place for place, line in enumerate(log) if line.startswith("REPORT")]
    return log[last + 1 :]


@pytest.mark.parametrize(
    ("source", "runtime", "said"),
    [
        pytest.param(graceful(), HEARS, "SIGTERM cleaned up\n", id="python"),
        pytest.param(NODE, "nodejs24.x", "INFO\tcleaned up\n", id="node"),
    ],
)
def test_sigterm_before_the_end(deploy, client, source, runtime, said):
    function = deploy(source, runtime, MemorySize=256)
    (line,) = ended(function, client)
    assert line.endswith(said)
    assert "EXTENSION\tName: graceful\tState: Ready\tEvents: []\n" in function.log()


@pytest.mark.parametrize(
    ("runtime", "variables"),
    [
        pytest.param(HEARS, {"REGISTERS": "no"}, id="no extension"),
        pytest.param(DEAF, {}, id="a runtime that hears nothing while it waits"),
    ],
)
def test_without_it_is_killed_at_once(deploy, client, runtime, variables):
    function = deploy(graceful(), runtime, Environment={"Variables": variables})
    assert ended(function, client) == []


def test_an_environment_that_is_idle_for_long_ends_so(deploy, sandbox):
    function = deploy(graceful(), HEARS)
    environment = function.invoke().json
    sandbox.settings(environment_idle_seconds=0.2)
    try:
        wait_for_the_end(*environment)
    finally:
        sandbox.settings(environment_idle_seconds=300)
    assert function.log()[-1] == "SIGTERM cleaned up\n"
    assert function.invoke().json != environment


def test_who_takes_too_long_is_killed(deploy, client):
    function = deploy(graceful("print(flush=True); time.sleep(600)"), HEARS)
    began = time.monotonic()
    assert ended(function, client) == ["SIGTERM \n"]
    assert time.monotonic() - began > 0.5


def test_a_time_out_is_told_by_sigterm_too(deploy):
    function = deploy(graceful(), HEARS, Timeout=1)
    assert function.invoke({"sleep": 60}).json["errorType"] == "Sandbox.Timedout"
    wait_until(lambda: "SIGTERM cleaned up\n" in function.log(), "the line of the signal's handler")


def test_its_credentials_are_good_until_the_end(deploy, client):
    start = "import boto3\nlogs = boto3.client('logs')\nlogs.create_log_group(logGroupName='/mine/start')\n"
    step = "logs.create_log_group(logGroupName='/mine/end')"
    ended(deploy(start + graceful(step), HEARS, MemorySize=512), client)
    groups = client("logs").describe_log_groups(logGroupNamePrefix="/mine")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/mine/end", "/mine/start"]


ANSWERS = (
    ASK
    + """
first = register('one', '{"events": ["INVOKE"]}', Accept_Feature='accountId')
identifier = first[1]['Lambda-Extension-Identifier']
path = '/2020-01-01/extension'
found = {
    'registered': [first[0], first[2]],
    'shutdown': register('two', '{"events": ["SHUTDOWN"]}'),
    'unknown event': register('two', '{"events": ["NOON"]}'),
    'same name': register('one'),
    'no name': register(''),
    'no JSON': register('two', '{'),
    'no identifier': ask('GET', path + '/event/next'),
    'no such path': ask('GET', path + '/nowhere'),
    'bad identifier': ask('GET', path + '/event/next', Identifier='one'),
    'unknown identifier': ask('GET', path + '/event/next', Identifier='0' * 32),
    'no type': ask('POST', path + '/init/error', '{}', Identifier=identifier),
    'telemetry': ask('PUT', '/2022-07-01/telemetry', '{}', Identifier=identifier),
    'logs': ask('PUT', '/2020-08-15/logs', '{}', Identifier=identifier),
}
events = []
threading.Thread(target=follow, args=(identifier, events), daemon=True).start()
def handler(event, context):
    while len(events) < event['wanted']: time.sleep(0.001)
    found['late'] = register('late')
    return [found, events]
"""
)


def test_the_answers_and_events(deploy):
    function = deploy(ANSWERS, HEARS)
    found, events = function.invoke({"wanted": 1}).json
    status, registered = found.pop("registered")
    assert (status, sorted(registered)) == (200, ["accountId", "functionName", "functionVersion", "handler"])
    assert {name: (status, told["errorType"]) for name, (status, _, told) in found.items()} == {
        "shutdown": (403, "Extension.InvalidEventType"),
        "unknown event": (403, "Extension.InvalidEventType"),
        "same name": (403, "Extension.InvalidExtensionState"),
        "no name": (403, "Extension.InvalidExtensionName"),
        "no JSON": (403, "InvalidRequestFormat"),
        "no identifier": (403, "Extension.MissingExtensionIdentifier"),
        "no such path": (404, "InvalidPath"),
        "bad identifier": (403, "Extension.InvalidExtensionIdentifier"),
        "unknown identifier": (403, "Extension.UnknownExtensionIdentifier"),
        "no type": (403, "Extension.MissingHeader"),
        "telemetry": (501, "NotImplemented"),
        "logs": (501, "NotImplemented"),
        "late": (403, "Extension.RegistrationClosed"),
    }
    assert found["shutdown"][2]["errorMessage"] == "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension"
    assert "the Telemetry API" in found["telemetry"][2]["errorMessage"]
    assert [event["eventType"] for event in events] == ["INVOKE"]
    assert events[0]["invokedFunctionArn"] == function.arn
    again = function.invoke({"wanted": 2})
    assert again.json[1][1]["requestId"] == again.request_id


def test_an_error_that_an_extension_reports_is_the_type_of_the_end(deploy):
    report = (
        "identifier = register()[1]['Lambda-Extension-Identifier']\n"
        "print(ask('POST', '/2020-01-01/extension/init/error', '{}', Identifier=identifier,"
        " Function_Error_Type='My.Reason')[0], flush=True)\nos._exit(1)\n"
    )
    function = deploy(ASK + report, HEARS)
    assert function.invoke().json["errorType"] == "Extension.InitError"
    assert "202\n" in function.log()


def test_an_environment_has_ten_extensions_at_most():
    function = SimpleNamespace(name="f", version="$LATEST", handler="index.handler", account="1", timeout=3)

    async def main():
        extensions = Extensions(function, lambda: None)
        answers = []
        for number in range(11):
            request = HttpRequest("POST", "", "", (("Lambda-Extension-Name", f"e{number}"),))
            answers.append(await extensions.request("POST", "/2020-01-01/extension/register", request, b"{}"))
        return answers

    *taken, refused = asyncio.run(main())
    assert {answer.status for answer in taken} == {200}
    assert json.loads(refused.body)["errorType"] == "Extension.TooManyExtensions"


def test_many_environments_end_side_by_side():
    """Each may take its half second, all of them together no longer."""

    class Slow:
        alive, pid = True, 2**30

        async def wait(self, seconds):
            await asyncio.sleep(seconds)

        async def close(self):
            pass

        def terminate(self):
            pass

    async def main(folder):
        starter = Starter(Settings(), Sessions(), folder, None, None, lambda: None)
        function = SimpleNamespace(name="f", version="1", runtime=HEARS, memory=128, timeout=3)
        for number in range(50):
            await starter._places.acquire()
            slot = Slot(SimpleNamespace(flush=lambda: None), folder, lambda: None)
            environment = Environment(str(number), function, slot, Watch(), starter._ended)
            environment.process = Slow()
            environment.ready.set_result(None)
            environment._extensions.registered["1"] = Extension("e", "1", [])
            starter.environments[environment.id] = environment
        began = time.monotonic()
        await starter.close()
        return time.monotonic() - began

    assert 0.5 < asyncio.run(main(Path())) < 5
