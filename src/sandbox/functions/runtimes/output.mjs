// What the Node.js runtime and the handler's console write to the log, and how errors are told.
//
// Part of the runtime, node.mjs. Source of the forms: AWS's own runtime,
// github.com/aws/aws-lambda-nodejs-runtime-interface-client, src/LogPatch.js and src/Errors.js.

import { writeSync } from "node:fs";
import { format } from "node:util";

export const TASK_ROOT = process.env.LAMBDA_TASK_ROOT;
const SHOWN_ROOT = "/var/task"; // where the code is on AWS: what stack traces show

export const LOG_JSON = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LEAST = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));
const TEXT_FRAME = 0xa55a0003; // the type of a frame, see writeFrame
const JSON_FRAME = 0xa55a0002; // with 4 more for each level from TRACE on

/** The request that is under way; in the init phase there is none. */
export const current = { requestId: undefined };

// ---- frames ------------------------------------------------------------------------------------------

const frameHead = Buffer.alloc(16);

/**
 * Write one log event that may span lines, as a frame: type (4 bytes), length (4), microseconds since
 * 1970 (8), text. It goes to standard output, so that it keeps its place among printed lines.
 */
function writeFrame(type, time, text) {
  const message = Buffer.from(text, "utf8");
  frameHead.writeUInt32BE(type, 0);
  frameHead.writeUInt32BE(message.length, 4);
  frameHead.writeBigInt64BE(BigInt(time) * 1000n, 8);
  let data = Buffer.concat([frameHead, message]);
  while (data.length) {
    try {
      data = data.subarray(writeSync(1, data));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the pipe is full: 1 ms
    }
  }
}

// ---- the console -------------------------------------------------------------------------------------

const logText = (level) => (message, ...rest) => {
  const now = new Date();
  const line = `${now.toISOString()}\t${current.requestId}\t${level}\t${format(message, ...rest)}\n`;
  writeFrame(TEXT_FRAME, now.valueOf(), line);
};

const logJson = (level) => {
  const type = JSON_FRAME + 4 * (LEVELS.indexOf(level) + 1);
  return (message, ...rest) => {
    const now = new Date();
    const head = { timestamp: now.toISOString(), level, requestId: current.requestId };
    writeFrame(type, now.valueOf(), asJson(head, message, rest));
  };
};

/** One value as it is, more than one as text; no newline at the end. */
function asJson(head, message, rest) {
  if (rest.length === 0) {
    try {
      return JSON.stringify({ ...head, message }, (_, value) => (value instanceof Error ? withFields(value) : value));
    } catch {
      return JSON.stringify({ ...head, message: format(message) }); // a circle, or a BigInt
    }
  }
  const error = [message, ...rest].find((one) => one instanceof Error);
  return JSON.stringify({ ...head, message: format(message, ...rest), ...(error && fieldsOf(error)) });
}

const fieldsOf = (error) => ({
  errorType: error instanceof Fault ? error.name.replace("Runtime.", "") : (error.constructor?.name ?? "UnknownError"),
  errorMessage: shown(error.message),
  stackTrace: typeof error.stack === "string" ? shown(error.stack).split("\n") : error.stack,
});

const withFields = (error) => Object.assign(fieldsOf(error), error);

/** Let the console write log events, of the levels that there are to be. FATAL is always one of them. */
export function patchConsole() {
  const logAt = (level) => {
    if (LEVELS.indexOf(level) < LEAST) return () => {};
    return LOG_JSON ? logJson(level) : logText(level);
  };
  console.log = console.info = logAt("INFO");
  console.debug = logAt("DEBUG");
  console.warn = logAt("WARN");
  console.error = logAt("ERROR");
  console.trace = logAt("TRACE");
  console.fatal = logAt("FATAL");
}

// ---- errors ------------------------------------------------------------------------------------------

class Fault extends Error {}

/** What the runtime itself finds wrong; `name` is the errorType that Lambda reports. */
export function fault(name, message, stack) {
  const error = new Fault(message);
  Object.defineProperty(error, "name", { value: name });
  error.stack = stack ?? `${name}: ${message}`;
  return error;
}

const shown = (text) => String(text ?? "").replaceAll(`file://${TASK_ROOT}`, `file://${SHOWN_ROOT}`).replaceAll(TASK_ROOT, SHOWN_ROOT);

/** An error as the Runtime API takes it. */
export function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: shown(error.message),
    trace: error.stack ? shown(error.stack).split("\n") : [],
  };
}

/** An error that nobody caught, as the log shows it: with its own properties, the stack as a list of lines. */
export function logError(title, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (LOG_JSON) {
    console.error(error);
    return;
  }
  const { trace, errorType, errorMessage } = describe(error);
  const fields = { errorType, errorMessage, code: error.code, ...error, stack: trace };
  let text;
  try {
    text = JSON.stringify(fields);
  } catch {
    text = JSON.stringify({ errorType, errorMessage, stack: trace });
  }
  console.error(title, `\t${text}`);
}
