"""The examples of the guide's page on DynamoDB, as one program: python orders.py TABLE_NAME"""

import sys

import boto3

table = boto3.resource("dynamodb").Table(sys.argv[1])


# --8<-- [start:condition]
def place_order(order):
    try:
        table.put_item(Item=order, ConditionExpression="attribute_not_exists(orderId)")
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        print("taken:", order["orderId"])
    else:
        print("placed:", order["orderId"])


# --8<-- [end:condition]


# --8<-- [start:update]
def ship(order_id):
    answer = table.update_item(
        Key={"orderId": order_id},
        UpdateExpression="SET #status = :status",  # status is a reserved word
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": "shipped"},
        ConditionExpression="attribute_exists(orderId)",  # or an unknown order would be created
        ReturnValues="ALL_NEW",
    )
    return answer["Attributes"]


# --8<-- [end:update]


# --8<-- [start:read]
def look_up(order_id):
    by_default = table.get_item(Key={"orderId": order_id})  # may be a moment old, costs half
    strongly = table.get_item(Key={"orderId": order_id}, ConsistentRead=True)
    return by_default.get("Item"), strongly.get("Item")


# --8<-- [end:read]


# --8<-- [start:stale]
def count_stale(pairs):
    stale = 0
    for number in range(pairs):
        table.put_item(Item={"orderId": "o-9", "number": number})
        read = table.get_item(Key={"orderId": "o-9"})
        stale += read.get("Item", {}).get("number") != number
    return stale


# --8<-- [end:stale]


# --8<-- [start:consumed]
def read_units(order_id):
    for strongly in (False, True):
        answer = table.get_item(
            Key={"orderId": order_id}, ConsistentRead=strongly, ReturnConsumedCapacity="TOTAL"
        )
        yield answer["ConsumedCapacity"]["CapacityUnits"]


# --8<-- [end:consumed]


# --8<-- [start:pages]
def all_orders():
    position = {}
    while True:
        page = table.scan(**position)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        position = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


# --8<-- [end:pages]


place_order({"orderId": "o-1", "status": "new", "gift": "x" * 300_000})
place_order({"orderId": "o-1", "status": "stolen"})
print("status:", ship("o-1")["status"])
print("read:", look_up("o-1")[1]["status"])
for number in range(2, 6):
    place_order({"orderId": f"o-{number}", "gift": "x" * 300_000})
print("stale:", count_stale(300), "of 300")
print("read units:", *(f"{units:g}" for units in read_units("o-1")))
print("in one page:", sum("gift" in order for order in table.scan()["Items"]))
print("in all:", sum("gift" in order for order in all_orders()))
