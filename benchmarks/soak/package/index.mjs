// A function whose answers are odd: the header `x-answer` says which. index.py is the same in Python.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const VALUES = JSON.parse(readFileSync(new URL("./values.json", import.meta.url)));

const CODES = {
  raises: () => { throw new Error("x".repeat(1000)); },
  raises_oddly: () => { throw null; },
  no_number: () => NaN,
  endless: () => ({ statusCode: 200, body: Infinity }),
  no_json: () => ({ statusCode: 1n }),
  of_bytes: () => Buffer.from([255, 254]),
  circle: () => { const found = {}; found.self = found; return found; },
  nothing: () => undefined,
  deep: () => JSON.parse("[".repeat(5000) + "]".repeat(5000)),
  half_a_character: () => ({ statusCode: 200, headers: { "x-half": "\ud800" }, body: "\ud800" }),
  odd_keys: () => ({ statusCode: 200, "\0": 3, __proto__: { a: 1 } }),
  prints: () => { process.stdout.write(Buffer.alloc(3000, 255)); console.error("\0\n\n"); return "x"; },
  long_line: () => { console.log("x".repeat(300000)); return "x"; },
  five_megabytes: () => ({ statusCode: 200, body: "x".repeat(5000000) }),
  seven_megabytes: () => ({ statusCode: 200, body: "x".repeat(7000000) }),
  ends: () => process.exit(0),
  ends_badly: () => process.kill(process.pid, "SIGKILL"),
  exits: () => { process.exitCode = 3; process.exit(); },
  too_late: () => new Promise(() => setTimeout(() => {}, 30000)),
  leaves_a_process: () => {
    spawn("sleep", ["300"], { detached: true, stdio: "ignore" }).unref();
    return "x";
  },
};

export const handler = async (event) => {
  const headers = Object.entries(event?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const which = String(Object.fromEntries(headers)["x-answer"] ?? "fine-0").split(",")[0];
  return Object.hasOwn(VALUES, which) ? VALUES[which] : CODES[which]?.();
};
