// The Node.js runtime: takes events from the Runtime API and gives them to the handler.
//
// Started inside an execution environment; what it needs to know is in the environment variables that
// Lambda documents. It speaks the public Runtime API only (Lambda Developer Guide, "Using the Lambda
// runtime API"), over one socket, because node:http costs more per request than all the rest.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { basename, join, resolve as resolvePath } from "node:path";
import { pathToFileURL } from "node:url";
import { current, describe, fault, LOG_JSON, logError, patchConsole, TASK_ROOT } from "./output.mjs";

const RUNTIME = "/2018-06-01/runtime";
// Callbacks follow the *declared* runtime: nodejs24.x has removed them.
const DECLARED = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 24);
const CALLBACKS = DECLARED < 24;

const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later. " +
  "For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

current.requestId = CALLBACKS ? undefined : "-";
const api = createRuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);

// ---- the Runtime API ---------------------------------------------------------------------------------

function createRuntimeApi(address) {
  const slash = address.indexOf("/");
  const host = slash < 0 ? address : address.slice(0, slash);
  const prefix = (slash < 0 ? "" : address.slice(slash)) + RUNTIME;
  const [name, port = "80"] = host.split(":");
  const socket = connect({ host: name, port: Number(port), noDelay: true });
  const waiting = []; // one callback an unanswered message
  let received = Buffer.alloc(0);

  socket.on("data", (chunk) => {
    received = received.length ? Buffer.concat([received, chunk]) : chunk;
    for (let answer = takeAnswer(); answer; answer = takeAnswer()) waiting.shift()(answer);
  });
  // The Lambda service is gone, and with it the reason to exist.
  socket.on("error", () => process.exit(0));
  socket.on("close", () => process.exit(0));

  function takeAnswer() {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return null;
    const headers = {};
    for (const line of received.toString("latin1", 0, end).split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const stop = end + 4 + Number(headers["content-length"] ?? 0);
    if (received.length < stop) return null;
    const body = received.toString("utf8", end + 4, stop);
    received = received.subarray(stop);
    return { headers, body };
  }

  function send(method, path, body) {
    let head = `${method} ${prefix}${path} HTTP/1.1\r\nHost: ${host}\r\n`;
    if (body !== undefined) {
      head += `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    }
    const answer = new Promise((done) => waiting.push(done));
    socket.write(`${head}\r\n${body ?? ""}`);
    return answer;
  }

  return {
    post: (path, body) => send("POST", path, body),
    next: () => send("GET", "/invocation/next"),
    /** What `write` sends travels in one packet. */
    together(write) {
      socket.cork();
      const answer = write();
      socket.uncork();
      return answer;
    },
    /** Whether an open connection alone keeps the process alive: only between invocations. */
    keepAlive: (on) => (on ? socket.ref() : socket.unref()),
  };
}

// ---- errors ------------------------------------------------------------------------------------------

/** Something nobody caught: it is the answer to the invocation under way, and ends the environment. */
function onUncaught(title, exitCode, toError) {
  return (thrown) => {
    const error = toError(thrown);
    logError(title, error);
    const inInit = current.requestId === undefined || current.requestId === "-";
    const path = inInit ? "/init/error" : `/invocation/${current.requestId}/error`;
    api.keepAlive(true);
    api.post(path, JSON.stringify(describe(error))).then(() => process.exit(exitCode));
  };
}

function unhandledRejection(reason) {
  const error = fault("Runtime.UnhandledPromiseRejection", reason?.message ? `${reason.name ?? "Error"}: ${reason.message}` : String(reason));
  error.reason = LOG_JSON ? reason : describe(reason);
  error.promise = {};
  error.stack = [`${error.name}: ${error.message}`, ...error.reason.trace.slice(1)].join("\n");
  return error;
}

// ---- the handler's code ------------------------------------------------------------------------------

/** Load `folder/module.export.path`. Rejects with a fault, or with what the module itself throws. */
async function loadHandler(name) {
  if (name.includes("..")) {
    const advice = "Use absolute paths when specifying root directories in handler names.";
    throw fault("Runtime.MalformedHandlerName", `'${name}' is not a valid handler name. ${advice}`);
  }
  const file = basename(name);
  const match = /^([^.]*)\.(.*)$/.exec(file);
  if (!match) throw fault("Runtime.MalformedHandlerName", "Bad handler");
  const folder = name.slice(0, name.length - file.length).replace(/\/$/, "");
  const module = await loadModule(folder, match[1]);
  const find = (from) => match[2].split(".").reduce((at, key) => (at && typeof at === "object" ? at[key] : undefined), from);
  const handler = find(module) ?? find(module?.default);
  if (!handler) throw fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw fault("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

async function loadModule(folder, name) {
  const path = resolvePath(TASK_ROOT, folder, name);
  try {
    const found = ["", ".js", ".mjs", ".cjs"].map((end) => path + end).find((candidate) => existsSync(candidate));
    if (found) return await import(pathToFileURL(found));
    const require = createRequire(join(TASK_ROOT, folder, "."));
    return require(require.resolve(name, { paths: [TASK_ROOT, join(TASK_ROOT, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", String(error), error.stack);
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      // As Lambda words it, without the class name's code: "Error: Cannot find package 'x' …".
      throw fault("Runtime.ImportModuleError", `Error: ${error.message}`, error.stack);
    }
    throw error;
  }
}

// ---- the invoke phase --------------------------------------------------------------------------------

/** The second argument of a handler: Lambda Developer Guide, "Using the Lambda context object". */
function createContext(headers) {
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed("lambda-runtime-client-context"),
    identity: parsed("lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Run a handler of a runtime before nodejs24.x, which may answer by callback or by context.done(). */
function runWithCallback(handler, event, context) {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (error, result) => {
      if (settled) return;
      settled = true;
      const finish = () => {
        process.removeListener("beforeExit", finish);
        api.keepAlive(true);
        error === null || error === undefined ? resolve(result) : reject(error);
      };
      if (context.callbackWaitsForEmptyEventLoop) process.on("beforeExit", finish);
      else finish();
    };
    process.once("beforeExit", () => {
      context.callbackWaitsForEmptyEventLoop = false;
      settle(null, null); // no answer and nothing left to do: null
    });
    context.succeed = (result) => { context.callbackWaitsForEmptyEventLoop = false; settle(null, result); };
    context.fail = (error) => { context.callbackWaitsForEmptyEventLoop = false; settle(error ?? "handled"); };
    context.done = (error, result) => (error ? context.fail(error) : context.succeed(result));
    const returned = handler(event, context, settle);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

function serialise(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "null";
  } catch {
    throw fault("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}

async function invoke(handler, { headers, body }) {
  current.requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
  // From here on only the handler's own work keeps the process alive, as on Lambda.
  api.keepAlive(false);
  try {
    const event = JSON.parse(body);
    const context = createContext(headers);
    const result = CALLBACKS ? await runWithCallback(handler, event, context) : await handler(event, context);
    return ["response", serialise(result)];
  } catch (error) {
    logError("Invoke Error", error);
    return ["error", JSON.stringify(describe(error))];
  } finally {
    process.removeAllListeners("beforeExit");
    api.keepAlive(true);
  }
}

async function main() {
  patchConsole();
  process.on("uncaughtException", onUncaught("Uncaught Exception", 129, (error) => error));
  process.on("unhandledRejection", onUncaught("Unhandled Promise Rejection", 128, unhandledRejection));
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER);
    if (!CALLBACKS && handler.length >= 3) throw fault("Runtime.CallbackHandlerDeprecated", NO_CALLBACKS);
  } catch (error) {
    logError("Init Error", error);
    await api.post("/init/error", JSON.stringify(describe(error)));
    process.exit(1);
  }
  let event = await api.next();
  for (;;) {
    const [kind, body] = await invoke(handler, event);
    // The result and the request for the next event travel together; the answers come in order.
    event = await api.together(() => {
      api.post(`/invocation/${current.requestId}/${kind}`, body);
      return api.next();
    });
  }
}

main();
