/** The function of the users API: five routes, each one request to DynamoDB. */

import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

// Made while the execution environment starts; every invocation in it uses the same connection.
const client = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.TABLE_NAME;

/** The request is at fault: the status and the message of its answer. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What Lambda calls: an event of payload format 2.0 in, a proxy response out, one line in the log. */
export async function handler(event, context) {
  let answer, error;
  try {
    answer = await ROUTES[event.routeKey](event);
  } catch (caught) {
    if (!(caught instanceof Refused)) error = caught.stack; // ours: told to the log, not to the caller
    answer = error
      ? { status: 500, value: { message: "Internal server error" } }
      : { status: caught.status, value: { message: caught.message } };
  }
  const { status, value } = answer;
  const userId = idOf(event) ?? value?.userId;
  const line = { requestId: context.awsRequestId, route: event.routeKey, status, userId, error };
  console.log(JSON.stringify(line));
  return response(status, value);
}

async function create(event) {
  const user = jsonObject(event);
  const { userId } = user;
  if (typeof userId !== "string" || userId.length < 1 || userId.length > 64 || userId.includes("/")) {
    throw new Refused(400, "userId must be a string of 1 to 64 characters without /");
  }
  const ConditionExpression = "attribute_not_exists(userId)";
  const put = new PutCommand({ TableName, Item: user, ConditionExpression });
  await send(put, new Refused(409, `user ${userId} exists already`));
  return { status: 201, value: user };
}

async function list(event) {
  const { limit = "25", next } = event.queryStringParameters ?? {};
  if (!/^([1-9][0-9]?|100)$/.test(limit)) throw new Refused(400, "limit must be a number from 1 to 100");
  const ExclusiveStartKey = next === undefined ? undefined : { userId: idIn(next) };
  const page = await client.send(new ScanCommand({ TableName, Limit: Number(limit), ExclusiveStartKey }));
  const last = page.LastEvaluatedKey;
  return { status: 200, value: { users: page.Items, next: last && tokenOf(last.userId) } };
}

async function get(event) {
  const userId = idOf(event);
  const { Item } = await client.send(new GetCommand({ TableName, Key: { userId }, ConsistentRead: true }));
  if (!Item) throw new Refused(404, `there is no user ${userId}`);
  return { status: 200, value: Item };
}

async function update(event) {
  const pathId = idOf(event);
  const { userId = pathId, ...changes } = jsonObject(event);
  const names = Object.keys(changes);
  if (userId !== pathId) throw new Refused(400, "the userId cannot be changed");
  if (names.length === 0) throw new Refused(400, "send at least one attribute to change");
  const change = new UpdateCommand({
    TableName,
    Key: { userId },
    ConditionExpression: "attribute_exists(userId)",
    UpdateExpression: "SET " + names.map((_, n) => `#n${n} = :v${n}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#n${n}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name, n) => [`:v${n}`, changes[name]])),
    ReturnValues: "ALL_NEW",
  });
  const { Attributes } = await send(change, new Refused(404, `there is no user ${userId}`));
  return { status: 200, value: Attributes };
}

async function remove(event) {
  const userId = idOf(event);
  const ConditionExpression = "attribute_exists(userId)";
  const removal = new DeleteCommand({ TableName, Key: { userId }, ConditionExpression });
  await send(removal, new Refused(404, `there is no user ${userId}`));
  return { status: 204 };
}

const ROUTES = {
  "POST /users": create,
  "GET /users": list,
  "GET /users/{userId}": get,
  "PATCH /users/{userId}": update,
  "DELETE /users/{userId}": remove,
};

/** Sends a command; where its condition does not hold, throws `refused`. */
async function send(command, refused) {
  try {
    return await client.send(command);
  } catch (error) {
    throw error instanceof ConditionalCheckFailedException ? refused : error;
  }
}

/** The id in the path, decoded; undefined where the route has none. */
function idOf(event) {
  return event.pathParameters?.userId;
}

/** The JSON object in the body. */
function jsonObject({ body, isBase64Encoded }) {
  let value;
  try {
    value = JSON.parse(isBase64Encoded ? Buffer.from(body, "base64").toString() : body);
  } catch {
    throw new Refused(400, "the body is not valid JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Refused(400, "the body must be a JSON object");
  }
  return value;
}

/** Where the next page starts, as text that callers pass on and do not read. */
function tokenOf(userId) {
  return Buffer.from(userId).toString("base64url");
}

function idIn(token) {
  const userId = Buffer.from(token, "base64url").toString();
  if (!userId || tokenOf(userId) !== token) {
    throw new Refused(400, "next must be the text that came with the page before");
  }
  return userId;
}

/** The proxy response: the body is a string, and there is none with 204. */
function response(statusCode, value) {
  if (value === undefined) return { statusCode };
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
