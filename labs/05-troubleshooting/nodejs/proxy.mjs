/**
 * Lambda proxy integration: from the event to a Request, and from an answer to the proxy response.
 *
 * HTTP APIs send events of payload format 2.0, REST APIs of format 1.0.
 * Only this module knows the difference.
 */

import { unescape } from "node:querystring";

import { NumberValue } from "@aws-sdk/lib-dynamodb";

/**
 * One HTTP request, of either kind of API.
 *
 * @typedef {object} Request
 * @property {string} route method and path pattern, such as `GET /users/{userId}`
 * @property {Record<string, string>} query decoded
 * @property {string} body as in the event
 * @property {boolean} isBase64
 * @property {string} [userId] decoded, from the path; a route sets it where the id comes in the body
 */

/** Lets a page of any origin read the answers. An HTTP API puts its own CORS configuration in its place. */
const CORS = { "access-control-allow-origin": "*" };

/** The request is at fault; the message says how. */
export class BadRequest extends Error {
  name = "BadRequest";
}

/**
 * What an event of either payload format asks for.
 * @param {Record<string, any>} event
 * @returns {Request}
 */
export function requestOf(event) {
  const userId = event.pathParameters?.userId;
  // REST APIs pass the path on as it was sent, and their events have no version.
  const isEncoded = userId !== undefined && event.version === undefined;
  return {
    route: event.routeKey ?? `${event.httpMethod} ${event.resource}`,
    query: event.queryStringParameters ?? {},
    body: event.body ?? "",
    isBase64: event.isBase64Encoded ?? false,
    userId: isEncoded ? unescape(userId) : userId,
  };
}

/**
 * The JSON object in the body, its numbers as `exactNumber` gives them. Throws BadRequest.
 * @param {Request} request
 * @returns {Record<string, any>}
 */
export function jsonObject({ body, isBase64 }) {
  const value = parse(isBase64 ? decoded(body) : body);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new BadRequest("the body must be a JSON object");
  }
  return value;
}

/**
 * The proxy response.
 * @param {number} statusCode
 * @param {unknown} [value] becomes the JSON body; undefined is no body
 */
export function response(statusCode, value) {
  if (value === undefined) return { statusCode, headers: CORS };
  const headers = { "content-type": "application/json", ...CORS };
  return { statusCode, headers, body: JSON.stringify(value, plain) };
}

/**
 * A number as written in JSON or in DynamoDB. Whole numbers beyond 2^53, which a JavaScript number would
 * round, become a NumberValue: the document client stores it digit by digit.
 * @param {string} text
 * @returns {number | NumberValue}
 */
export function exactNumber(text) {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? NumberValue.from(text) : number;
}

/** Names that DynamoDB does not take, or that an object of the SDK's would lose. */
const NO_NAMES = ["", "__proto__"];

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text, checked);
  } catch (error) {
    if (error instanceof BadRequest) throw error;
    throw new BadRequest("the body is not valid JSON", { cause: error });
  }
}

/** Called by JSON.stringify with each value. Only others can have put sets and bytes into the table. */
function plain(_name, value) {
  if (value instanceof NumberValue) return JSON.rawJSON(value.toString());
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

/** Called by JSON.parse with each value; throws BadRequest for what DynamoDB does not take. */
function checked(name, value, { source }) {
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new BadRequest("the body holds half a character (a surrogate without its other half)");
  }
  if (typeof value === "number") {
    if (!isStorable(source)) throw new BadRequest(`DynamoDB does not keep the number ${source.slice(0, 50)}`);
    return exactNumber(source);
  }
  if (value !== null && typeof value === "object") {
    const wrong = NO_NAMES.find((one) => Object.hasOwn(value, one));
    if (wrong !== undefined) throw new BadRequest(`an attribute cannot be called "${wrong}"`);
  }
  return value;
}

/** Whether a number has at most 38 digits, and a magnitude from 1e-130 to below 1e126. */
function isStorable(source) {
  const digits = source.replace(/e.*/i, "").replace(/\D/g, "").replace(/^0+|0+$/g, "");
  const magnitude = Math.abs(Number(source));
  return digits === "" || (digits.length <= 38 && magnitude >= 1e-130 && magnitude < 1e126);
}

/** The text in base64. Throws BadRequest where it is not UTF-8. */
function decoded(body) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "base64"));
  } catch (error) {
    throw new BadRequest("the body is not UTF-8", { cause: error });
  }
}
