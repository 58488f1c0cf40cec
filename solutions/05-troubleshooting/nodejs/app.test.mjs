/**
 * The function as Lambda calls it, with events of both payload formats.
 * A small server stands in for DynamoDB.
 */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, mock, test } from "node:test";

const ADA = { userId: "ada", name: "Ada", age: 36, ratio: 0.1 };
const CONTEXT = { awsRequestId: "the-request" };

const items = new Map();
let lines = [];
let refusal = null;
let handler;

/** What a table does with the calls of the function; null where a call's condition does not hold. */
const OPERATIONS = {
  PutItem({ Item }) {
    if (items.has(Item.userId.S)) return null;
    items.set(Item.userId.S, Item);
    return {};
  },
  GetItem: ({ Key }) => ({ Item: items.get(Key.userId.S) }),
  UpdateItem({ Key, ExpressionAttributeNames: names, ExpressionAttributeValues: values }) {
    if (!items.has(Key.userId.S)) return null;
    const value = (key) => values[key.replace("#name", ":value")];
    const changes = Object.entries(names).map(([key, name]) => [name, value(key)]);
    items.set(Key.userId.S, { ...items.get(Key.userId.S), ...Object.fromEntries(changes) });
    return { Attributes: items.get(Key.userId.S) };
  },
  DeleteItem: ({ Key }) => (items.delete(Key.userId.S) ? {} : null),
  Scan({ Limit, ExclusiveStartKey }) {
    const ids = [...items.keys()].sort();
    const first = ExclusiveStartKey ? ids.indexOf(ExclusiveStartKey.userId.S) + 1 : 0;
    const page = ids.slice(first, first + Limit);
    const isLast = first + Limit >= ids.length;
    return {
      Items: page.map((id) => items.get(id)),
      LastEvaluatedKey: isLast ? undefined : { userId: { S: page.at(-1) } },
    };
  },
};

const server = createServer(async (request, reply) => {
  const [, operation] = request.headers["x-amz-target"].split(".");
  const said = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const failure = { __type: "ConditionalCheckFailedException", message: "The conditional request failed" };
  const answer = refusal ? null : OPERATIONS[operation](said);
  reply.writeHead(answer ? 200 : 400, { "content-type": "application/x-amz-json-1.0" });
  reply.end(JSON.stringify(answer ?? refusal ?? failure));
});

