// One page after another, as a sighted person, a screen reader and a phone have it.

const SIZES = { phone: { width: 390, height: 844 }, wide: { width: 1280, height: 800 } };
const CHOSEN = "data-chosen";
// The rules about colours are the dear ones: they look at chosen elements.
const BY_COLOUR = [
  { id: "color-contrast", selector: `[${CHOSEN}]` },
  { id: "link-in-text-block", selector: `a[href][${CHOSEN}]` },
];
// Of elements that look alike, how many are measured.
const SAMPLES = 3;
const TO_DARK = "label[for=__palette_1]";

export class Looker {
  static async create(browser, site, axe, size) {
    const context = await browser.newContext({ viewport: SIZES[size], colorScheme: "light" });
    const page = await context.newPage();
    // Making the search's index is dear, and each page would do it; the keyboard's test searches the real one.
    await page.route("**/search_index.json", async (route) => {
      index ??= { ...(await (await route.fetch()).json()), docs: [] };
      await route.fulfill({ json: index });
    });
    return new Looker(page, site, axe);
  }

  constructor(page, site, axe) {
    Object.assign(this, { page, site, axe, seen: [], requests: [], errors: [] });
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && this.errors.push(message.text()));
  }

  // What is amiss with the page at `path`: each list is empty for a good one. dark: null where all was measured before.
  async look(path) {
    this.requests = [];
    this.errors = [];
    await this.page.goto(this.site + path, { waitUntil: "load" });
    await this.page.evaluate(this.axe);
    const { seen, some } = await this.page.evaluate(prepare, { seen: this.seen, most: SAMPLES, mark: CHOSEN });
    this.seen = seen;
    const light = await this.minds({ byColour: BY_COLOUR });
    await this.page.evaluate((toggle) => document.querySelector(toggle)?.click(), TO_DARK);
    const dark = some ? await this.minds({ byColour: BY_COLOUR, only: true }) : null;
    const outside = await this.page.evaluate(sticksOut);
    await this.page.evaluate(() => localStorage.clear()); // the next page begins in the light theme too
    const foreign = this.requests.filter((url) => !url.startsWith(`${this.site}/`) && !/^(data|blob):/.test(url));
    return { light, dark, outside, foreign, errors: this.errors };
  }

  // What axe minds, and in which theme; only: by the rules about colours alone.
  minds(options) {
    return this.page.evaluate(runAxe, options);
  }
}

let index;

async function runAxe({ byColour, only = false }) {
  axe.configure({ rules: byColour });
  const rules = only ? { runOnly: byColour.map(({ id }) => id) } : {};
  const { violations } = await axe.run(document, { ...rules, resultTypes: ["violations"], preload: false });
  const found = violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({
      id,
      impact,
      where: node.target.join(" "),
      what: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    })),
  );
  return { theme: document.body.getAttribute("data-md-color-scheme"), found };
}

// Opens what waits behind a click, and marks the elements with words of their own that look like none on an earlier
// page, by their classes and their ancestors'; of those that look alike, `most`.
function prepare({ seen, most, mark }) {
  const style = document.createElement("style");
  style.textContent = "* { transition: none !important } .tabbed-block { display: block !important }";
  document.head.append(style);
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));

  const plain = new Set(["p", "ul", "ol", "li", "div", "span", "section", "g", "tspan", "tbody", "tr"]);
  const looks = (element) => {
    const own = ["class", "style", "fill"].map((name) => element.getAttribute(name)).filter(Boolean);
    return own.length === 0 && plain.has(element.localName) ? "" : `${[element.localName, ...own].join(".")}>`;
  };
  const known = new Map([[document.body, ""]]);
  const signature = (element) => {
    if (!known.has(element)) known.set(element, signature(element.parentElement) + looks(element));
    return known.get(element);
  };
  const hasWords = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const before = new Set(seen);
  const here = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some(hasWords) || !element.checkVisibility()) continue;
    const key = signature(element);
    here.set(key, (here.get(key) ?? 0) + 1);
    if (!before.has(key) && here.get(key) <= most) element.setAttribute(mark, "");
  }

  // Half of a page's elements only colour code. What of them is not to be measured has no more to say than its text.
  for (const span of document.querySelectorAll(`pre span:not([${mark}], :has([${mark}]))`)) {
    span.replaceWith(...span.childNodes);
  }
  return { seen: [...new Set([...seen, ...here.keys()])], some: document.querySelector(`[${mark}]`) !== null };
}

// What makes the page as a whole scroll sideways, outermost first.
function sticksOut() {
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth <= clientWidth) return [];
  const scrolls = (element) => element !== document.body && getComputedStyle(element).overflowX !== "visible";
  const inside = (element) => element && (scrolls(element) || inside(element.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !inside(element.parentElement))
    .map((element) => element.outerHTML.slice(0, 120));
}
