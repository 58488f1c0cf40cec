// The examples of the guide's page on DynamoDB, as one program: node orders.mjs TABLE_NAME

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

const TableName = process.argv[2];
const client = DynamoDBDocumentClient.from(new DynamoDBClient());

// --8<-- [start:condition]
async function placeOrder(order) {
  const ConditionExpression = "attribute_not_exists(orderId)";
  try {
    await client.send(new PutCommand({ TableName, Item: order, ConditionExpression }));
    console.log("placed:", order.orderId);
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") throw error;
    console.log("taken:", order.orderId);
  }
}
// --8<-- [end:condition]

// --8<-- [start:update]
async function ship(orderId) {
  const answer = await client.send(new UpdateCommand({
    TableName,
    Key: { orderId },
    UpdateExpression: "SET #status = :status", // status is a reserved word
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":status": "shipped" },
    ConditionExpression: "attribute_exists(orderId)", // or an unknown order would be created
    ReturnValues: "ALL_NEW",
  }));
  return answer.Attributes;
}
// --8<-- [end:update]

// --8<-- [start:read]
async function lookUp(orderId) {
  const key = { TableName, Key: { orderId } };
  const byDefault = await client.send(new GetCommand(key)); // may be a moment old, costs half
  const strongly = await client.send(new GetCommand({ ...key, ConsistentRead: true }));
  return [byDefault.Item, strongly.Item];
}
// --8<-- [end:read]

// --8<-- [start:stale]
async function countStale(pairs) {
  let stale = 0;
  for (let number = 0; number < pairs; number++) {
    await client.send(new PutCommand({ TableName, Item: { orderId: "o-9", number } }));
    const read = await client.send(new GetCommand({ TableName, Key: { orderId: "o-9" } }));
    if (read.Item?.number !== number) stale++;
  }
  return stale;
}
// --8<-- [end:stale]

// --8<-- [start:consumed]
async function readUnits(orderId) {
  const units = [];
  for (const ConsistentRead of [false, true]) {
    const request = { TableName, Key: { orderId }, ConsistentRead, ReturnConsumedCapacity: "TOTAL" };
    const { ConsumedCapacity } = await client.send(new GetCommand(request));
    units.push(ConsumedCapacity.CapacityUnits);
  }
  return units;
}
// --8<-- [end:consumed]

// --8<-- [start:pages]
async function* allOrders() {
  let ExclusiveStartKey;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    yield* page.Items;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
// --8<-- [end:pages]

const gift = "x".repeat(300_000);
await placeOrder({ orderId: "o-1", status: "new", gift });
await placeOrder({ orderId: "o-1", status: "stolen" });
console.log("status:", (await ship("o-1")).status);
console.log("read:", (await lookUp("o-1"))[1].status);
for (let number = 2; number < 6; number++) await placeOrder({ orderId: `o-${number}`, gift });
console.log("stale:", await countStale(300), "of 300");
console.log("read units:", ...(await readUnits("o-1")));
const page = await client.send(new ScanCommand({ TableName }));
console.log("in one page:", page.Items.filter((order) => order.gift).length);
let count = 0;
for await (const order of allOrders()) if (order.gift) count++;
console.log("in all:", count);
