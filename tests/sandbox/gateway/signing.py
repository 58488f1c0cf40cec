"""Requests to deployed APIs, signed as clients sign them: with botocore's signer, for execute-api."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.raw_http import RawReply

INVOKE = "execute-api:Invoke"


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(resource: str | list[str] = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """One statement about invoking APIs."""
    return {"Effect": effect, "Action": INVOKE, "Resource": resource, **more}


@dataclass
class Signer:
    """Keys, and what is signed with them. host: the Host header, if it is not that of the address."""

    keys: Mapping[str, str]
    service: str = "execute-api"
    region: str = "us-east-1"
    host: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, api: Api, target: str = "/", method: str = "GET", body: bytes = b"") -> AWSRequest:
        """The request, signed in its headers."""
        host = self.host or f"{api.raw.host}:{api.raw.port}"
        url = f"http://{host}{api.path}{target}"
        request = AWSRequest(method, url, headers=dict(self.headers), data=body)
        self.auth().add_auth(request)
        return request

    def auth(self, kind: Any = SigV4Auth) -> Any:
        keys = self.keys
        found = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
        return kind(found, self.service, self.region)

    def call(self, api: Api, target: str = "/", method: str = "GET", body: bytes = b"") -> RawReply:
        request = self.request(api, target, method, body)
        return self.send(api, request, target)

    def send(self, api: Api, request: AWSRequest, target: str) -> RawReply:
        headers = {**dict(request.headers), **({"Host": self.host} if self.host else {})}
        return api.raw.request(request.method, api.path + target, headers, request.data)

    def presigned(self, api: Api, target: str = "/") -> str:
        """The path and query of a URL that holds its signature."""
        request = AWSRequest("GET", f"http://{api.raw.host}:{api.raw.port}{api.path}{target}")
        self.auth(SigV4QueryAuth).add_auth(request)
        return str(request.url).partition(f":{api.raw.port}")[2]


def user(work: Workplace, name: str, *statements: Mapping[str, Any]) -> Signer:
    """The keys of a new user who may do what the statements say."""
    iam = work.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    return Signer(iam.create_access_key(UserName=name)["AccessKey"])


def closed_rest_api(work: Workplace, *parts: str, **integration: Any) -> Api:
    """A REST API with the function behind a method that wants a signature, deployed to `test`."""
    api = work.rest_api()
    resource = work.resource(api, *(parts or ("{proxy+}",)))
    work.proxy(api, resource, **integration)
    closed = [{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    place = {"restApiId": api.id, "resourceId": resource, "httpMethod": "ANY"}
    work.v1.update_method(**place, patchOperations=closed)
    return work.deploy(api)


def closed_http_api(work: Workplace, **given: Any) -> Api:
    """An HTTP API whose `$default` route wants a signature."""
    api = work.http_api(**given)
    route = work.v2.get_routes(ApiId=api.id)["Items"][0]["RouteId"]
    work.v2.update_route(ApiId=api.id, RouteId=route, AuthorizationType="AWS_IAM")
    return api
