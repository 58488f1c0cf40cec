// Looks at pages of the guide in one browser. Standard input: what to look at, as JSON; standard output: what was seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { keyboard } from "./keyboard.mjs";
import { Looker } from "./look.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(`${asked.packages}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: asked.executable,
  env: { ...process.env, ...asked.environment },
  // Whatever a page asks another host for is noted, and goes nowhere.
  args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
try {
  const pages = {};
  for (const [size, paths] of Object.entries(asked.pages)) {
    const looker = await Looker.create(browser, asked.site, axe, size);
    pages[size] = {};
    for (const path of paths) pages[size][path] = await looker.look(path);
  }
  const hands = await keyboard(browser, asked.site, asked.withTabs);
  process.stdout.write(JSON.stringify({ browser: browser.version(), pages, keyboard: hands }));
} finally {
  await browser.close();
}
