"""The function of the guide's page on Lambda: POST /orders"""

import base64
import json
import os

import boto3

# --8<-- [start:client]
# Outside of the handler: runs once, when an execution environment starts.
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
# --8<-- [end:client]


# --8<-- [start:body]
def body_of(event):
    text = event.get("body") or "{}"  # absent, or null in payload 1.0
    if event.get("isBase64Encoded"):
        text = base64.b64decode(text).decode()
    return json.loads(text)


# --8<-- [end:body]


# --8<-- [start:response]
def response(status, value):
    return {
        "statusCode": status,  # a number
        "headers": {"content-type": "application/json"},
        "body": json.dumps(value),  # a text
    }


# --8<-- [end:response]


# --8<-- [start:log]
def log(context, status, order_id):
    line = {"requestId": context.aws_request_id, "orderId": order_id}
    print(json.dumps(line | {"status": status}))


# --8<-- [end:log]


# --8<-- [start:handler]
def handler(event, context):
    order = body_of(event)
    table.put_item(Item=order)
    log(context, 201, order["orderId"])
    return response(201, order)


# --8<-- [end:handler]
