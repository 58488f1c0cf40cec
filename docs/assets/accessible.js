// What WCAG 2.2 AA asks for and the theme does not do, where styles are not enough.

const SCROLLS =
  ".md-typeset__scrollwrap, figure.diagram, .highlight-ipynb, .jp-OutputArea-output, .jp-OutputArea-output > div";
const COPIES = ".md-code__nav:not([aria-label])";

// What scrolls sideways is reached with the Tab key, then scrolled with the arrows.
function reachable(region) {
  if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
  else region.removeAttribute("tabindex");
}

document$.subscribe(() => {
  const article = document.querySelector("article");
  const sizes = new ResizeObserver((changes) => changes.forEach((change) => reachable(change.target)));
  let named = 0;
  const look = () => {
    article.querySelectorAll(SCROLLS).forEach((region) => sizes.observe(region));
    // Each is a landmark, so each has a name of its own.
    article.querySelectorAll(COPIES).forEach((nav) => nav.setAttribute("aria-label", `Code ${(named += 1)}`));
  };
  look();
  // The theme wraps tables, and adds its buttons to code, after the page is there.
  new MutationObserver(look).observe(article, { childList: true, subtree: true });
});
