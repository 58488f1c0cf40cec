/** The function of the users API: a proxy event in, a proxy response out, one line of JSON in the log. */

import { DynamoDBClient, DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

import { BadRequest, exactNumber, requestOf, response } from "./proxy.mjs";
import { NoSuchRoute, answer } from "./routes.mjs";
import { UserExists, UserNotFound } from "./users.mjs";

// Made while the execution environment starts; every invocation in it uses the same connection.
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  unmarshallOptions: { wrapNumbers: exactNumber },
});
const table = { client, TableName: /** @type {string} */ (process.env.TABLE_NAME) };

/**
 * What each error of a request is to its caller. Any other error is ours: 500.
 * @type {Map<Function, number>}
 */
const STATUSES = new Map([
  [BadRequest, 400],
  [NoSuchRoute, 404],
  [UserNotFound, 404],
  [UserExists, 409],
]);

/** How DynamoDB says that it is the user that it does not take. */
const UNSTORABLE = /Item size|Nesting Levels|Expression size/;

/**
 * What Lambda calls: handles one request.
 * @param {Record<string, any>} event
 * @param {{ awsRequestId: string }} context
 */
export async function handler(event, context) {
  const request = requestOf(event);
  try {
    const { status, value } = await answer(table, request);
    log(context, request, status);
    return response(status, value);
  } catch (error) {
    const { status, value } = failure(error);
    log(context, request, status, status === 500 ? error.stack : error.message);
    return response(status, value);
  }
}

/**
 * The answer to an error: the one place that maps them to statuses. It tells nothing of the inside.
 * @param {Error} error
 * @returns {import("./routes.mjs").Answer}
 */
function failure(error) {
  const status = STATUSES.get(error.constructor);
  if (status) return { status, value: { message: error.message } };
  if (isUnstorable(error)) {
    return { status: 400, value: { message: "the user is too large, or nested too deep" } };
  }
  return { status: 500, value: { message: "Internal server error" } };
}

/** Whether a user is too large or nested too deep, for JavaScript's stack or for DynamoDB. */
function isUnstorable(error) {
  if (error instanceof RangeError) return true;
  return error instanceof DynamoDBServiceException && UNSTORABLE.test(error.message);
}

/**
 * Writes the line of an invocation, without what is undefined. Of a user it holds the id only.
 * @param {{ awsRequestId: string }} context
 * @param {import("./proxy.mjs").Request} request
 * @param {number} status
 * @param {string} [error]
 */
function log({ awsRequestId: requestId }, { route, userId }, status, error) {
  const level = status === 500 ? "ERROR" : "INFO";
  console.log(JSON.stringify({ level, requestId, route, status, userId, error }));
}
