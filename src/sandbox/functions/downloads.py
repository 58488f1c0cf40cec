"""The links by which GetFunction gives a function's code away: `Code.Location`.

On AWS they lead to S3, presigned, and are valid for ten minutes (Lambda API Reference, *GetFunction*). Here
they lead to the sandbox's own door, `/_sandbox/code/…`, signed too: who has the link may read, nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs, quote, unquote, urlencode

from sandbox.backend import functions as kept
from sandbox.functions import names
from sandbox.functions.names import FunctionName
from sandbox.messages import HttpRequest, Reply

PATH = "/_sandbox/code/"
VALID_SECONDS = 600


class Downloads:
    """Makes links and answers them. url: of the sandbox. now: seconds since 1970."""

    def __init__(self, url: str, now: Callable[[], float] = time.time) -> None:
        self._url = url
        self._now = now
        self._key = secrets.token_bytes(32)

    def link(self, function: FunctionName) -> str:
        """Where the code of this function or version, as it is now, can be read for ten minutes."""
        digest = _digest(_content(function) or b"")
        where = (function.account, function.region, function.name, function.qualifier or names.LATEST, digest)
        path = PATH + "/".join(quote(part, safe="") for part in where)
        expires = str(int(self._now()) + VALID_SECONDS)
        return f"{self._url}{path}?{urlencode({'Expires': expires, 'Signature': self._sign(path, expires)})}"

    def answer(self, request: HttpRequest) -> Reply:
        """The zip file that a link leads to.

        403 where the link is not one of ours or too old, 404 where the code is another one by now.
        """
        given = parse_qs(request.query_string)
        expires, signature = (given.get(name, [""])[0] for name in ("Expires", "Signature"))
        if not hmac.compare_digest(self._sign(request.raw_path, expires).encode(), signature.encode()):
            return Reply.of_json({"message": "The link to this code is not signed by this sandbox."}, 403)
        if self._now() > int(expires):
            text = "The link to this code has expired. Call GetFunction again."
            return Reply.of_json({"message": text}, 403)
        parts = request.raw_path.removeprefix(PATH).split("/")
        account, region, name, qualifier, digest = map(unquote, parts)
        content = _content(FunctionName(account, region, name, qualifier))
        if content is None or _digest(content) != digest:
            return Reply.of_json({"message": "This code is there no longer. Call GetFunction again."}, 404)
        return Reply(200, (("Content-Type", "application/zip"),), content)

    def _sign(self, path: str, expires: str) -> str:
        return hmac.digest(self._key, f"{path} {expires}".encode(), "sha256").hex()


def _content(function: FunctionName) -> bytes | None:
    found = kept.find_function(
        function.account, function.region, function.name, function.qualifier or names.LATEST
    )
    return None if found is None else bytes(found.code_bytes)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
