/**
 * The users of the table: create, get, list, update and delete them, one DynamoDB request each.
 *
 * A user is an object with `userId` and any other attributes. `table` is `{ client, TableName }`,
 * its client a DynamoDBDocumentClient: await client.send(new PutCommand({ TableName, Item: { userId: "ada" } })) …
 * The commands come from "@aws-sdk/lib-dynamodb".
 */

/** There is a user with this id already. */
export class UserExists extends Error {
  name = "UserExists";

  constructor(userId) {
    super(`user ${userId} exists already`);
    this.userId = userId;
  }
}

/** There is no user with this id. */
export class UserNotFound extends Error {
  name = "UserNotFound";

  constructor(userId) {
    super(`there is no user ${userId}`);
    this.userId = userId;
  }
}

/** Stores a new user and returns it. Throws UserExists, and then leaves the stored user as it is. */
export async function createUser({ client, TableName }, user) {
  // TODO: store the user, unless there is one with this userId.
  throw new Error("createUser is not written yet");
}

/** The user with this id, as last written. Throws UserNotFound. */
export async function getUser({ client, TableName }, userId) {
  // TODO: read the user; the read must see every write that came before it.
  throw new Error("getUser is not written yet");
}

/** One page of at most `limit` users, and where the next page starts: undefined after the last one. */
export async function listUsers({ client, TableName }, limit = 25, start = undefined) {
  // TODO: read one page, beginning at `start`, which is what an earlier call gave as next.
  throw new Error("listUsers is not written yet");
}

/**
 * Merges `changes` into a user and returns the whole user.
 * Throws UserNotFound, and RangeError for changes with another userId.
 */
export async function updateUser({ client, TableName }, userId, changes) {
  // TODO: set the attributes in `changes`, whatever their names, and leave the others alone.
  throw new Error("updateUser is not written yet");
}

/** Removes a user. Throws UserNotFound. */
export async function deleteUser({ client, TableName }, userId) {
  // TODO: remove the user, if there is one.
  throw new Error("deleteUser is not written yet");
}
