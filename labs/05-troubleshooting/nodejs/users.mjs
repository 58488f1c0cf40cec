/**
 * The users of the table: create, get, list, update and delete them, one DynamoDB request each.
 *
 * A user is an object with `userId` and any other attributes. `table` is `{ client, TableName }`,
 * its client a DynamoDBDocumentClient.
 */

import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

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
  const command = new PutCommand({
    TableName,
    Item: user,
    ConditionExpression: "attribute_not_exists(userId)",
  });
  await sendOrThrow(client, command, () => new UserExists(user.userId));
  return user;
}

/** The user with this id, as last written. Throws UserNotFound. */
export async function getUser({ client, TableName }, userId) {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { userId }, ConsistentRead: true }));
  if (!Item) throw new UserNotFound(userId);
  return Item;
}

/** One page of at most `limit` users, and where the next page starts: undefined after the last one. */
export async function listUsers({ client, TableName }, limit = 25, start = undefined) {
  const page = await client.send(
    new ScanCommand({ TableName, Limit: limit, ExclusiveStartKey: start ?? undefined }),
  );
  return { users: page.Items, next: page.LastEvaluatedKey };
}

/**
 * Merges `changes` into a user and returns the whole user.
 * Throws UserNotFound, and RangeError for changes with another userId.
 */
export async function updateUser(table, userId, changes) {
  const { userId: changedId = userId, ...attributes } = changes;
  if (changedId !== userId) throw new RangeError(`the userId of ${userId} cannot be changed`);
  if (Object.keys(attributes).length === 0) return getUser(table, userId);
  const command = new UpdateCommand({
    TableName: table.TableName,
    Key: { userId },
    ConditionExpression: "attribute_exists(userId)",
    ReturnValues: "ALL_NEW",
    ...setAttributes(attributes),
  });
  const { Attributes } = await sendOrThrow(table.client, command, () => new UserNotFound(userId));
  return Attributes;
}

/** Removes a user. Throws UserNotFound. */
export async function deleteUser({ client, TableName }, userId) {
  const command = new DeleteCommand({
    TableName,
    Key: { userId },
    ConditionExpression: "attribute_exists(userId)",
  });
  await sendOrThrow(client, command, () => new UserNotFound(userId));
}

/** Sends a command; where its condition does not hold, throws what `refused` makes. */
async function sendOrThrow(client, command, refused) {
  try {
    return await client.send(command);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw refused();
    throw error;
  }
}

/** The parameters of an UpdateItem that sets attributes of any name, reserved words too. */
function setAttributes(attributes) {
  const numbered = Object.entries(attributes).map(([name, value], number) => ({ name, value, number }));
  return {
    UpdateExpression: "SET " + numbered.map(({ number }) => `#name${number} = :value${number}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(numbered.map(({ name, number }) => [`#name${number}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      numbered.map(({ value, number }) => [`:value${number}`, value]),
    ),
  };
}
