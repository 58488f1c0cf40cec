"""Probes of the security layer."""

from __future__ import annotations

from benchmarks.peers.probe import probe, refused
from benchmarks.peers.world import World, policy

LAYER = "iam"
GET = "dynamodb:GetItem"
KEY = {"pk": {"S": "ada"}}


@probe("ddb-unrecognized-client", LAYER, "An access key that nobody has is refused.")
def unknown_key(world: World) -> None:
    stranger = world.client_of("dynamodb", "AKIAIOSFODNN7EXAMPLE", "wrong")
    refused("UnrecognizedClientException", "security token", stranger.list_tables)


@probe("iam-eval-order", LAYER, "A user without a policy may do nothing.")
def default_deny(world: World) -> None:
    words = f"is not authorized to perform: {GET}"
    refused("AccessDeniedException", words, world.user(None).get_item, TableName=world.users, Key=KEY)


@probe("iam-deny-index", LAYER, "A denial names the resource: rights on a table are none on its index.")
def index(world: World) -> None:
    arn = world.table_arn(world.indexed)
    words = (
        f"is not authorized to perform: dynamodb:Query on resource: {arn}/index/byEmail because no identity"
    )
    refused(
        "AccessDeniedException",
        words,
        world.user(policy("Allow", "dynamodb:*", arn)).query,
        TableName=world.indexed,
        IndexName="byEmail",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "ada"}},
    )


@probe("iam-arn-table", LAYER, "A policy for one table allows that table, and no other.")
def one_table(world: World) -> None:
    user = world.user(policy("Allow", GET, world.table_arn(world.users)))
    user.get_item(TableName=world.users, Key=KEY)
    words = f"is not authorized to perform: {GET}"
    refused("AccessDeniedException", words, user.get_item, TableName=world.table(), Key=KEY)


@probe("iam-action-wildcards", LAYER, "`dynamodb:Get*` allows GetItem and not PutItem.")
def wildcard(world: World) -> None:
    user = world.user(policy("Allow", "dynamodb:Get*"))
    user.get_item(TableName=world.users, Key=KEY)
    words = "is not authorized to perform: dynamodb:PutItem"
    refused("AccessDeniedException", words, user.put_item, TableName=world.users, Item=KEY)


@probe("iam-deny-explicit", LAYER, "A Deny beats every Allow, and the message says that it was explicit.")
def explicit(world: World) -> None:
    name = world.name()
    user = world.user(policy("Allow", "*"), name=name)
    no = policy("Deny", "dynamodb:PutItem")
    world.client("iam").put_user_policy(UserName=name, PolicyName="no", PolicyDocument=no)
    user.get_item(TableName=world.users, Key=KEY)
    words = "with an explicit deny in an identity-based policy"
    refused("AccessDeniedException", words, user.put_item, TableName=world.users, Item=KEY)


@probe("iam-variables", LAYER, "`${aws:username}` in a policy is the caller's name.")
def variable(world: World) -> None:
    name = world.table()
    user = world.user(policy("Allow", GET, world.table_arn("${aws:username}")), name=name)
    user.get_item(TableName=name, Key=KEY)
    words = f"is not authorized to perform: {GET}"
    refused("AccessDeniedException", words, user.get_item, TableName=world.users, Key=KEY)


@probe(
    "iam-eval-boundary", LAYER, "What a permissions boundary does not mention is denied, whatever is allowed."
)
def boundary(world: World) -> None:
    limit = world.client("iam").create_policy(PolicyName=world.name(), PolicyDocument=policy("Allow", GET))
    user = world.user(policy("Allow", "*"), PermissionsBoundary=limit["Policy"]["Arn"])
    user.get_item(TableName=world.users, Key=KEY)
    refused("AccessDeniedException", "", user.put_item, TableName=world.users, Item=KEY)


@probe("iam-assumerole-denied", LAYER, "A role that trusts Lambda only is not for a user to take.")
def trust_policy(world: World) -> None:
    user = world.user(policy("Allow", "*"), "sts")
    words = "is not authorized to perform: sts:AssumeRole"
    refused("AccessDenied", words, user.assume_role, RoleArn=world.able, RoleSessionName="me")


@probe("iam-malformed-json", LAYER, "A trust policy that is no JSON is refused.")
def no_json(world: World) -> None:
    create = world.client("iam").create_role
    words = "This policy contains invalid Json"
    refused("MalformedPolicyDocument", words, create, RoleName=world.name(), AssumeRolePolicyDocument="{")


@probe("iam-malformed-vendor", LAYER, "An action without a service before it is refused.")
def no_vendor(world: World) -> None:
    words = "Actions/Conditions must be prefaced by a vendor"
    create = world.client("iam").create_policy
    refused(
        "MalformedPolicyDocument",
        words,
        create,
        PolicyName=world.name(),
        PolicyDocument=policy("Allow", "PutItem"),
    )
