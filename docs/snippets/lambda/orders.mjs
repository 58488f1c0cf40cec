// The function of the guide's page on Lambda: POST /orders

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

// --8<-- [start:client]
// Outside of the handler: runs once, when an execution environment starts.
const client = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.TABLE_NAME;
// --8<-- [end:client]

// --8<-- [start:body]
function bodyOf(event) {
  const text = event.body ?? "{}"; // absent, or null in payload 1.0
  const encoded = event.isBase64Encoded;
  return JSON.parse(encoded ? Buffer.from(text, "base64").toString() : text);
}
// --8<-- [end:body]

// --8<-- [start:response]
function response(statusCode, value) {
  return {
    statusCode, // a number
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value), // a text
  };
}
// --8<-- [end:response]

// --8<-- [start:log]
function log(context, status, orderId) {
  const requestId = context.awsRequestId;
  console.log(JSON.stringify({ requestId, orderId, status }));
}
// --8<-- [end:log]

// --8<-- [start:handler]
export async function handler(event, context) {
  const order = bodyOf(event);
  await client.send(new PutCommand({ TableName, Item: order }));
  log(context, 201, order.orderId);
  return response(201, order);
}
// --8<-- [end:handler]
