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
  "GET /health": health,
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
  const user = jsonObject(request);
  if (!isUserId(user.userId)) {
    throw new BadRequest(`userId must be a string of 1 to ${LONGEST_ID} characters without /`);
  }
  request.userId = user.userId;
  return { status: 201, value: await createUser(table, user) };
}

async function list(table, { query }) {
  const limit = limitOf(query.limit ?? String(DEFAULT_LIMIT));
  const start = query.next === undefined ? undefined : startOf(query.next);
  const { users, next } = await listUsers(table, limit, start);
  return { status: 200, value: { users, next: next && tokenOf(next) } };
}

async function get(table, request) {
  return { status: 200, value: await getUser(table, existingId(request)) };
}

async function update(table, request) {
  const userId = existingId(request);
  const changes = jsonObject(request);
  if (Object.keys(changes).length === 0) {
    throw new BadRequest("there is nothing to change: the object is empty");
  }
  if ("userId" in changes && changes.userId !== userId) {
    throw new BadRequest("the userId of a user cannot be changed");
  }
  return { status: 200, value: await updateUser(table, userId, changes) };
}

async function remove(table, request) {
  await deleteUser(table, existingId(request));
  return { status: 204 };
}

/** The way from the API to the function is open; the table is not asked. */
async function health() {
  return { status: 200, value: { status: "ok" } };
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
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST_USERS) throw new BadRequest(`limit must be a number from 1 to ${MOST_USERS}`);
  return limit;
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
