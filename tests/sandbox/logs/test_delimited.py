"""Filter patterns of fields between spaces, and what TestMetricFilter tells of them.

Source: CloudWatch Logs User Guide, *Filter pattern syntax*; its example lines of an access log.
"""

import pytest

from sandbox.errors import AwsError
from sandbox.logs.patterns import parse

LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
FIELDS = "ip, user, username, timestamp, request"


@pytest.mark.parametrize(
    ("pattern", "message", "passes"),
    [
        (f"[{FIELDS}, status_code, bytes]", LINE, True),
        (f"[{FIELDS}, status_code, bytes > 1000]", LINE, True),
        (f"[{FIELDS}, status_code, bytes > 2000]", LINE, False),
        (f"[{FIELDS}, status_code = 404, bytes]", LINE, True),
        (f"[{FIELDS}, status_code = 4*, bytes]", LINE, True),
        (f"[{FIELDS} = *html*, status_code = 4*, bytes]", LINE, True),
        (f"[{FIELDS}, status_code = 4* && status_code != 404, bytes]", LINE, False),
        (f"[{FIELDS}, (status_code = 5* || status_code = 4*), bytes]", LINE, True),
        (f"[{FIELDS} = %^GET%, status_code, bytes]", LINE, True),
        ("[..., status_code, bytes]", LINE, True),
        ("[ip = 127*, ..., status_code = 5*, bytes]", LINE, False),
        ("[ip, user, ...]", LINE, True),
        ("[..., a, b, c, d, e, f, g, h]", LINE, False),
        ("[a, b, c, d, e, f, g, h]", LINE, False),
        ("[]", LINE, True),
        ("[w1=ERROR, w2]", "ERROR message", True),
        ("[w1=ERROR, w2]", "ERROR WARN message", True),
        ("[w1=ERROR, w2]", "WARN message", False),
        ("[w1=ERROR || w1=WARN, w2]", "WARN message", True),
        ("[w1!=ERROR&&w1!=WARN, w2]", "INFO message", True),
        ('[timestamp=*Z, request_id="*-*", event]', "2026-11-22T10:00:00Z\tab-cd\tINFO a b c", True),
        ('[timestamp=*Z, request_id="*-*", event]', "START RequestId: ab-cd Version: 1", False),
        ("[a > 1, b]", "x y", False),
        ("[a]", "[not closed", True),
    ],
)
def test_fields_are_compared(pattern, message, passes):
    assert parse(pattern).passes(message) is passes


@pytest.mark.parametrize(
    "pattern",
    [
        "[a, status = 4* && bytes > 1000]",
        "[a, a]",
        "[a b]",
        "[a =]",
        "[a = !x]",
        "[a, = 1]",
        "[a = %x%, b = %x%, c = %x%]",
        "[..., a, ...]",
    ],
)
def test_what_cannot_be_read(pattern):
    with pytest.raises(AwsError, match=r"Invalid (filter pattern|character\(s\) in term)"):
        parse(pattern)


def test_the_fields_of_a_message_are_shown(logs):
    found = logs.test_metric_filter(
        filterPattern="[..., request=*.html*, status_code=4*,]", logEventMessages=["something else", LINE]
    )
    (match,) = found["matches"]
    assert (match["eventNumber"], match["eventMessage"]) == (2, LINE)
    assert match["extractedValues"] == {
        "$status_code": "404",
        "$request": "GET /index.html HTTP/1.0",
        "$7": "1534",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$3": "frank",
        "$2": "-",
        "$1": "127.0.0.1",
    }


def test_the_fields_of_json_are_shown(logs):
    message = '{"latency": 50, "at": {"path": "/users"}}'
    pattern = '{ $.latency = * && $.at.path = "/u*" && $.error NOT EXISTS }'
    (match,) = logs.test_metric_filter(filterPattern=pattern, logEventMessages=[message])["matches"]
    assert match["extractedValues"] == {"$.latency": "50", "$.at.path": "/users"}
