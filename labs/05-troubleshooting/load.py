"""Sends many requests to a URL and counts the answers: for tickets where one request shows nothing.

python load.py URL
python load.py URL/users --data '{"userId": "{id}"}' --count 300

Each `{id}` in the URL and in the body becomes an id that no other request has: load-….
Exit code 0: no answer was 429, or 500 and above; 1: at least one was, or none came; 2: it was called wrongly.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from threading import local
from urllib.parse import urlsplit

import requests

SECONDS = 40
"""How long one answer may take; an API gives up after 30."""

MOST_AT_ONCE = 50
LONGEST_BODY = 60
NO_ANSWER = "none"
FAILED = 500
TOO_MANY = 429

_own = local()


def main(words: list[str] | None = None) -> int:
    """What the command line asks for; the exit code."""
    given = arguments(words)
    began = time.monotonic()
    with ThreadPoolExecutor(given.at_once) as pool:
        answers = list(pool.map(lambda _: send(given.method, given.url, given.data), range(given.count)))
    seconds = time.monotonic() - began
    print(f"{given.count} requests {given.method} {given.url}, {given.at_once} at once, {seconds:.1f} s\n")
    print(table(answers))
    return int(any(is_trouble(status) for status, _, _ in answers))


def arguments(words: list[str] | None) -> argparse.Namespace:
    """What was typed. Ends with exit code 2 and a sentence where it makes no sense."""
    parser = argparse.ArgumentParser(description="Send many requests to a URL and count the answers.")
    parser.add_argument("url", metavar="URL", help="where to; {id} in it becomes a new id")
    parser.add_argument("-X", "--method", help="GET without it, POST with --data")
    parser.add_argument("-d", "--data", help="the body, as JSON; {id} in it becomes a new id")
    parser.add_argument("-n", "--count", type=int, default=200, help="how many requests (200)")
    parser.add_argument("--at-once", type=int, default=8, help="how many of them at the same time (8)")
    given = parser.parse_args(words)
    given.method = (given.method or ("GET" if given.data is None else "POST")).upper()
    if urlsplit(given.url).scheme not in ("http", "https") or not urlsplit(given.url).hostname:
        parser.error(f"{given.url} is no URL: write it whole, with http:// or https:// in front")
    if given.count < 1 or not 1 <= given.at_once <= MOST_AT_ONCE:
        parser.error(f"--count must be 1 or more, --at-once 1 to {MOST_AT_ONCE}")
    if given.data is not None:
        try:
            json.loads(given.data)
        except ValueError as error:
            parser.error(f"--data is not JSON ({error}): put it between single quotes")
    return given


def send(method: str, url: str, data: str | None) -> tuple[str, float, str]:
    """Status, seconds and body of one answer. Nothing is tried twice: what failed is to be seen."""
    name = f"load-{secrets.token_hex(6)}"
    body = None if data is None else data.replace("{id}", name)
    headers = {} if body is None else {"content-type": "application/json"}
    if not hasattr(_own, "session"):
        _own.session = requests.Session()
        _own.session.trust_env = False  # a proxy would answer in the API's place
    began = time.monotonic()
    try:
        where = url.replace("{id}", name)
        answer = _own.session.request(method, where, data=body, headers=headers, timeout=SECONDS)
    except requests.RequestException as error:
        return NO_ANSWER, time.monotonic() - began, type(error).__name__
    return str(answer.status_code), time.monotonic() - began, answer.text.replace(name, "{id}")


def is_trouble(status: str) -> bool:
    """Whether an answer says that something is broken, or that there is too much of it."""
    return status == NO_ANSWER or int(status) == TOO_MANY or int(status) >= FAILED


def table(answers: list[tuple[str, float, str]]) -> str:
    """A line for each status: how many, their share, the slowest, and what most of them say."""
    by_status: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for status, seconds, body in answers:
        by_status[status].append((seconds, body))
    lines = ["status  answers  share  slowest  most of them say"]
    for status, told in sorted(by_status.items()):
        bodies = [body for _, body in told]
        most = " ".join(max(set(bodies), key=bodies.count).split())
        shown = most if len(most) <= LONGEST_BODY else f"{most[:LONGEST_BODY]}…"
        share, slowest = 100 * len(told) / len(answers), max(seconds for seconds, _ in told)
        lines.append(f"{status:<6}  {len(told):>7}  {share:>4.0f}%  {slowest:>5.2f} s  {shown}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
