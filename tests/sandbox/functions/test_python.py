"""The Python runtime: what a handler sees, and what becomes of its results and errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.sandbox.cases import case
from tests.sandbox.functions.conftest import OWN_PYTHON

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@case("lam-env-reserved")
def test_environment_variables(deploy, expected):
    function = deploy("import os\ndef handler(event, context):\n    return dict(os.environ)")
    seen = function.invoke().json
    # Where AWS's value cannot exist on this machine, the local one has to work instead.
    local = {
        "_HANDLER": "index.handler",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": lambda v: re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", v),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{OWN_PYTHON}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_RUNTIME_API": lambda v: re.fullmatch(r"127\.0\.0\.1:\d+/_runtime/[0-9a-f]{32}", v),
        "LAMBDA_TASK_ROOT": lambda v: v == seen["PWD"],
        "LAMBDA_RUNTIME_DIR": lambda v: v.endswith("/runtimes"),
        "AWS_ACCESS_KEY_ID": lambda v: re.fullmatch("ASIA[A-Z2-7]{16}", v),
        "_X_AMZN_TRACE_ID": lambda v: re.fullmatch(
            r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1", v
        ),
        "PWD": lambda v: v.startswith("/"),
        "PATH": lambda v: v.endswith(":/usr/local/bin:/usr/bin:/bin"),
    }
    expected.check_fields("env", seen, meanings=local)


def test_environment_holds_nothing_else(deploy, monkeypatch):
    function = deploy(
        "import os\ndef handler(event, context):\n    return dict(os.environ)",
        Environment={"Variables": {"TABLE_NAME": "users", "LANG": "de_DE.UTF-8"}},
    )
    seen = function.invoke().json
    ours = {"HOME", "TMPDIR", "AWS_ENDPOINT_URL", "NO_PROXY", "no_proxy", "PYTHONPATH"}
    aws = set(seen) - ours - {"TABLE_NAME"}
    assert seen["TABLE_NAME"] == "users"
    assert seen["LANG"] == "de_DE.UTF-8"
    assert not [n for n in aws if not re.match(r"_?(AWS|LAMBDA|X_AMZN|HANDLER)|(PATH|LANG|TZ|PWD)$", n)]


def test_a_handler_sees_the_standard_library_and_boto3_only(deploy):
    function = deploy(
        "import boto3, botocore, dateutil, jmespath, s3transfer, six, sqlite3, urllib3\n"
        "import importlib.util\n"
        "def handler(event, context):\n"
        "    return [n for n in event if importlib.util.find_spec(n)]\n",
        MemorySize=256,
        Timeout=20,
    )
    answer = function.invoke(["sandbox", "moto", "requests", "yaml", "pytest", "uvicorn", "json"])
    assert answer.json == ["json"]


def test_the_role_of_the_function_is_who_calls(deploy, account):
    function = deploy(
        "import boto3\ndef handler(event, context):\n"
        "    return boto3.client('sts').get_caller_identity()['Arn']\n",
        Timeout=20,
    )
    assert function.invoke().json == f"arn:aws:sts::{account}:assumed-role/functions/{function.name}"


def test_context(deploy):
    function = deploy(
        "def handler(event, context):\n"
        "    fields = {k: v for k, v in vars(context).items() if isinstance(v, (str, int, type(None)))}\n"
        "    return fields | {'left': context.get_remaining_time_in_millis(),\n"
        "                     'custom': context.client_context.custom,\n"
        "                     'cognito': context.identity.cognito_identity_id}\n",
        Timeout=7,
        MemorySize=256,
    )
    sent = "eyJjdXN0b20iOnsiYSI6MX19"  # {"custom":{"a":1}}
    answer = function.invoke(ClientContext=sent)
    seen = answer.json
    assert seen["aws_request_id"] == answer.request_id
    assert seen["function_name"] == function.name
    assert seen["function_version"] == "$LATEST"
    assert seen["memory_limit_in_mb"] == "256"
    assert seen["invoked_function_arn"] == function.arn
    assert seen["log_group_name"] == f"/aws/lambda/{function.name}"
    assert "[$LATEST]" in seen["log_stream_name"]
    assert seen["custom"] == {"a": 1}
    assert seen["cognito"] is None
    assert 6000 < seen["left"] <= 7000


@case("lam-invoke-null")
def test_a_handler_that_returns_nothing(deploy, expected):
    answer = deploy("def handler(event, context): pass").invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@pytest.mark.parametrize(
    ("expression", "json_text"),
    [
        ("{'a': [1, 2.5, None, True, 'é']}", '{"a": [1, 2.5, null, true, "%s"]}'),
        ("__import__('decimal').Decimal('12.340000000000000000001')", "12.340000000000000000001"),
        ("[__import__('decimal').Decimal('NaN')]", "[NaN]"),
        ("b'raw bytes'", "raw bytes"),
    ],
)
def test_results_as_json(deploy, expression, json_text):
    answer = deploy(f"def handler(event, context):\n    return {expression}").invoke()
    accent = "\\u00e9" if OWN_PYTHON == "python3.11" else "é"
    assert answer.payload.decode() == json_text.replace("%s", accent)


@case("lam-err-python")
def test_an_exception(deploy, expected):
    files = {
        "lambda_handler_error.py": 'def handler(event, context):\n    raise Exception("Handler fails")\n'
    }
    answer = deploy(files, Handler="lambda_handler_error.handler").invoke()
    trace = expected.then["json_keys"]["stackTrace"]
    expected.check_response(
        answer.status, answer.headers, answer.payload, meanings={"stackTrace": lambda v: v == trace}
    )
    assert list(answer.json) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert answer.error == "Unhandled"
    assert answer.json["requestId"] == answer.request_id


def test_frames_of_other_modules_show_their_place_on_aws(deploy):
    files = {
        "index.py": "from lib.deep import fail\ndef handler(event, context):\n    fail()\n",
        "lib/__init__.py": "",
        "lib/deep.py": "def fail():\n    return {}['userId']\n",
    }
    trace = deploy(files).invoke().json["stackTrace"]
    assert trace == [
        '  File "/var/task/index.py", line 3, in handler\n    fail()\n',
        "  File \"/var/task/lib/deep.py\", line 2, in fail\n    return {}['userId']\n",
    ]


@case("lam-err-import-python")
def test_a_missing_package(deploy, expected):
    files = {"lambda_function.py": "import requests\n"}
    answer = deploy(files, Handler="lambda_function.handler").invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@case("lam-err-marshal-python")
def test_a_result_that_json_cannot_hold(deploy, expected):
    source = "import datetime\ndef handler(event, context):\n    return {'at': datetime.datetime.now()}"
    answer = deploy(source).invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)
    assert answer.error == "Unhandled"


@case("lam-err-builtin-python")
def test_a_handler_in_a_built_in_module(deploy, expected):
    answer = deploy("x = 1", Handler="sys.handler").invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@pytest.mark.parametrize(
    ("handler", "source", "kind", "message"),
    [
        ("index", "x = 1", "Runtime.MalformedHandlerName", "Bad handler 'index': not enough values"),
        ("index.nothing", "x = 1", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'index'"),
        ("other.handler", "x = 1", "Runtime.ImportModuleError", "Unable to import module 'other': No module"),
        ("index.handler", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index':"),
        ("index.handler", "raise ValueError('at import')", "ValueError", "at import"),
    ],
)
def test_what_fails_at_init(deploy, handler, source, kind, message):
    function = deploy(source, Handler=handler)
    for _ in range(2):  # the next invocation tries anew
        answer = function.invoke()
        assert answer.json["errorType"] == kind
        assert answer.json["errorMessage"].startswith(message)
        assert answer.error == "Unhandled"
    log = function.log()
    assert len([line for line in log if line.startswith("INIT_START")]) == 1
    # The first request finds that the init phase fails, and begins it anew; the second begins it once.
    assert [line.split("\t")[1:3] for line in log if line.startswith("INIT_REPORT")] == [
        ["Phase: init", "Status: error"],
        ["Phase: invoke", "Status: error"],
        ["Phase: invoke", "Status: error"],
    ]


def test_a_syntax_error_shows_its_place_on_aws(deploy):
    trace = deploy("x = 1\ndef handler(:\n").invoke().json["stackTrace"]
    assert trace == ['  File "/var/task/index.py" Line 2\n    def handler(:\n']


def test_handlers_in_folders_and_packages(deploy):
    source = "def handler(event, context):\n    return __name__, open(__file__).read()[:3]"
    for handler in ("src/api.handler", "src.api.handler"):
        answer = deploy({"src/api.py": source}, Handler=handler).invoke()
        assert answer.json == ["src.api", "def"]


@case("ts-decimal-json")
def test_json_dumps_of_a_decimal(deploy, expected):
    source = (
        "import json\nfrom decimal import Decimal\n"
        "def handler(event, context):\n    return json.dumps({'n': Decimal(1)})"
    )
    expected.check_response(200, {}, deploy(source).invoke().payload)


@case("ts-wrong-event-version")
def test_an_event_of_the_other_version(deploy, expected):
    source = "def handler(event, context):\n    return event['httpMethod']"
    expected.check_response(200, {}, deploy(source).invoke({"version": "2.0"}).payload)


@case("ts-body-none")
def test_a_body_that_is_null(deploy, expected):
    source = "import json\ndef handler(event, context):\n    return json.loads(event['body'])"
    expected.check_response(200, {}, deploy(source).invoke({"body": None}).payload)


def test_state_stays_in_a_warm_environment(deploy):
    function = deploy("n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n")
    assert [function.invoke().json for _ in range(3)] == [1, 2, 3]


def test_files_of_the_package_can_be_read(deploy):
    files = {
        "index.py": (
            "import os\ndef handler(event, context):\n"
            "    root = os.environ['LAMBDA_TASK_ROOT']\n"
            "    return open(root + '/data/x.txt').read(), open('data/x.txt').read()"
        ),
        "data/x.txt": "hello",
    }
    assert deploy(files).invoke().json == ["hello", "hello"]


def test_a_large_event_arrives_whole(deploy):
    text = "é" * 1_000_000
    function = deploy("def handler(event, context):\n    return [len(event['text']), event['text'][-3:]]")
    assert function.invoke(json.dumps({"text": text}, ensure_ascii=False).encode()).json == [1_000_000, "ééé"]


def test_garbage_is_collected_as_usual_once_the_handler_is_loaded(deploy):
    source = (
        "import gc\n{own}\ndef handler(event, context):\n    return [gc.isenabled(), *gc.get_threshold()]"
    )
    usual = subprocess.check_output([sys.executable, "-c", "import gc; print([*gc.get_threshold()])"])
    assert deploy(source.format(own="")).invoke().json == [True, *json.loads(usual)]
    own = deploy(source.format(own="gc.set_threshold(5000, 2, 3); gc.disable()"))
    assert own.invoke().json == [False, 5000, 2, 3]
