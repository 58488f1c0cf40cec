"""The Runtime API, spoken to by a client that is not one of the two bootstraps.

The client is the function's own code: it takes over while it is imported.
"""

from __future__ import annotations

import time

from tests.sandbox.cases import case

CLIENT = """
import http.client, json, os
host, _, prefix = os.environ['AWS_LAMBDA_RUNTIME_API'].partition('/')
api = http.client.HTTPConnection(host)

def call(method, path, body=None):
    api.request(method, f'/{prefix}/2018-06-01/runtime{path}', body)
    answer = api.getresponse()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
"""

LOOP = """
last = None
while True:
    status, headers, event = call('GET', '/invocation/next')
    request_id = headers['lambda-runtime-aws-request-id']
    wrong = call('POST', '/invocation/other/response', 'x')
    path = call('POST', '/nowhere', 'x')[0]
    late = call('POST', '/init/error', '{}')[0]
    seen = {'status': status, 'headers': headers, 'event': event, 'last': last, 'wrong': wrong,
            'path': path, 'late': late}
    last = call('POST', f'/invocation/{request_id}/response', json.dumps(seen))
"""


@case("lam-rapi-next")
def test_next(deploy, expected):
    function = deploy(CLIENT + LOOP)
    answer = function.invoke({"a": 1}, ClientContext="eyJjdXN0b20iOnt9fQ==")  # {"custom":{}}
    seen = answer.json
    assert seen["status"] == expected.take("status")
    meanings = {
        "Lambda-Runtime-Aws-Request-Id": answer.request_id,
        "Lambda-Runtime-Invoked-Function-Arn": function.arn,
        "Lambda-Runtime-Client-Context": '{"custom":{}}',
    }
    words = expected.take("headers")
    for name, value in meanings.items():
        assert name in words
        assert seen["headers"][name.lower()] == value
    assert int(seen["headers"]["lambda-runtime-deadline-ms"]) - 1_700_000_000_000 > 0
    assert seen["headers"]["lambda-runtime-trace-id"].startswith("Root=1-")
    assert expected.take("body") == "the event as sent by the invoker"
    assert seen["event"] == '{"a": 1}'
    assert expected.take("blocks").startswith("without time limit")


@case("lam-rapi-response")
def test_response(deploy, expected):
    function = deploy(CLIENT + LOOP)
    first, second = function.invoke().json, function.invoke().json
    assert first["last"] is None
    status, headers, body = second["last"]
    expected.check_response(status, headers, body)


def test_what_it_does_not_take(deploy):
    seen = deploy(CLIENT + LOOP).invoke().json
    assert seen["wrong"][0] == 400
    assert "InvalidRequestID" in seen["wrong"][2]
    assert seen["path"] == 404
    assert seen["late"] == 403


@case("lam-rapi-init-error")
def test_init_error(deploy, expected):
    body = '{"errorType": "My.Error"}'
    report = f"print('answered', call('POST', '/init/error', '{body}')[0], flush=True)\nos._exit(1)\n"
    function = deploy(CLIENT + report)
    answer = function.invoke()
    assert answer.payload == body.encode()
    assert answer.error == "Unhandled"
    end = time.monotonic() + 10
    while not (said := [line for line in function.log() if line.startswith("answered")]):
        assert time.monotonic() < end, "what the process wrote last is not in the log"
        time.sleep(0.02)
    expected.check_response(int(said[0].split()[1]), {}, "")


def test_nobody_else_may_knock(raw):
    reply = raw.request("GET", f"/_runtime/{'0' * 32}/2018-06-01/runtime/invocation/next")
    assert reply.status == 403
    assert reply.json()["errorType"] == "UnknownEnvironment"
