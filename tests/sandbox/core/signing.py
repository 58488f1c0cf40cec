"""Requests signed by botocore, the oracle of the sandbox's own check of signatures."""

from __future__ import annotations

import datetime
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.messages import HttpRequest

SIGNERS: dict[tuple[bool, bool], Any] = {
    (False, False): auth.SigV4Auth,
    (False, True): auth.SigV4QueryAuth,
    (True, False): auth.S3SigV4Auth,
    (True, True): auth.S3SigV4QueryAuth,
}

HOST = "127.0.0.1:4566"


def signed(
    service: str,
    target: str = "/",
    *,
    method: str = "POST",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    key: str = "test",
    secret: str = "test",
    token: str | None = None,
    region: str = "us-east-1",
    at: float | None = None,
    presigned: bool = False,
    host: str = HOST,
    signer: Any = None,
    **options: Any,
) -> HttpRequest:
    """A request as botocore signs it.

    at: epoch seconds of the signature; presigned: in the query; signer: another class than the one that
    botocore takes for the service.
    """
    request = AWSRequest(method, f"http://{host}{target}", headers=dict(headers or {}), data=body)
    if service == "s3":
        request.context["client_config"] = None
    make = signer or SIGNERS[service == "s3", presigned]
    oracle = make(Credentials(key, secret, token), service, region, **options)
    if at is None:
        oracle.add_auth(request)
    else:
        moment = datetime.datetime.fromtimestamp(at, datetime.UTC).replace(tzinfo=None)
        with mock.patch.object(auth, "get_current_datetime", return_value=moment):
            oracle.add_auth(request)
    prepared = request.prepare()
    url = urlsplit(prepared.url)
    pairs = {name: _text(value) for name, value in prepared.headers.items()}
    pairs.setdefault("Host", host)
    return HttpRequest(method, url.path, url.query, tuple(pairs.items()), body)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
