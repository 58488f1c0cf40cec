// Runs in the learner's process: imports the Node.js module and calls its functions, as it is told.
//
//     node driver.mjs SETTINGS      (JSON, see languages.py)
//
// What the code prints goes to standard output; every message to the grader, one line of JSON each,
// through the socket `fd`.

import { writeSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { errorsOf } from "./errors.mjs";
import { createRecorder } from "./recorder.mjs";
import { decode, encode, notJson } from "./values.mjs";

const { parse, stringify } = JSON; // kept: the learner's code may replace them
const settings = parse(process.argv[2]);
const folder = dirname(settings.file);
const ownFiles = new Set(); // the learner's, as they are imported

Error.stackTraceLimit = 50; // between an SDK's error and the learner's line lie many frames
process.argv.splice(1, 2, settings.file);
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true); // prints are never late

// ---- the channel -------------------------------------------------------------------------------------

const pause = new Int32Array(new SharedArrayBuffer(4));

function send(message) {
  write(stringify(message));
}

/** At once, so that nothing is lost when the code exits or never comes back. */
function write(text) {
  let data = Buffer.from(`${text}\n`);
  while (data.length) {
    try {
      data = data.subarray(writeSync(settings.fd, data));
    } catch (error) {
      if (error.code !== "EAGAIN") process.reallyExit(settings.lost); // the learner's code closed it
      Atomics.wait(pause, 0, 0, 1); // the socket is full: 1 ms
    }
  }
}

function listen(onMessage) {
  const socket = new Socket({ fd: settings.fd, readable: true, writable: true });
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) onMessage(parse(line));
  });
  const leave = () => process.exit(0); // the grader is gone
  socket.on("error", leave).on("end", leave).on("close", leave);
}

const call = { number: 0, underWay: true, crash: null, unawaited: null }; // the one under way, or the last
const { describe, placeOf } = errorsOf(folder, ownFiles);
const { watch, stillPending } = createRecorder(send, call);

// ---- the learner's module ----------------------------------------------------------------------------

const ownSdks = new Set(); // packages @aws-sdk/client-… that the learner installed
const ownSdksWatched = new Set();

/** The SDK that Lambda's runtime brings is found, after what the learner installed. */
function findSdk() {
  const parentURL = pathToFileURL(join(dirname(settings.sdk), "driver.mjs")).href;
  const brought = createRequire(parentURL);
  registerHooks({
    resolve(specifier, context, next) {
      const found = /^@(aws-sdk|smithy|aws)\//.test(specifier) ? findPackage(specifier, context, next) : next(specifier, context);
      if (isOwn(found.url) && !found.url.includes("/node_modules/")) ownFiles.add(fileURLToPath(found.url));
      if (isOwn(found.url) && found.url.includes("/node_modules/@aws-sdk/client-")) ownSdks.add(found.url);
      return found;
    },
  });

  function findPackage(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      try {
        if (!context.conditions.includes("require")) return next(specifier, { ...context, parentURL });
        return { url: pathToFileURL(brought.resolve(specifier)).href, shortCircuit: true };
      } catch {
        throw error; // it names the learner's file
      }
    }
  }
}

const folderUrl = `${pathToFileURL(folder).href}/`;
const isOwn = (url) => url.startsWith(folderUrl);

/** `{ client, TableName }`, which every function gets first. */
function makeTable() {
  const require = createRequire(settings.file);
  const dynamodb = require("@aws-sdk/client-dynamodb");
  watch(dynamodb);
  const client = new dynamodb.DynamoDBClient({
    endpoint: settings.url || undefined,
    region: settings.region,
    credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY, sessionToken: process.env.AWS_SESSION_TOKEN || undefined },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 8000 },
  });
  const { DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");
  return { client: DynamoDBDocumentClient.from(client), TableName: settings.table };
}

