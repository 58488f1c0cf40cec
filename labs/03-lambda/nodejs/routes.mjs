/** The routes of the API: each checks its request, makes one call of users.mjs and says status and body. */

import { BadRequest, jsonObject } from "./proxy.mjs";
import { UserNotFound, createUser, deleteUser, getUser, listUsers, updateUser } from "./users.mjs";

/**
 * @typedef {import("./proxy.mjs").Request} Request
 * @typedef {{ client: import("@aws-sdk/lib-dynamodb").DynamoDBDocumentClient, TableName: string }} Table
 * @typedef {{ status: number, value?: unknown }} Answer the value becomes the JSON body
 */

const DEFAULT_LIMIT = 25;
const MOST_USERS = 100;
const LONGEST_ID = 64;

/** The method and path are none of the API's. */
export class NoSuchRoute extends Error {
  name = "NoSuchRoute";
}

/** @type {Record<string, (table: Table, request: Request) => Promise<Answer>>} */
const ROUTES = {
  "POST /users": create,
  "GET /users": list,
  "GET /users/{userId}": get,
  "PATCH /users/{userId}": update,
  "DELETE /users/{userId}": remove,
};

/**
 * Asks the request's route. Throws NoSuchRoute, BadRequest, UserExists, UserNotFound.
 * @param {Table} table
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
export async function answer(table, request) {
  if (!Object.hasOwn(ROUTES, request.route)) throw new NoSuchRoute(`there is no route ${request.route}`);
  return ROUTES[request.route](table, request);
}

async function create(table, request) {
  // TODO 2: the user in the body is created: 201.
  // TODO 4: one without a valid userId is refused before.
  throw new Error("create is not written yet");
}

async function list(table, { query }) {
  // TODO 5: one page of users: 200. next is in the answer only where there is another page.
  throw new Error("list is not written yet");
}

async function get(table, request) {
  // TODO 2: the user whose id is in the path: 200.
  throw new Error("get is not written yet");
}

async function update(table, request) {
  // TODO 5: the attributes in the body are merged: 200. An empty object, or another userId, is refused.
  throw new Error("update is not written yet");
}

async function remove(table, request) {
  // TODO 5: the user is removed: 204, and no body.
  throw new Error("remove is not written yet");
}

/** Whether a user may have this id. */
function isUserId(value) {
  if (typeof value !== "string" || value.includes("/")) return false;
  const { length } = [...value]; // characters, of which some count twice in value.length
  return length >= 1 && length <= LONGEST_ID;
}

/** The id in the path. Throws UserNotFound for one that no user can have. */
function existingId({ userId }) {
  if (!isUserId(userId)) throw new UserNotFound(userId);
  return userId;
}

/**
 * The number of users a page may have at most. Throws BadRequest for any other text.
 * @param {string} text
 */
function limitOf(text) {
  // TODO 5: a whole number from 1 to MOST_USERS.
  throw new Error("limitOf is not written yet");
}

/** Where the next page starts, as text that callers pass on and do not read. */
function tokenOf(position) {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * The position in a token. Throws BadRequest for one that we did not make.
 * @param {string} token
 */
function startOf(token) {
  const position = positionIn(token);
  if (!isUserId(position?.userId) || tokenOf(position) !== token) {
    throw new BadRequest("next must be the text that came with the page before");
  }
  return { userId: position.userId };
}

/** What a token holds; undefined where it is no token of ours. */
function positionIn(token) {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    return undefined;
  }
}
