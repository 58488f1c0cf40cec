"""A function whose answers are odd: the header `x-answer` says which. index.mjs is the same in Node.js."""

import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path

VALUES = json.loads(Path(__file__).with_name("values.json").read_text())


def raises(context):
    raise ValueError("x" * 1000)


def raises_oddly(context):
    raise BaseException("\ud800")


def no_number(context):
    return {"statusCode": float("nan")}


def endless(context):
    return {"statusCode": 200, "body": float("inf")}


def no_json(context):
    return {1, 2}


def of_bytes(context):
    return b"\xff\xfe"


def circle(context):
    found = []
    found.append(found)
    return found


def nothing(context):
    return None


def deep(context):
    found = []
    for _ in range(900):
        found = [found]
    return found


def half_a_character(context):
    return {"statusCode": 200, "headers": {"x-half": "\ud800"}, "body": "\ud800"}


def odd_keys(context):
    return {"statusCode": 200, None: 1, 5: 2, "\x00": 3}


def prints(context):
    os.write(1, b"\x00\xff\xfe" * 999 + b"\n" * 50)
    os.write(2, "é".encode()[:1])
    return "x"


def long_line(context):
    print("x" * 300_000)
    return "x"


def five_megabytes(context):
    return {"statusCode": 200, "body": "x" * 5_000_000}


def seven_megabytes(context):
    return {"statusCode": 200, "body": "x" * 7_000_000}


def ends(context):
    os._exit(0)


def ends_badly(context):
    os.kill(os.getpid(), signal.SIGKILL)


def exits(context):
    raise SystemExit("bye")


def too_late(context):
    time.sleep(30)


def leaves_a_process(context):
    subprocess.Popen(["sleep", "300"], start_new_session=True)
    return "x"


def closes_its_output(context):
    os.close(1)
    return "x"


def knocks_twice(context):
    _knock("POST", f"/invocation/{context.aws_request_id}/response", b"1")
    return 2


def knocks_for_others(context):
    _knock("POST", f"/invocation/{'0' * 8}-0000-0000-0000-{'0' * 12}/response", b"{}")
    return "x"


def knocks_for_the_next(context):
    _knock("GET", "/invocation/next")
    return "x"


def knocks_with_an_odd_error(context):
    odd = {"Lambda-Runtime-Function-Error-Type": "a" * 999}
    _knock("POST", f"/invocation/{context.aws_request_id}/error", b"\xff{", odd)
    return "x"


def knocks_with_a_late_error(context):
    _knock("POST", "/init/error", b"[]")
    return "x"


def knocks_with_nonsense(context):
    _knock("PATCH", "/../../x%00", b"y")
    _knock("GET", "/exit/error")
    return "x"


def _knock(method, rest, body=b"", headers=None):
    """Speak to the environment's own Runtime API, beside the runtime."""
    host, _, path = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    door = http.client.HTTPConnection(host, timeout=0.5)
    try:
        door.request(method, f"/{path}/2018-06-01/runtime{rest}", body, headers or {})
        door.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass  # whatever it answers, the runtime goes on
    finally:
        door.close()


def handler(event, context):
    headers = event.get("headers") if isinstance(event, dict) else None
    found = {name.lower(): value for name, value in (headers or {}).items()}
    which = str(found.get("x-answer", "fine-0")).split(",")[0]
    if which in VALUES:
        return VALUES[which]
    code = globals().get(which, nothing) if which in CODES else nothing
    return code(context)


CODES = {name for name in globals() if not name.startswith("_")} - {"handler"}
