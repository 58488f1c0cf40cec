/** users.mjs against a client that keeps what it is sent, and answers or refuses as told. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

import { UserExists, UserNotFound, createUser, deleteUser, getUser, listUsers, updateUser } from "./users.mjs";

const ADA = { userId: "ada", name: "Ada", age: 36, ratio: 0.1 };
const REFUSED = new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {} });

/** A table whose client gives `answer`, or throws it if it is an error; `sent` holds the commands' inputs. */
function tableThat(answer = {}) {
  const sent = [];
  const send = async ({ constructor, input }) => {
    sent.push({ command: constructor.name, ...input });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { send }, TableName: "users", sent };
}

test("a user is stored under the condition that there is none of its id", async () => {
  const table = tableThat();
  assert.deepEqual(await createUser(table, ADA), ADA);
  assert.deepEqual(table.sent, [
    {
      command: "PutCommand",
      TableName: "users",
      Item: ADA,
      ConditionExpression: "attribute_not_exists(userId)",
    },
  ]);
});

test("a refused put is UserExists", async () => {
  await assert.rejects(createUser(tableThat(REFUSED), ADA), UserExists);
});

test("a user is read strongly consistent", async () => {
  const table = tableThat({ Item: ADA });
  assert.deepEqual(await getUser(table, "ada"), ADA);
  assert.equal(table.sent[0].ConsistentRead, true);
});

test("a page gives its users and where the next one starts", async () => {
  const key = { userId: "ada" };
  const table = tableThat({ Items: [ADA], LastEvaluatedKey: key });
  assert.deepEqual(await listUsers(table, 1, { userId: "abe" }), { users: [ADA], next: key });
  assert.deepEqual(table.sent[0].ExclusiveStartKey, { userId: "abe" });
  assert.equal(table.sent[0].Limit, 1);
});

test("the last page has no next", async () => {
  assert.equal((await listUsers(tableThat({ Items: [] }), 25, null)).next, undefined);
});

test("an update sets each attribute under a placeholder of its own", async () => {
  const table = tableThat({ Attributes: ADA });
  assert.deepEqual(await updateUser(table, "ada", { userId: "ada", name: "Ada", "home-town": "London" }), ADA);
  const [{ UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues }] = table.sent;
  assert.equal(UpdateExpression, "SET #name0 = :value0, #name1 = :value1");
  assert.deepEqual(ExpressionAttributeNames, { "#name0": "name", "#name1": "home-town" });
  assert.deepEqual(ExpressionAttributeValues, { ":value0": "Ada", ":value1": "London" });
});

test("an empty update gives the user", async () => {
  const table = tableThat({ Item: ADA });
  assert.deepEqual(await updateUser(table, "ada", {}), ADA);
  assert.equal(table.sent[0].command, "GetCommand");
});

test("a user keeps its id", async () => {
  const table = tableThat();
  await assert.rejects(updateUser(table, "ada", { userId: "bob" }), RangeError);
  assert.deepEqual(table.sent, []);
});

test("a user is removed under the condition that there is one", async () => {
  const table = tableThat();
  await deleteUser(table, "ada");
  assert.equal(table.sent[0].ConditionExpression, "attribute_exists(userId)");
});

test("nobody is not found", async () => {
  await assert.rejects(getUser(tableThat({}), "nobody"), UserNotFound);
  await assert.rejects(updateUser(tableThat(REFUSED), "nobody", { name: "N" }), UserNotFound);
  await assert.rejects(deleteUser(tableThat(REFUSED), "nobody"), UserNotFound);
});

test("what is no refusal passes as it is", async () => {
  const broken = new Error("no network");
  await assert.rejects(createUser(tableThat(broken), ADA), broken);
  await assert.rejects(deleteUser(tableThat(broken), "ada"), broken);
});
