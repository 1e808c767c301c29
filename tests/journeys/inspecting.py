"""Pages looked at by axe, wide and narrow; what was found is kept until the end."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe().axe_script
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What can come out otherwise on a narrow window, where the same page is only laid out again.
RULES_OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
# 1280 px at 400 % zoom is 320 px too.
WIDTHS = {1280: EVERY_RULE, 320: RULES_OF_LAYOUT}


class Inspection:
    """Looks at pages, and keeps what it found until the end."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.titles: dict[str, str] = {}

    def visit(self, name: str, address: str, status: int = 200) -> None:
        """A page that answers with this status: a refusal in its place may be as accessible, and says nothing about it."""
        answer = self.page.goto(address)
        if answer is None or answer.status != status:
            self.found.append(f"{name}: {address} answers {answer and answer.status} instead of {status}")
        title = self.page.title()
        if title in self.titles:
            self.found.append(f"{name}: the title “{title}” is that of {self.titles[title]} too")
        self.titles[title] = name
        self.look(name)

    def look(self, name: str) -> None:
        """At the page as it stands now, wide and narrow."""
        page = self.page
        # A click returns as soon as the next page has begun to arrive, which may be before its heading has.
        page.wait_for_load_state()
        if (headings := page.locator("h1").count()) != 1:
            self.found.append(f"{name}: {headings} h1")
        if page.locator("html").get_attribute("lang") != "en-GB":
            self.found.append(f"{name}: its language is not said")
        for width, rules in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(LAID_OUT)
            self.measure(f"{name} at {width} px", rules)
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if beyond > 0:
                self.found.append(f"{name} at {width} px: {beyond} px wider than the window, by {page.evaluate(WIDEST)}")

    def measure(self, name: str, rules: list[str]) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
        violations = self.page.evaluate("options => axe.run(options).then((result) => result.violations)", options)
        for violation in violations:
            where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            why = violation["nodes"][0]["failureSummary"].replace("\n", " ")
            self.found.append(f"{name}: {violation['id']}, {len(violation['nodes'])} times: {where}: {why}")


# The menu folds when the window has become narrow, a moment later.
LAID_OUT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDEST = """[...document.querySelectorAll("main *, header *, footer *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll-region"))
  .slice(0, 3).map((each) => `${each.tagName}.${each.className}`).join(" ")"""
