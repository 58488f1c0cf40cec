"""Which HTTP endpoints integrations may have: those of this machine. Pure: asks no name server.

`localhost` and names below it are 127.0.0.1 and ::1 by definition, and names below `invalid` are nothing
(RFC 6761, 6.3 and 6.4), so what a name means cannot change between the check and the connection.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.errors import NotModelled
from sandbox.gateway.control import bad_request

V4, V6 = "127.0.0.1", "::1"

_FORM = re.compile(r"https?://[^\s/?#]+([/?][^\s#]*)?", re.I)
_VARIABLE = re.compile(r"\$\{stageVariables\.\w+\}")


class Elsewhere(Exception):
    """A host that is not this machine; the text names it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a request goes. target: path and query as they are sent."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        """The Host header; the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def check(uri: str) -> None:
    """Refuse a URI that is none, in AWS's words, and one of another machine, by name.

    A stage variable may stand for a host; where it leads is seen when the stage is served.
    """
    if not _FORM.fullmatch(_VARIABLE.sub("v", uri)):
        raise bad_request("Invalid HTTP endpoint specified for URI")
    authority = uri.partition("://")[2]
    host = re.split(r"[/?]", authority, maxsplit=1)[0]
    if _VARIABLE.search(host):
        return
    try:
        addresses(endpoint_of(uri).host)
    except ValueError as error:
        raise bad_request("Invalid HTTP endpoint specified for URI") from error
    except Elsewhere as error:
        raise not_modelled(error) from error


def not_modelled(error: Elsewhere) -> NotModelled:
    """The refusal of a host elsewhere."""
    return NotModelled(
        f"HTTP integrations with other machines (host {error})",
        "No request leaves this machine: use localhost, a name below it, 127.0.0.1 or [::1].",
    )


def endpoint_of(uri: str) -> Endpoint:
    """The parts of a URI that `check` takes. Raises ValueError for one without a host, or a bad port."""
    parts = urlsplit(uri)
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"'{uri}' is no URL of an HTTP endpoint")
    port = parts.port if parts.port is not None else {"http": 80, "https": 443}[scheme]
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(scheme, parts.hostname, port, target)


def addresses(host: str) -> tuple[str, ...]:
    """The loopback addresses of a host, first to be tried first; none for one that can be nowhere.

    Raises Elsewhere for all others.
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return V4, V6
    if name == "invalid" or name.endswith(".invalid"):
        return ()
    try:
        address = ipaddress.ip_address(name)
    except ValueError as error:
        raise Elsewhere(host) from error
    if address == ipaddress.ip_address(V6) or (address.version == 4 and address.is_loopback):
        return (str(address),)
    raise Elsewhere(host)
