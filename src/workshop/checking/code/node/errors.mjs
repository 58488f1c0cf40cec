// What the grader is told of an error: its kind, and the innermost place in the learner's own files.

import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";

const MOST_TEXT = 8000;
const HERE = new URL(".", import.meta.url).href; // this driver's own frames are of no use to the learner

/** `describe` and `placeOf` for the learner's folder; ownFiles: those of it that were imported. */
export function errorsOf(folder, ownFiles) {
  const folderUrl = `${pathToFileURL(folder).href}/`;

  function describe(error) {
    if (!types.isNativeError(error) && !(error instanceof Error)) {
      return { kind: typeof error, message: text(error), file: null, line: null, traceback: "", code: null };
    }
    const stack = typeof error.stack === "string" ? error.stack : "";
    const place = placeOf(stack) ?? (error instanceof SyntaxError ? placeOfSyntaxError() : null);
    return {
      kind: kindOf(error),
      message: text(error.message),
      file: place?.file ?? null,
      line: place?.line ?? null,
      traceback: shown(stack),
      code: error.$metadata ? text(error.name) : null,
    };
}

  /** The name of its class; of one the SDK has no class for, and of a plain Error, the name it gives itself; of Node.js's, the code. */
  function kindOf(error) {
    const name = error?.constructor?.name;
    if (name && name !== "Error" && !name.endsWith("ServiceException")) return name;
    return /^(ERR_|MODULE_NOT_FOUND)/.test(error.code) ? error.code : text(error.name);
}

  const shown = (stack) =>
    stack.split("\n").filter(isOfUse).join("\n").replaceAll(folderUrl, "").replaceAll(`${folder}/`, "").slice(0, MOST_TEXT);

  const isOfUse = (line) => !line.includes("(node:") && !line.includes("at node:") && !line.includes(HERE);

  function text(value) {
    try {
      return String(value).slice(0, MOST_TEXT);
    } catch (error) {
      return `(its toString throws ${kindOf(error)})`;
    }
  }

  /** The innermost place in the learner's own files. */
  function placeOf(stack) {
    for (const line of stack.split("\n")) {
      for (const root of [folderUrl, `${folder}/`]) {
        const at = line.indexOf(root);
        const match = at < 0 ? null : /^(.+?):(\d+)/.exec(line.slice(at + root.length));
        if (match && !match[1].includes("node_modules/")) return { file: decodeURI(match[1]), line: Number(match[2]) };
      }
    }
    return null;
}

  /** Node.js does not say where, unless asked to check the file. */
  function placeOfSyntaxError() {
    for (const file of ownFiles) {
      const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" });
      const place = placeOf(stderr);
      if (place) return place;
    }
    return null;
}

  return { describe, placeOf };
}
