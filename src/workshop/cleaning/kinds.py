"""Each kind of resource that the workshop makes: how it is listed, and how it is deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from workshop.cleaning import ours
from workshop.deploy.view import Say
from workshop.target import Target

Tags = Mapping[str, str]

REST_API_SECONDS = 30.0
REST_API_TRIES = 40
"""AWS takes one DeleteRestApi every 30 s from a whole account (API Gateway Developer Guide, *Quotas for
creating, deploying and managing an API*): with thirty learners the last waits for a quarter of an hour."""


@dataclass
class Account:
    """What lists and deletions need. rest_apis: ids of the workshop's, which name log groups."""

    target: Target
    prefix: str
    say: Say
    sleep: Callable[[float], object] = time.sleep
    rest_apis: set[str] = field(default_factory=set)
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.target.session().client(service)
        return self._clients[service]

    def pages(self, service: str, operation: str, members: str) -> Iterator[Any]:
        """Each of a list, whatever its length."""
        for page in self.client(service).get_paginator(operation).paginate():
            yield from page.get(members, ())


@dataclass(frozen=True)
class Candidate:
    """One of a list. id: what its deletion takes. tags: read when they are asked for."""

    name: str
    id: str
    tags: Callable[[], Tags]


@dataclass(frozen=True)
class Kind:
    """words: as a person says it. its: why a candidate is the workshop's, "" where it is not."""

    words: str
    listed: Callable[[Account], Iterator[Candidate]]
    delete: Callable[[Account, str], None]
    its: Callable[[Account, Candidate], str] = lambda account, one: ours.reason(
        account.prefix, one.name, one.tags()
    )


def _http_apis(account: Account) -> Iterator[Candidate]:
    for one in account.pages("apigatewayv2", "get_apis", "Items"):
        yield Candidate(one["Name"], one["ApiId"], partial(one.get, "Tags", {}))


def _rest_apis(account: Account) -> Iterator[Candidate]:
    for one in account.pages("apigateway", "get_rest_apis", "items"):
        yield Candidate(one["name"], one["id"], partial(one.get, "tags", {}))


def _is_rest_api(account: Account, one: Candidate) -> str:
    why = ours.reason(account.prefix, one.name, one.tags())
    if why:
        account.rest_apis.add(one.id)
    return why


def _delete_rest_api(account: Account, rest_api: str) -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = account.target.session().client("apigateway", config=once)
    for _ in range(REST_API_TRIES):
        try:
            client.delete_rest_api(restApiId=rest_api)
        except client.exceptions.TooManyRequestsException:
            account.say(
                f"  REST API {rest_api}: AWS takes one DeleteRestApi every {REST_API_SECONDS:.0f} s "
                "from a whole account; waiting for it …"
            )
            account.sleep(REST_API_SECONDS)
        else:
            return
    client.delete_rest_api(restApiId=rest_api)


def _functions(account: Account) -> Iterator[Candidate]:
    client = account.client("lambda")
    for one in account.pages("lambda", "list_functions", "Functions"):
        name = one["FunctionName"]
        yield Candidate(name, name, partial(_function_tags, client, one["FunctionArn"]))


def _function_tags(client: Any, arn: str) -> Tags:
    told: Tags = client.list_tags(Resource=arn)["Tags"]
    return told


def _tables(account: Account) -> Iterator[Candidate]:
    client, target = account.client("dynamodb"), account.target
    for name in account.pages("dynamodb", "list_tables", "TableNames"):
        arn = f"arn:aws:dynamodb:{target.region}:{target.account}:table/{name}"
        yield Candidate(name, name, partial(_table_tags, client, arn))


def _table_tags(client: Any, arn: str) -> Tags:
    pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return _mapping(one for page in pages for one in page["Tags"])


def _delete_table(account: Account, table: str) -> None:
    client = account.client("dynamodb")
    client.delete_table(TableName=table)
    client.get_waiter("table_not_exists").wait(TableName=table)


def _log_groups(account: Account) -> Iterator[Candidate]:
    client = account.client("logs")
    for one in account.pages("logs", "describe_log_groups", "logGroups"):
        name = one["logGroupName"]
        yield Candidate(name, name, partial(_log_group_tags, client, one["arn"].removesuffix(":*")))


def _log_group_tags(client: Any, arn: str) -> Tags:
    told: Tags = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return told


def _is_log_group(account: Account, one: Candidate) -> str:
    """Also the one that API Gateway writes of a REST API's executions."""
    api = one.name.removeprefix("API-Gateway-Execution-Logs_").partition("/")[0]
    if api != one.name and api in account.rest_apis:
        return f"of your REST API {api}"
    return ours.reason(account.prefix, one.name, one.tags())


def _roles(account: Account) -> Iterator[Candidate]:
    client = account.client("iam")
    for one in account.pages("iam", "list_roles", "Roles"):
        if not one["Path"].startswith("/aws-service-role/"):
            name = one["RoleName"]
            yield Candidate(name, name, partial(_role_tags, client, name))


def _role_tags(client: Any, role: str) -> Tags:
    return _mapping(client.list_role_tags(RoleName=role)["Tags"])


def _delete_role(account: Account, role: str) -> None:
    """A role takes its policies with it only if they are taken off before (IAM API Reference, DeleteRole)."""
    iam = account.client("iam")
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
        for policy in page["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=policy)
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for policy in page["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=role)


def _buckets(account: Account) -> Iterator[Candidate]:
    for one in account.client("s3").list_buckets()["Buckets"]:
        yield Candidate(one["Name"], one["Name"], dict)


def _is_bucket(account: Account, one: Candidate) -> str:
    """By its name, which has prefix and account in it: all of AWS has it once."""
    return "by its name" if ours.is_bucket(account.prefix, account.target.account, one.name) else ""


def _delete_bucket(account: Account, bucket: str) -> None:
    """Empties it first, old versions and delete markers too."""
    region = bucket.partition(f"-artifacts-{account.target.account}-")[2]
    s3 = account.target.session().client("s3", region_name=region)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        there = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in there]
        failed = (
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects}).get("Errors") if objects else None
        )
        if failed:
            raise ClientError({"Error": failed[0]}, "DeleteObjects")
    s3.delete_bucket(Bucket=bucket)


def _mapping(tags: Any) -> Tags:
    return {one["Key"]: one["Value"] for one in tags}


KINDS = (
    Kind("HTTP APIs", _http_apis, lambda at, one: at.client("apigatewayv2").delete_api(ApiId=one)),
    Kind("REST APIs", _rest_apis, _delete_rest_api, _is_rest_api),
    Kind(
        "Lambda functions", _functions, lambda at, one: at.client("lambda").delete_function(FunctionName=one)
    ),
    Kind("DynamoDB tables", _tables, _delete_table),
    Kind(
        "log groups",
        _log_groups,
        lambda at, one: at.client("logs").delete_log_group(logGroupName=one),
        _is_log_group,
    ),
    Kind("IAM roles", _roles, _delete_role),
    Kind("S3 buckets", _buckets, _delete_bucket, _is_bucket),
)
"""All but stacks, in the order of deletion: what writes a log before the log, what bears a role before it."""
