"""The answers that the functions in `package/` give: which a request asks for, its header `x-answer` says.

`failing` of an answer are the statuses of 500 and above by which API Gateway tells it to the client.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INTEGRATION = frozenset((500, 502))
"""A result that API Gateway cannot use: 500 of an HTTP API, 502 of a REST API."""
TOO_LATE = frozenset((500, 502, 503, 504))

FINE: list[Any] = [
    {"statusCode": 200, "body": "ok"},
    {"statusCode": 201, "headers": {"content-type": "application/json"}, "body": "{}"},
    {"statusCode": 204},
    {"statusCode": 304, "headers": {"etag": '"1"'}},
    {"statusCode": 200, "headers": {"X-Num": 5, "X-Yes": True, "x-Null": None}, "body": ""},
    {"statusCode": 200, "headers": {"date": "now", "server": "mine", "connection": "close"}, "body": "x"},
    {"statusCode": 200, "headers": {"content-length": "999"}, "body": "short"},
    {"statusCode": 200, "headers": {"transfer-encoding": "chunked"}, "body": "0\r\n\r\n"},
    {"statusCode": 200, "headers": {"x-lines": "a\r\nx-smuggled: 1", "x-nul": "a\u0000b"}, "body": "x"},
    {
        "statusCode": 200,
        "headers": {"x-ünï": "ä", "x-uni": "中文", "": "empty", "a b": "blank"},
        "body": "中",
    },
    {"statusCode": 200, "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]}, "body": "x"},
    {"statusCode": 200, "headers": {"x-long": "v" * 9000}, "body": "x"},
    {"statusCode": 200, "isBase64Encoded": True, "body": "AQID"},
    {"statusCode": 200, "headers": {"content-type": "\u0000"}, "body": "a" * 70000},
    {"statusCode": 302, "headers": {"location": "https://elsewhere.example/"}, "body": ""},
    {"statusCode": 404, "body": "none"},
]

ODD: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "text",
    "",
    "{not json",
    [],
    [1, [2, [3]]],
    {},
    {"body": "only"},
    {"hello": "world"},
    {"statusCode": "200", "body": "ok"},
    {"statusCode": 200.5},
    {"statusCode": 0},
    {"statusCode": -1},
    {"statusCode": 99},
    {"statusCode": 100, "body": "go on"},
    {"statusCode": 101, "headers": {"upgrade": "h2c"}},
    {"statusCode": 600},
    {"statusCode": 999, "body": "x"},
    {"statusCode": 10**30},
    {"statusCode": True},
    {"statusCode": None, "body": None},
    {"statusCode": [200]},
    {"statusCode": {}},
    {"statusCode": "abc"},
    {"statusCode": "٢٠٠"},
    {"statusCode": 500, "body": "mine"},
    {"statusCode": 503, "body": "mine"},
    {"statusCode": 200, "body": 5},
    {"statusCode": 200, "body": {"a": 1}},
    {"statusCode": 200, "body": [1]},
    {"statusCode": 200, "body": None, "isBase64Encoded": True},
    {"statusCode": 200, "isBase64Encoded": True, "body": "not base 64 !"},
    {"statusCode": 200, "isBase64Encoded": True, "body": "ünï"},
    {"statusCode": 200, "isBase64Encoded": "yes", "body": "AQID"},
    {"statusCode": 200, "headers": []},
    {"statusCode": 200, "headers": "text"},
    {"statusCode": 200, "headers": {"a": ["b"], "c": {"d": 1}}},
    {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
    {"statusCode": 200, "multiValueHeaders": {"a": [None, 1, {}]}},
    {"statusCode": 200, "multiValueHeaders": ["a"]},
    {"statusCode": 200, "cookies": "a=1"},
    {"statusCode": 200, "cookies": [1, None, {"a": 1}, "b=\r\n2"]},
    {"statusCode": 200, "cookies": {"a": 1}},
    {"errorMessage": "not an error", "errorType": "None"},
]


COMMON_CODES = (
    *("raises", "raises_oddly", "no_number", "endless", "no_json", "of_bytes", "circle", "nothing", "deep"),
    *("half_a_character", "odd_keys", "prints", "long_line"),
)
"""Answers that take code, and cost the execution environment nothing."""

COSTLY_CODES = (
    *("five_megabytes", "seven_megabytes", "ends", "ends_badly", "exits", "too_late", "leaves_a_process"),
    *("closes_its_output", "knocks_twice", "knocks_for_others", "knocks_for_the_next"),
    *("knocks_with_an_odd_error", "knocks_with_a_late_error", "knocks_with_nonsense"),
)
"""Answers that are long, or end the execution environment."""


@dataclass(frozen=True)
class Answer:
    """One answer. failing: see above."""

    name: str
    failing: frozenset[int]


def _values() -> dict[str, Any]:
    named = {f"fine-{place}": value for place, value in enumerate(FINE)}
    return named | {f"odd-{place}": value for place, value in enumerate(ODD)}


def _failing(value: Any) -> frozenset[int]:
    """Of an odd answer: its own status too, where that is one of the server's."""
    status = value.get("statusCode") if isinstance(value, dict) else None
    return INTEGRATION | ({status} if status in (500, 503) else set())


COMMON = (
    *(Answer(f"fine-{place}", frozenset()) for place in range(len(FINE))),
    *(Answer(f"odd-{place}", _failing(value)) for place, value in enumerate(ODD)),
    *(Answer(name, INTEGRATION) for name in COMMON_CODES),
)
COSTLY = tuple(Answer(name, TOO_LATE) for name in COSTLY_CODES)

_FOLDER = Path(__file__).with_name("package")


def package() -> bytes:
    """The deployment package, which is that of both languages."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("values.json", json.dumps(_values()))
        for name in ("index.py", "index.mjs"):
            archive.writestr(name, (_FOLDER / name).read_text())
    return buffer.getvalue()
