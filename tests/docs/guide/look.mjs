// One page after another, as a sighted person, a screen reader and a phone have it.

const SIZES = { phone: { width: 390, height: 844 }, wide: { width: 1280, height: 800 } };
const BY_COLOUR = ["color-contrast", "link-in-text-block"];
const OTHER_RULES = Object.fromEntries(BY_COLOUR.map((id) => [id, { enabled: false }]));
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

  // What is amiss with the page at `path`: each list is empty for a good one.
  async look(path) {
    this.requests = [];
    this.errors = [];
    await this.page.goto(this.site + path, { waitUntil: "load" });
    await this.page.evaluate(this.axe);
    const unseen = await this.page.evaluate(prepare, { seen: this.seen, most: SAMPLES });
    this.seen = unseen.seen;
    const colours = unseen.some ? await this.colours() : {};
    await this.page.evaluate(forget);
    const other = await this.violations({ rules: OTHER_RULES });
    const outside = await this.page.evaluate(sticksOut);
    const foreign = this.requests.filter((url) => !url.startsWith(`${this.site}/`) && !/^(data|blob):/.test(url));
    return { colours, other, outside, foreign, errors: this.errors };
  }

  // What is amiss in each theme, with the chosen elements.
  async colours() {
    const found = {};
    for (const toggle of ["", TO_DARK]) {
      const scheme = await this.page.evaluate(theme, toggle);
      found[scheme] = await this.violations({ runOnly: BY_COLOUR, chosen: true });
    }
    return found;
  }

  violations(options) {
    return this.page.evaluate(runAxe, options);
  }
}

let index;

async function runAxe({ chosen = false, ...options }) {
  const context = chosen ? window.chosen : document;
  const { violations } = await axe.run(context, { ...options, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({
      id,
      impact,
      where: node.target.join(" "),
      what: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    })),
  );
}

// Opens what waits behind a click, and chooses the elements with words of their own that look like none on an earlier
// page, by their classes and their ancestors'; of those that look alike, `most`.
function prepare({ seen, most }) {
  const style = document.createElement("style");
  style.textContent = "* { transition: none !important } .tabbed-block { display: block !important }";
  document.head.append(style);
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const plain = new Set(["p", "ul", "ol", "li", "div", "span", "section", "g", "tspan", "tbody", "tr"]);
  const looks = (element) => {
    const own = ["class", "style", "fill"].map((name) => element.getAttribute(name)).filter(Boolean);
    return own.length === 0 && plain.has(element.localName) ? "" : `${[element.localName, ...own].join(".")}>`;
  };
  const signature = (element) =>
    element === document.body ? "" : signature(element.parentElement) + looks(element);
  const hasWords = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const here = {};
  window.chosen = [...document.body.querySelectorAll("*")].filter((element) => {
    if (![...element.childNodes].some(hasWords) || !element.checkVisibility()) return false;
    const key = signature(element);
    here[key] = (here[key] ?? 0) + 1;
    return !seen.includes(key) && here[key] <= most;
  });
  return { seen: [...new Set([...seen, ...Object.keys(here)])], some: window.chosen.length > 0 };
}

// Clicks what changes the theme, if it is named; the theme that is shown then.
function theme(toggle) {
  if (toggle) document.querySelector(toggle)?.click();
  return document.body.getAttribute("data-md-color-scheme");
}

// The colours are measured: the theme's choice goes, for the next page, and so do the many elements that colour code.
function forget() {
  localStorage.clear();
  for (const block of document.querySelectorAll("pre > code, .highlight-ipynb > pre")) {
    block.textContent = block.textContent;
  }
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
