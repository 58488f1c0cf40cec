"""The limit that a stage sets to the requests of a route: where it stands, and what raises it. Pure.

Sources: API Gateway Developer Guide, *Throttle requests to your HTTP APIs*, *Throttle requests to your REST
APIs*: settings of a route or method stand in place of the stage's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workshop.doctor.routes import DEFAULT, Route

Plain = Mapping[str, Any]
_ALL = "*/*"


@dataclass(frozen=True)
class Limit:
    """place: of whom it is, "" of all. rate: requests a second. burst: the size of the bucket.

    None where it is not set.
    """

    place: str
    rate: float | None
    burst: int | None

    @property
    def is_below_one(self) -> bool:
        """Whether it lets less than one request a second through, in the long run."""
        return self.rate is not None and self.rate < 1

    def __str__(self) -> str:
        """In words.

        >>> str(Limit("", 0.0, None))
        'ThrottlingRateLimit 0'
        """
        told = {"ThrottlingRateLimit": self.rate, "ThrottlingBurstLimit": self.burst}
        given = [f"{name} {value:g}" for name, value in told.items() if value is not None]
        return ", ".join(given) or "no limit of its own"


def has_slow_place(stage: Plain) -> bool:
    """Whether anything of a stage lets less than one request a second through."""
    routes, methods = stage.get("RouteSettings") or {}, stage.get("methodSettings") or {}
    given = (stage.get("DefaultRouteSettings") or {}, *routes.values(), *methods.values())
    rates = [one.get("ThrottlingRateLimit", one.get("throttlingRateLimit")) for one in given]
    return any(rate is not None and rate < 1 for rate in rates)


def http_limit(stage: Plain, route: Route | None) -> Limit:
    """The limit of a route of an HTTP API."""
    key = _key(route)
    own = (stage.get("RouteSettings") or {}).get(key)
    given = (stage.get("DefaultRouteSettings") or {}) if own is None else own
    rate, burst = given.get("ThrottlingRateLimit"), given.get("ThrottlingBurstLimit")
    return Limit("" if own is None else key, rate, burst)


def rest_limit(stage: Plain, route: Route | None) -> Limit:
    """The limit of a method of a REST API."""
    settings = stage.get("methodSettings") or {}
    wanted = route and (route.path.strip("/"), route.method)
    place = next((key for key in settings if key != _ALL and _method(key) == wanted), _ALL)
    given = settings.get(place, {})
    told = given.get("throttlingRateLimit"), given.get("throttlingBurstLimit")
    return Limit("" if place == _ALL or route is None else _escaped(route), *told)


def http_command(api_id: str, stage: str, limit: Limit) -> str:
    """What raises the limit of an HTTP API."""
    where = f"aws apigatewayv2 update-stage --api-id {api_id} --stage-name '{stage}'"
    if limit.place:
        given = f'{{"{limit.place}": {{"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 50}}}}'
        return f"{where} --route-settings '{given}'"
    return f"{where} --default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=50"


def rest_command(api_id: str, stage: str, limit: Limit) -> str:
    """What raises the limit of a REST API."""
    place = limit.place or _ALL
    patches = " ".join(
        f"'op=replace,path=/{place}/throttling/{name},value={value}'"
        for name, value in (("rateLimit", 100), ("burstLimit", 50))
    )
    where = f"aws apigateway update-stage --rest-api-id {api_id} --stage-name {stage}"
    return f"{where} --patch-operations {patches}"


def _key(route: Route | None) -> str:
    if route is None:
        return ""
    return DEFAULT if route.path == DEFAULT else f"{route.method} {route.path}"


def _method(key: str) -> tuple[str, str]:
    """Path and method of a key such as `~1users~1{id}/GET`."""
    path, _, verb = key.rpartition("/")
    return path.replace("~1", "/").replace("~0", "~").strip("/"), verb


def _escaped(route: Route) -> str:
    return f"{route.path.replace('~', '~0').replace('/', '~1')}/{route.method}"
