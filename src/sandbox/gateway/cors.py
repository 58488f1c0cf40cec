"""CORS of HTTP APIs: preflight requests are answered here, and a function's CORS headers ignored.

Source: API Gateway Developer Guide, *Configure CORS for HTTP APIs in API Gateway*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gateway.headers import Headers
from sandbox.messages import HttpRequest


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS configuration of an HTTP API."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False

    @classmethod
    def of(cls, configuration: Mapping[str, Any] | None) -> Cors | None:
        """From `corsConfiguration` of CreateApi; None where there is none."""
        if not configuration:
            return None
        return cls(
            tuple(configuration.get("allowOrigins") or ()),
            tuple(configuration.get("allowMethods") or ()),
            tuple(configuration.get("allowHeaders") or ()),
            tuple(configuration.get("exposeHeaders") or ()),
            configuration.get("maxAge"),
            bool(configuration.get("allowCredentials")),
        )

    def preflight_headers(self, origin: str) -> Headers:
        """The answer's headers to a preflight request; none for an origin that is not allowed."""
        allowed = self._allow(origin)
        if not allowed:
            return []
        if self.methods:
            allowed.append(("Access-Control-Allow-Methods", ",".join(self.methods)))
        if self.headers:
            allowed.append(("Access-Control-Allow-Headers", ",".join(self.headers)))
        if self.max_age is not None:
            allowed.append(("Access-Control-Max-Age", str(self.max_age)))
        return allowed

    def apply(self, origin: str, headers: Headers) -> Headers:
        """A function's headers with the configuration's CORS headers in place of its own."""
        kept = [pair for pair in headers if not pair[0].lower().startswith("access-control-")]
        allowed = self._allow(origin) if origin else []
        if allowed and self.expose:
            allowed.append(("Access-Control-Expose-Headers", ",".join(self.expose)))
        return kept + allowed

    def _allow(self, origin: str) -> Headers:
        allowed = _allowed_origin(self.origins, origin)
        if not allowed:
            return []
        headers = [("Access-Control-Allow-Origin", allowed)]
        if self.credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        return headers


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks what it may do, before it does it."""
    return (
        request.method == "OPTIONS"
        and request.has_header("origin")
        and request.has_header("access-control-request-method")
    )


def _allowed_origin(origins: tuple[str, ...], origin: str) -> str:
    """What Access-Control-Allow-Origin says: `*`, the origin itself, or "" if it is not allowed."""
    if "*" in origins:
        return "*"
    schemes = {entry.removesuffix("*") for entry in origins if entry in ("http://*", "https://*")}
    if origin.lower() in {entry.lower() for entry in origins}:
        return origin
    return origin if any(origin.startswith(scheme) for scheme in schemes) else ""