before(async () => {
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  Object.assign(process.env, {
    TABLE_NAME: "users",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${server.address().port}`,
  });
  ({ handler } = await import("./app.mjs"));
});

after(() => {
  server.close();
  server.closeAllConnections();
});

beforeEach(() => {
  items.clear();
  refusal = null;
  lines = [];
  mock.restoreAll();
  mock.method(console, "log", (line) => lines.push(JSON.parse(line)));
});

/** As an HTTP API sends it: what is not there is left out. */
function event2(route, { userId, body, query } = {}) {
  const pathParameters = userId === undefined ? undefined : { userId };
  const event = { version: "2.0", routeKey: route, pathParameters, body, queryStringParameters: query };
  return JSON.parse(JSON.stringify(event));
}

/** As a REST API sends it: what is not there is null. */
function event1(route, { userId, body = null, query = null } = {}) {
  const [httpMethod, resource] = route.split(" ");
  const pathParameters = userId === undefined ? null : { userId };
  return { httpMethod, resource, pathParameters, queryStringParameters: query, body, isBase64Encoded: false };
}

/** Status and body text of an answer. */
async function answerTo(event) {
  const { statusCode, body } = await handler(event, CONTEXT);
  return [statusCode, body];
}

/** Runs a test with events of both payload formats. */
function bothFormats(name, run) {
  for (const event of [event1, event2]) {
    test(`${name} (${event.name})`, () =>
      run(async (route, given = {}) => {
        const isText = given.body === undefined || typeof given.body === "string";
        const body = isText ? given.body : JSON.stringify(given.body);
        const [status, text] = await answerTo(event(route, { ...given, body }));
        return [status, text && JSON.parse(text)];
      }));
  }
}

bothFormats("a user's life", async (call) => {
  assert.deepEqual(await call("POST /users", { body: ADA }), [201, ADA]);
  assert.deepEqual(await call("GET /users/{userId}", { userId: "ada" }), [200, ADA]);
  const changes = { name: "Ada Lovelace", town: "London" };
  const changed = { ...ADA, ...changes };
  assert.deepEqual(await call("PATCH /users/{userId}", { userId: "ada", body: changes }), [200, changed]);
  assert.deepEqual(await call("GET /users"), [200, { users: [changed] }]);
  assert.deepEqual(await call("DELETE /users/{userId}", { userId: "ada" }), [204, undefined]);
  const gone = [404, { message: "there is no user ada" }];
  assert.deepEqual(await call("GET /users/{userId}", { userId: "ada" }), gone);
});

bothFormats("pages hold each user once", async (call) => {
  for (const number of [1, 2, 3, 4, 5]) await call("POST /users", { body: { userId: `user-${number}` } });
  const seen = [];
  let next;
  do {
    const [status, page] = await call("GET /users", { query: { limit: "2", ...(next && { next }) } });
    assert.equal(status, 200);
    seen.push(...page.users.map((user) => user.userId));
    next = page.next;
  } while (next);
  assert.deepEqual(seen, ["user-1", "user-2", "user-3", "user-4", "user-5"]);
});

bothFormats("a bad page is refused", async (call) => {
  const limits = ["0", "101", "-1", "ten", "1.5", " 5", "٣", "", "9999"];
  const tokens = ["nonsense", "", "bnVsbA", "W10", "eyJ1c2VySWQiOjF9", "ü"];
  for (const query of [...limits.map((limit) => ({ limit })), ...tokens.map((next) => ({ next }))]) {
    const [status, value] = await call("GET /users", { query });
    assert.deepEqual([status, Object.keys(value)], [400, ["message"]], JSON.stringify(query));
  }
});

bothFormats("a bad user is refused", async (call) => {
  const numbers = ["NaN", "-Infinity", "1e400", "1e-200", "1".repeat(39)];
  const bodies = [
    ...[undefined, "", "no json", "[]", "null", '"ada"', "[".repeat(100_000)],
    ...["{}", '{"name": "Ada"}', '{"userId": 1}', '{"userId": ""}', '{"userId": "a/b"}'],
    JSON.stringify({ userId: "a".repeat(65) }),
    ...numbers.map((number) => `{"userId": "ada", "n": ${number}}`),
    '{"userId": "ada", "home": {"": 1}}',
    '{"userId": "ada", "__proto__": {"name": "Ada"}}',
    ...['{"userId": "\\ud800"}', '{"userId": "ada", "\\udfff": 1}'],
  ];
  for (const body of bodies) {
    const [status, value] = await call("POST /users", { body });
    assert.deepEqual([status, Object.keys(value)], [400, ["message"]], body);
  }
  assert.equal(items.size, 0);
});

bothFormats("a second user of the same id is refused", async (call) => {
  await call("POST /users", { body: ADA });
  const refused = [409, { message: "user ada exists already" }];
  assert.deepEqual(await call("POST /users", { body: { userId: "ada" } }), refused);
});

bothFormats("a bad change is refused", async (call) => {
  await call("POST /users", { body: ADA });
  for (const body of [undefined, "no json", {}, [], { userId: "bob" }, { userId: null, name: "x" }]) {
    assert.equal((await call("PATCH /users/{userId}", { userId: "ada", body }))[0], 400);
  }
});

bothFormats("nobody is not found", async (call) => {
  for (const userId of ["nobody", "n".repeat(3000)]) {
    const missing = [404, { message: `there is no user ${userId}` }];
    assert.deepEqual(await call("GET /users/{userId}", { userId }), missing);
    assert.deepEqual(await call("PATCH /users/{userId}", { userId, body: { name: "x" } }), missing);
    assert.deepEqual(await call("DELETE /users/{userId}", { userId }), missing);
  }
});

bothFormats("it is healthy", async (call) => {
  assert.deepEqual(await call("GET /health"), [200, { status: "ok" }]);
});

bothFormats("there is no such route", async (call) => {
  assert.deepEqual(await call("PUT /users"), [404, { message: "there is no route PUT /users" }]);
  assert.equal((await call("toString undefined"))[0], 404);
});

bothFormats("a user nested too deep for the stack is refused", async (call) => {
  const body = `{"userId": "ada", "value": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  assert.equal((await call("POST /users", { body }))[0], 400);
});

bothFormats("a user too large for an item is refused", async (call) => {
  refusal = { __type: "ValidationException", message: "Item size has exceeded the maximum allowed size" };
  assert.equal((await call("POST /users", { body: ADA }))[0], 400);
});

test("a body in base64 is decoded", async () => {
  const event = { version: "2.0", routeKey: "POST /users", isBase64Encoded: true };
  const body = (bytes) => Buffer.from(bytes).toString("base64");
  const [status, text] = await answerTo({ ...event, body: body('{"userId": "zü"}') });
  assert.deepEqual([status, JSON.parse(text)], [201, { userId: "zü" }]);
  assert.equal((await answerTo({ ...event, body: body([0xff]) }))[0], 400);
});

test("whole numbers of any size keep each digit", async () => {
  const body = '{"userId":"ada","big":12345678901234567890,"small":[-5,1e30]}';
  assert.deepEqual(await answerTo(event2("POST /users", { body })), [201, body]);
  assert.equal(items.get("ada").big.N, "12345678901234567890");
  assert.deepEqual(await answerTo(event2("GET /users/{userId}", { userId: "ada" })), [200, body]);
});

test("ids with blanks and umlauts are found on both kinds of API", async () => {
  items.set("zoë 50%", { userId: { S: "zoë 50%" } });
  const events = [
    event1("GET /users/{userId}", { userId: "zo%C3%AB%2050%25" }),
    event2("GET /users/{userId}", { userId: "zoë 50%" }),
  ];
  for (const event of events) assert.equal((await answerTo(event))[0], 200);
});

test("what others have put into the table is listed", async () => {
  const numbers = { NS: ["1", "12345678901234567890"] };
  items.set("own", { userId: { S: "own" }, bytes: { B: "MA==" }, numbers });
  const user = '{"userId":"own","bytes":"MA==","numbers":[1,12345678901234567890]}';
  assert.deepEqual(await answerTo(event2("GET /users")), [200, `{"users":[${user}]}`]);
});

test("the proxy response has a status, a content type and a body of text", async () => {
  const answer = await handler(event2("GET /users"), CONTEXT);
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  assert.deepEqual(answer, { statusCode: 200, headers, body: '{"users":[]}' });
});

bothFormats("each invocation writes one line", async (call) => {
  await call("POST /users", { body: ADA });
  await call("GET /users/{userId}", { userId: "nobody" });
  await call("GET /users");
  const common = { level: "INFO", requestId: "the-request" };
  const missing = { userId: "nobody", error: "there is no user nobody" };
  assert.deepEqual(lines, [
    { ...common, route: "POST /users", status: 201, userId: "ada" },
    { ...common, route: "GET /users/{userId}", status: 404, ...missing },
    { ...common, route: "GET /users", status: 200 },
  ]);
});

bothFormats("our own fault is in the log and not in the answer", async (call) => {
  refusal = { __type: "AccessDeniedException", Message: "not authorized to perform: dynamodb:GetItem" };
  const answer = await call("GET /users/{userId}", { userId: "ada" });
  assert.deepEqual(answer, [500, { message: "Internal server error" }]);
  const [{ level, requestId, userId, error }] = lines;
  assert.deepEqual([level, requestId, userId], ["ERROR", "the-request", "ada"]);
  assert.match(error, /AccessDenied/);
});
