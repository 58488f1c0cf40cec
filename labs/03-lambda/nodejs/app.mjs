/** The function of the users API: a proxy event in, a proxy response out, one line of JSON in the log. */

import { requestOf, response } from "./proxy.mjs";
import { answer } from "./routes.mjs";

// TODO 2: the table that TABLE_NAME names, { client, TableName }, made here: once, while the execution
// environment starts.
const table = undefined;

// TODO 4: the status of each error that proxy.mjs, routes.mjs and users.mjs throw.
/**
 * What each error of a request is to its caller. Any other error is ours: 500.
 * @type {Map<Function, number>}
 */
const STATUSES = new Map();

/**
 * What Lambda calls: handles one request.
 * @param {Record<string, any>} event
 * @param {{ awsRequestId: string }} context
 */
export async function handler(event, context) {
  const request = requestOf(event);
  // TODO 4: an error is answered too, and told to the log.
  const { status, value } = await answer(table, request);
  log(context, request, status);
  return response(status, value);
}

/**
 * The answer to an error: the one place that maps them to statuses. It tells nothing of the inside.
 * @param {Error} error
 * @returns {import("./routes.mjs").Answer}
 */
function failure(error) {
  // TODO 4: the status, and a body with the key message.
  throw new Error("failure is not written yet");
}

/**
 * Writes the line of an invocation, without what is undefined. Of a user it holds the id only.
 * @param {{ awsRequestId: string }} context
 * @param {import("./proxy.mjs").Request} request
 * @param {number} status
 * @param {string} [error]
 */
function log({ awsRequestId: requestId }, { route, userId }, status, error) {
  // TODO 3: one line of JSON with the request id, and with the userId where there is one.
}
