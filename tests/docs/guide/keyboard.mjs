// What a person without a mouse does on the guide: skips to the text, searches, changes the tab of a code block.

const SKIP = "a.md-skip";
const FIELD = "input.md-search__input";
const RESULT = ".md-search-result__item a";
const TAB = ".tabbed-set > input";
const MOST_STOPS = 400;

export async function keyboard(browser, site, withTabs) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(site + withTabs, { waitUntil: "load" });
  return { skip: await skips(page), stops: await walk(page), tab: await changesTab(page), search: await search(page) };
}

// The first stop is the skip link: it shows itself, and Enter brings the text to the top.
async function skips(page) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  const link = page.locator(SKIP);
  const shown = await link.evaluate((element) => {
    const { top, width, height } = element.getBoundingClientRect();
    return Number(getComputedStyle(element).opacity) > 0 && top >= 0 && width > 0 && height > 0;
  });
  await page.keyboard.press("Enter");
  const goal = await page.evaluate(() => decodeURIComponent(location.hash.slice(1)));
  return { first, shown, goal, there: await page.evaluate((id) => Boolean(document.getElementById(id)), goal) };
}

// Every stop of the Tab key, and whether it shows that it has the focus.
async function walk(page) {
  await page.reload({ waitUntil: "load" });
  await page.addStyleTag({ content: "* { transition: none !important }" });
  const all = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(stopHere);
    if (!found) break;
    all.push(found);
  }
  return all;
}

function stopHere() {
  const element = document.activeElement;
  if (element === document.body || window.firstStop === element) return null;
  window.firstStop ??= element;
  // The radio button of a theme or of a tab is invisible: its label shows the focus.
  const tabs = element.closest(".tabbed-set");
  const nth = tabs && [...tabs.querySelectorAll(":scope > input")].indexOf(element);
  const label = nth === null || nth < 0 ? element.nextElementSibling : tabs.querySelectorAll(".tabbed-labels > label")[nth];
  const shows = element.type === "radio" ? label : element;
  const looks = () => {
    const style = getComputedStyle(shows);
    return [style.outlineStyle, style.outlineColor, style.color, style.backgroundColor, style.boxShadow].join();
  };
  const focused = looks();
  element.blur();
  const shown = element.type === "text" || looks() !== focused; // a text field has a caret
  element.focus();
  return { what: [element.localName, element.id, element.className].join(" "), shown };
}

async function changesTab(page) {
  const tab = page.locator(TAB).first();
  await tab.focus();
  await page.keyboard.press("ArrowRight");
  return page.evaluate(() => {
    const tabs = document.querySelector(".tabbed-set");
    const blocks = [...tabs.querySelectorAll(":scope > .tabbed-content > .tabbed-block")];
    return blocks.map((block) => getComputedStyle(block).display !== "none");
  });
}

async function search(page) {
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  const focused = await page.locator(FIELD).evaluate((field) => field === document.activeElement);
  await page.keyboard.type("partition key");
  await page.locator(RESULT).first().waitFor();
  const results = await page.locator(RESULT).count();
  const before = await page.evaluate(() => location.pathname);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== before);
  return { focused, results, from: before, to: new URL(page.url()).pathname, heading: await page.locator("h1").innerText() };
}
