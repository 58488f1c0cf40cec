// Values on their way between the grader and the learner's process: JSON, with the types it lacks tagged.
// The other half is values.py, which says what is what.

const MOST_LEVELS = 100; // how deep a value may nest
const MOST_TEXT = 200;
const tag = (type, value) => ({ $: type, v: value });

/**
 * `value` as JSON.stringify takes it. A property that is undefined is as good as absent. What has no place
 * in the encoding becomes opaque: type and text.
 */
export function encode(value, levels = MOST_LEVELS) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : tag("float", String(value));
  if (typeof value === "undefined") return tag("undefined");
  if (typeof value === "bigint") return tag("int", `${value < 0n ? "-" : ""}0x${(value < 0n ? -value : value).toString(16)}`);
  if (typeof value !== "object" || value instanceof Promise) return opaque(value);
  if (levels === 0) return opaque(value, `more than ${MOST_LEVELS} levels deep`);
  const inner = (one) => encode(one, levels - 1);
  if (Array.isArray(value)) return Array.from(value, inner);
  if (value instanceof Set) return tag("set", Array.from(value, inner));
  if (value instanceof Map) return tag("map", Array.from(value, ([key, one]) => [inner(key), inner(one)]));
  if (value instanceof Date) return Number.isNaN(value.valueOf()) ? opaque(value) : tag("datetime", value.toISOString());
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return tag("bytes", bytesOf(value).toString("base64"));
  const entries = Object.entries(value).filter(([, one]) => one !== undefined).map(([key, one]) => [key, inner(one)]);
  return Object.hasOwn(value, "$") ? tag("map", entries) : Object.fromEntries(entries);
}

const bytesOf = (value) =>
  value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

function opaque(value, text) {
  const type = typeof value === "object" ? (value.constructor?.name ?? "Object") : typeof value;
  return tag("opaque", [type, text ?? String(value).slice(0, MOST_TEXT)]);
}

/** What `encode`, here or in Python, was given. A Decimal becomes a number: JavaScript has no other. */
export function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if (!("$" in value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decode(one)]));
  const held = value.v;
  switch (value.$) {
    case "int": return held.startsWith("-") ? -BigInt(held.slice(1)) : BigInt(held);
    case "float": return Number(held.replace("inf", "Infinity"));
    case "decimal": return Number(held);
    case "bytes": return new Uint8Array(Buffer.from(held, "base64"));
    case "datetime":
    case "date": return new Date(held);
    case "tuple": return held.map(decode);
    case "set": return new Set(held.map(decode));
    case "map": return new Map(held.map(([key, one]) => [decode(key), decode(one)]));
    case "time": return held;
    case "opaque": return held[1];
    default: return undefined;
  }
}

/** The first value in `value` that JSON.stringify refuses or loses, in words; null if there is none. */
export function notJson(value, path = "answer", levels = MOST_LEVELS) {
  if (value === null || ["boolean", "string"].includes(typeof value)) return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : `${path} is ${value}`;
  if (typeof value === "undefined") return path.endsWith("]") ? `${path} is undefined` : null;
  if (typeof value !== "object") return `${path} is a ${typeof value === "bigint" ? "BigInt" : typeof value}`;
  if (levels === 0) return `${path} is more than ${MOST_LEVELS} levels deep`;
  if (value instanceof Date) return null;
  for (const type of [Set, Map, Promise, ArrayBuffer, Uint8Array]) {
    if (value instanceof type) return `${path} is ${value instanceof ArrayBuffer ? "an" : "a"} ${value.constructor.name}`;
  }
  for (const [key, one] of Object.entries(value)) {
    const found = notJson(one, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, levels - 1);
    if (found) return found;
  }
  return null;
}
