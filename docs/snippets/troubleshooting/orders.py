"""The function of the guide's page on troubleshooting: GET /orders/{orderId}"""

import json


# --8<-- [start:ids]
def log(event, context, **more):
    asked = event["requestContext"]["requestId"]  # in the answer's headers
    line = {"requestId": context.aws_request_id, "apiRequestId": asked}
    print(json.dumps(line | more))


# --8<-- [end:ids]


def handler(event, context):
    order_id = event["pathParameters"]["orderId"]
    log(event, context, orderId=order_id)
    return {"statusCode": 200, "body": json.dumps({"orderId": order_id})}
