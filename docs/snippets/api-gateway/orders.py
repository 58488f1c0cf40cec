"""The function of the guide's page on API Gateway: orders, behind either kind of API."""

import json
from urllib.parse import unquote

ORDERS = {"o-1": "shipped", "o 2": "new"}


# --8<-- [start:read]
def read(event):
    """Method and order id of an event of either format."""
    order_id = (event.get("pathParameters") or {}).get("orderId")
    if event.get("version") == "2.0":
        return event["requestContext"]["http"]["method"], order_id
    # Only events of REST APIs have no version. Their path is as it was sent.
    if "version" not in event and order_id:
        order_id = unquote(order_id)
    return event["httpMethod"], order_id


# --8<-- [end:read]


def answer(status, value):
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(value)}


# --8<-- [start:limit]
def limit(event):
    """The query's limit, or 25. Without a query there is null, or no such key."""
    return (event.get("queryStringParameters") or {}).get("limit", "25")


# --8<-- [end:limit]


def handler(event, context):
    method, order_id = read(event)
    print(json.dumps({"requestId": context.aws_request_id, "orderId": order_id}))
    if order_id not in ORDERS:
        return answer(404, {"message": f"there is no order {order_id}"})
    return answer(200, {"orderId": order_id, "status": ORDERS[order_id], "by": method, "limit": limit(event)})