async function watchOwnSdks() {
  for (const url of ownSdks) {
    if (ownSdksWatched.has(url)) continue;
    ownSdksWatched.add(url);
    watch(await import(url));
  }
}

/** An export of the module, or of its default export. */
function find(module, name) {
  for (const from of [module, module.default]) {
    if (typeof from?.[name] === "function") return from[name].bind(from);
  }
  return null;
}

function functionNames(module) {
  const exported = Object.entries({ ...module.default, ...module });
  const isFunction = (one) => typeof one === "function" && !/^class\b/.test(Function.prototype.toString.call(one));
  return exported.filter(([name, one]) => name !== "default" && name !== "module.exports" && isFunction(one)).map(([name]) => name);
}

// ---- calls -------------------------------------------------------------------------------------------

async function run(module, table, request) {
  const callee = find(module, request.function);
  if (!callee) return { missing: functionNames(module) };
  await watchOwnSdks();
  const crash = new Promise((_, reject) => (call.crash = reject));
  crash.catch(() => {});
  let answer;
  try {
    const source = String(module[request.function] ?? module.default[request.function]);
    const args = place(source, request.arguments.map(toArgument), request.named);
    const value = await Promise.race([callee(table, ...args), crash]);
    answer = { value: encode(value), not_json: notJson(value) };
  } catch (error) {
    answer = { error: describe(error) };
  }
  call.crash = null;
  const pending = await stillPending();
  await new Promise(setImmediate); // Node.js reports rejections that nobody handles only now
  const { unawaited } = call;
  call.unawaited = null;
  return { ...answer, pending, unawaited };
}

const toArgument = (one) => (one === null ? undefined : decode(one));

/** Named arguments go where the function has parameters of their names, else in one object at the end. */
function place(source, args, named) {
  const names = Object.keys(named);
  const parameters = parameterNames(source).slice(1); // the first is the table
  if (names.every((name) => parameters.includes(name))) {
    for (const name of names) args[parameters.indexOf(name)] = toArgument(named[name]);
    args = Array.from(args);
  } else {
    args.push(Object.fromEntries(names.map((name) => [name, toArgument(named[name])])));
  }
  while (args.length && args.at(-1) === undefined) args.pop();
  return args;
}

/** The names between a function's parentheses; "" for one that is taken apart, as in `{ client, TableName }`. */
function parameterNames(source) {
  const parts = [""];
  let depth = 0;
  for (const sign of source.slice(source.indexOf("(") + 1)) {
    if (depth === 0 && sign === ")") break;
    depth += "([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0;
    if (depth === 0 && sign === ",") parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => /^\s*([\w$]+)\s*(=|$)/.exec(part)?.[1] ?? "");
}

// ---- what nobody caught, and the end -----------------------------------------------------------------

process.on("unhandledRejection", (reason) => (call.unawaited ??= describe(reason)));
process.on("uncaughtException", (error) => {
  if (call.crash) call.crash(error);
  else call.unawaited ??= describe(error);
});
process.on("exit", (code) => {
  if (call.underWay) send({ kind: "exited", call: call.number, code, ...placeOf(new Error("here").stack) });
});

// ------------------------------------------------------------------------------------------------------

async function main() {
  findSdk();
  const table = makeTable();
  send({ kind: "started" });
  let module;
  listen((request) => answer(module, table, request));
  try {
    module = await import(pathToFileURL(settings.file).href);
  } catch (error) {
    send({ kind: "failed", error: describe(error) });
    call.underWay = false;
    process.exit(1);
  }
  call.underWay = false;
  send({ kind: "ready" });
}

async function answer(module, table, request) {
  Object.assign(call, { number: request.call, underWay: true });
  const outcome = await run(module, table, request);
  let line = stringify({ kind: "answer", call: request.call, ...outcome });
  if (line.length > settings.answer) line = stringify({ kind: "answer", call: request.call, too_large: line.length });
  call.underWay = false;
  write(line);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
