"""The function of the users API: five routes, each one request to DynamoDB."""

import base64
import json
import os
import traceback
from contextlib import suppress
from decimal import Decimal

import boto3

# Made while the execution environment starts; every invocation in it uses the same connection.
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
ConditionFailed = table.meta.client.exceptions.ConditionalCheckFailedException


class Refused(Exception):
    """The request is at fault: the status and the message of its answer."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def handler(event, context):
    """What Lambda calls: an event of payload format 2.0 in, a proxy response out, one line in the log."""
    error = None
    try:
        status, value = ROUTES[event["routeKey"]](event)
    except Refused as refused:
        status, value = refused.status, {"message": str(refused)}
    except Exception:  # ours: the caller is told nothing of the inside, the log all of it
        status, value, error = 500, {"message": "Internal server error"}, traceback.format_exc()
    user_id = id_of(event) or (value or {}).get("userId")
    line = {"requestId": context.aws_request_id, "route": event["routeKey"], "status": status}
    print(json.dumps({**line, "userId": user_id, "error": error}))
    return response(status, value)


def create(event):
    user = json_object(event)
    user_id = user.get("userId")
    if not isinstance(user_id, str) or not 1 <= len(user_id) <= 64 or "/" in user_id:
        raise Refused(400, "userId must be a string of 1 to 64 characters without /")
    try:
        table.put_item(Item=user, ConditionExpression="attribute_not_exists(userId)")
    except ConditionFailed:
        raise Refused(409, f"user {user_id} exists already") from None
    return 201, user


def list_all(event):
    query = event.get("queryStringParameters") or {}
    limit = query.get("limit", "25")
    if limit not in map(str, range(1, 101)):
        raise Refused(400, "limit must be a number from 1 to 100")
    start = {"ExclusiveStartKey": {"userId": id_in(query["next"])}} if "next" in query else {}
    page = table.scan(Limit=int(limit), **start)
    last = page.get("LastEvaluatedKey")
    return 200, {"users": page["Items"], **({"next": token_of(last["userId"])} if last else {})}


def get(event):
    user = table.get_item(Key={"userId": id_of(event)}, ConsistentRead=True).get("Item")
    if user is None:
        raise Refused(404, f"there is no user {id_of(event)}")
    return 200, user


def update(event):
    user_id, changes = id_of(event), json_object(event)
    if changes.pop("userId", user_id) != user_id:
        raise Refused(400, "the userId cannot be changed")
    if not changes:
        raise Refused(400, "send at least one attribute to change")
    try:
        stored = table.update_item(
            Key={"userId": user_id},
            ConditionExpression="attribute_exists(userId)",
            UpdateExpression="SET " + ", ".join(f"#{n} = :{n}" for n in range(len(changes))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(changes)},
            ExpressionAttributeValues={f":{n}": value for n, value in enumerate(changes.values())},
            ReturnValues="ALL_NEW",
        )
    except ConditionFailed:
        raise Refused(404, f"there is no user {user_id}") from None
    return 200, stored["Attributes"]


def delete(event):
    try:
        table.delete_item(Key={"userId": id_of(event)}, ConditionExpression="attribute_exists(userId)")
    except ConditionFailed:
        raise Refused(404, f"there is no user {id_of(event)}") from None
    return 204, None


ROUTES = {
    "POST /users": create,
    "GET /users": list_all,
    "GET /users/{userId}": get,
    "PATCH /users/{userId}": update,
    "DELETE /users/{userId}": delete,
}


def id_of(event):
    """The id in the path, decoded; None where the route has none."""
    return (event.get("pathParameters") or {}).get("userId")


def json_object(event):
    """The JSON object in the body, its fractions as DynamoDB takes them."""
    body = event.get("body") or ""
    try:
        text = base64.b64decode(body).decode() if event.get("isBase64Encoded") else body
        value = json.loads(text, parse_float=Decimal)
    except ValueError:
        raise Refused(400, "the body is not valid JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "the body must be a JSON object")
    return value


def token_of(user_id):
    """Where the next page starts, as text that callers pass on and do not read."""
    return base64.urlsafe_b64encode(user_id.encode()).decode()


def id_in(token):
    with suppress(ValueError):
        user_id = base64.urlsafe_b64decode(token).decode()
        if user_id and token_of(user_id) == token:
            return user_id
    raise Refused(400, "next must be the text that came with the page before")


def response(status, value):
    """The proxy response: the body is a string, and there is none with 204."""
    if value is None:
        return {"statusCode": status}
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(value, default=plain)}


def plain(value):
    """DynamoDB's numbers, in JSON's types."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not written to JSON")
    return int(value) if value == value.to_integral_value() else float(value)
