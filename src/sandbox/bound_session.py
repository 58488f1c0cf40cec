"""A boto3 session that talks to one endpoint and to nothing else, whatever the environment says."""

from __future__ import annotations

import copy
import os
from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from sandbox.shared_handlers import SharingAliaser, SharingEmitter

# botocore's variables: (name in the configuration file, names in the environment, default, conversion).
_NOT_FROM_THE_ENVIRONMENT = {
    "profile": (None, None, None, None),
    "ignore_configured_endpoint_urls": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@cache
def _loader() -> Any:
    """One loader for all sessions: it keeps what it reads, and a service model takes 100 ms to read."""
    return botocore.loaders.create_loader()


@cache
def _handlers() -> SharingAliaser:
    """botocore's own event handlers, which take 10 ms to register; each session gets a copy of them."""
    register = SharingEmitter()
    botocore.session.Session(event_hooks=register)
    return SharingAliaser(register)


class BoundSession(boto3.Session):  # type: ignore[misc]
    """boto3's Session, every client and resource of which is bound to `endpoint_url`.

    Profiles, configuration files, endpoints and proxies of the environment are not looked at.
    """

    def __init__(
        self, endpoint_url: str, access_key: str, secret: str, region: str, token: str | None = None
    ) -> None:
        core = botocore.session.Session(_NOT_FROM_THE_ENVIRONMENT, include_builtin_handlers=False)
        core._events = copy.copy(_handlers())  # botocore would wrap what it is given once more
        core.register_component("event_emitter", core._events)
        core.register_component("data_loader", _loader())
        super().__init__(access_key, secret, token, region_name=region, botocore_session=core)
        paths = _loader().search_paths  # boto3 adds its own with every session
        paths[:] = dict.fromkeys(paths)
        self._endpoint_url = endpoint_url

    def client(self, *args: Any, **options: Any) -> Any:
        """A client of the endpoint; see boto3.Session.client."""
        # A resource is made by a client whose endpoint_url is there, but None: it must not slip through.
        options["endpoint_url"] = options.get("endpoint_url") or self._endpoint_url
        plain = Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
        given = options.get("config")
        options["config"] = plain.merge(given) if given else plain
        return super().client(*args, **options)
