"""From a URL to the API it leads to. Pure.

The forms that are known: `https://{id}.execute-api.{region}.amazonaws.com/…` on AWS; on the sandbox
`http://127.0.0.1:PORT/_aws/execute-api/{id}/…` and `http://{id}.execute-api.localhost:PORT/…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workshop.errors import Problem

_BY_PATH = re.compile(r"/_aws/execute-api/(?P<id>[^/]+)(?P<path>/.*)?")
_LOCAL_HOST = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.localhost", re.IGNORECASE)
_AWS_HOST = re.compile(
    r"(?P<id>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", re.IGNORECASE
)
FORMS = "https://API-ID.execute-api.REGION.amazonaws.com/…, or the URL that the stack's outputs say"


@dataclass(frozen=True)
class Address:
    """An API's address, and what a request asks of it.

    url: as it was given. path: behind the API, as it is sent, with a slash in front. host: the Host header
    where the name of the URL's host may not be resolved here, else "". endpoint: where the same AWS answers
    API calls, "" for AWS itself. region: "" where the URL does not say it.
    """

    url: str
    api_id: str
    path: str
    query: str
    send_to: str
    host: str = ""
    endpoint: str = ""
    region: str = ""


def parse(url: str) -> Address:
    """The address of a URL. Raises Problem for one of a form that is not known.

    >>> there = parse("http://127.0.0.1:4566/_aws/execute-api/a1b2/prod/users?limit=2")
    >>> there.api_id, there.path, there.query, there.endpoint
    ('a1b2', '/prod/users', 'limit=2', 'http://127.0.0.1:4566')
    >>> there = parse("https://a1b2.execute-api.eu-west-1.amazonaws.com/users")
    >>> there.api_id, there.path, there.endpoint, there.region
    ('a1b2', '/users', '', 'eu-west-1')
    """
    parts = _split(url)
    found = _BY_PATH.fullmatch(parts.path)
    if found:
        path = found["path"] or "/"
        return Address(url, found["id"], path, parts.query, url, "", f"{parts.scheme}://{parts.netloc}")
    found = _LOCAL_HOST.fullmatch(parts.hostname or "")
    if found:
        endpoint = f"{parts.scheme}://127.0.0.1:{parts.port or 80}"
        query = f"?{parts.query}" if parts.query else ""
        send_to = f"{endpoint}{parts.path}{query}"
        return Address(
            url, found["id"].lower(), parts.path or "/", parts.query, send_to, parts.netloc, endpoint
        )
    found = _AWS_HOST.fullmatch(parts.hostname or "")
    if found:
        region = found["region"].lower()
        return Address(url, found["id"].lower(), parts.path or "/", parts.query, url, region=region)
    raise Problem(
        f"the URL {url}",
        "its host is none of API Gateway's",
        FORMS,
        "copy the invoke URL of the API: aws apigatewayv2 get-apis shows ApiEndpoint, aws apigateway "
        "get-rest-apis the id",
    )


def at_endpoint(address: Address, endpoint: str) -> Address:
    """The same request, sent to another AWS that serves APIs below `/_aws/execute-api`.

    >>> at_endpoint(parse("https://a1.execute-api.eu-west-1.amazonaws.com/p?q=1"), "http://127.0.0.1:1").send_to
    'http://127.0.0.1:1/_aws/execute-api/a1/p?q=1'
    """
    query = f"?{address.query}" if address.query else ""
    send_to = f"{endpoint}/_aws/execute-api/{address.api_id}{address.path}{query}"
    return Address(
        address.url, address.api_id, address.path, address.query, send_to, "", endpoint, address.region
    )


def reached_from(address: Address, endpoint: str, region: str) -> Address:
    """The address as a target reaches it. endpoint: where the target is, "" for AWS itself.

    Raises Problem for an API that is not there: no request goes elsewhere than to the target.
    """
    if address.endpoint == endpoint:
        if not endpoint and address.region != region:
            raise _elsewhere(address, f"an API in {address.region}", f"one in {region}, the target's region")
        return address
    if not endpoint:
        raise _elsewhere(address, "an API of this machine", "one of the AWS account that is the target")
    return at_endpoint(address, endpoint)


def _elsewhere(address: Address, found: str, expected: str) -> Problem:
    do_next = "name the URL that the stack's outputs say, or another target: workshop target"
    return Problem(f"the URL {address.url}", found, expected, do_next)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
    except ValueError:  # a port that is none
        is_url = False
    if not is_url:
        raise Problem(f"the URL {url}", "it is no URL", FORMS, "write it whole, with https:// in front")
    return parts
