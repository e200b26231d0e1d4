"""People at their browsers: what they do, what their pages do wrong, how these look."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Response

__all__ = ["OUTLINE", "PASSWORD", "Reader", "drop"]

#: Whether somebody wants to look: a picture costs more than everything that is checked on a page.
PICTURES = bool(os.environ.get("HOSO_PICTURES"))
#: Of every account of the demo.
PASSWORD = "ho-so-mau-2026"

_WATCH = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.cspViolations.push(`${event.violatedDirective}: ${event.blockedURI}`);
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`);
});
"""

_DROP = """
([zone, files]) => {
  const carried = new DataTransfer();
  for (const { name, type, body } of files) {
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type }));
  }
  const told = { bubbles: true, cancelable: true, dataTransfer: carried };
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(zone).dispatchEvent(new DragEvent(kind, told));
  }
}
"""

#: What sticks out of a page, is cut off, or is set too tight for Vietnamese letters.
OUTLINE = """
() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  const path = (e) => {
    const parts = [];
    for (let at = e; at && at !== document.body && parts.length < 4; at = at.parentElement) {
      parts.unshift(at.tagName.toLowerCase() + (at.id ? `#${at.id}` : at.className?.baseVal === undefined && at.className ? `.${[...at.classList].join(".")}` : ""));
    }
    return parts.join(" > ");
  };
  if (document.documentElement.scrollWidth > width) {
    wrong.push(`page scrolls sideways: ${document.documentElement.scrollWidth} > ${width}`);
  }
  const scrolls = (e) => {
    for (let at = e.parentElement; at; at = at.parentElement) {
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    // Set aside for the eyes: skip links and words for screen readers.
    if (!box.width || !box.height || style.clipPath !== "none" || style.visibility === "hidden") continue;
    if (e.closest(".skip, .aside-text, svg, [hidden]")) continue;
    if (e.parentElement.closest("*") && getComputedStyle(e.parentElement).clipPath !== "none") continue;
    if ((box.right > width + 1 || box.left < -1) && !scrolls(e)) {
      wrong.push(`sticks out: ${path(e)} (${Math.round(box.left)} to ${Math.round(box.right)})`);
    }
    const rolls = ["auto", "scroll"].includes(style.overflowX);
    if (rolls && width > 1200 && e.scrollWidth > e.clientWidth + 1) {
      wrong.push(`must be rolled sideways: ${path(e)} (${e.scrollWidth} in ${e.clientWidth})`);
    }
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && /\\p{L}/u.test(n.data));
    if (!words) continue;
    const line = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    // "normal" is the font's own and never cuts its marks.
    if (line < 1.44) wrong.push(`lines too tight: ${path(e)} (${line.toFixed(2)})`);
    if (style.overflowY === "hidden" && e.scrollHeight > e.clientHeight + 1) {
      wrong.push(`cut off below: ${path(e)}`);
    }
    if (style.display !== "inline" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth
        && !rolls) {
      wrong.push(`words stick out: ${path(e)} (${e.scrollWidth} in ${e.clientWidth})`);
    }
  }
  return [...new Set(wrong)];
}
"""


class Reader:
    """One person with one browser window; remembers what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str, screenshots: Path) -> None:
        self.context = context
        self.url = url
        self.faults: list[str] = []
        self._screenshots = screenshots
        context.add_init_script(_WATCH)
        self.page = context.new_page()
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, kind: str, text: str) -> None:
        # Refusals (4xx) are answers; Chromium logs them as errors of the network.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.faults.append(f"console: {text}")

    def _answered(self, answer: Response) -> None:
        part = answer.request.resource_type not in {"document", "fetch"}
        if answer.status >= (400 if part else 500):
            self.faults.append(f"{answer.status} for {answer.url}")

    def go(self, address: str) -> int:
        """Open an address; return the status of the answer."""
        answer = self.page.goto(self.url + address)
        assert answer is not None
        return answer.status

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Sign in by the form."""
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.click("button.main")

    def press(self, button: str) -> None:
        """Press the button with these words in the page's content."""
        self.page.locator("main").get_by_role("button", name=button, exact=True).click()

    def texts(self, selector: str) -> list[str]:
        """Return what stands there, spaces tidied."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def facts(self, section: str) -> dict[str, str]:
        """Return the labels and values of a list of facts."""
        labels = self.texts(f"{section} dl.facts > dt")
        return dict(zip(labels, self.texts(f"{section} dl.facts > dd"), strict=True))

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page as ``build/screenshots/NAME.png``, where asked for."""
        if PICTURES:
            self._screenshots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self._screenshots / f"{name}.png", full_page=True)


def drop(page: Page, files: Sequence[Path], zone: str = ".drop") -> None:
    """Let go of files over a zone, as the mouse does."""
    from base64 import b64encode

    carried = [
        {"name": f.name, "type": "application/pdf", "body": b64encode(f.read_bytes()).decode()}
        for f in files
    ]
    page.evaluate(_DROP, [zone, carried])
