"""People in front of Chromium: their windows, their languages, and what went wrong there."""

import shutil
from typing import Any

from django.conf import settings
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page

from cnscd_portal.demo.accounts import PASSWORD
from cnscd_portal.machine import CHROMIUM_NAMES

OFFICE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

# The policy's own report names the directive; the console says only that something was refused.
WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`));
"""


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def text(message: str, language: str = "vi", **values: object) -> str:
    """What the portal writes for a source text."""
    with translation.override(language):
        return translation.gettext(message) % values


class Seats:
    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def take(
        self,
        username: str,
        language: str = "vi",
        *,
        viewport: dict[str, int] = OFFICE,
        **options: Any,
    ) -> Page:
        """A page on which somebody has signed in."""
        page = self.open(language, viewport=viewport, **options)
        sign_in(page, username, language)
        return page

    def open(
        self, language: str = "vi", *, viewport: dict[str, int] = OFFICE, **options: Any
    ) -> Page:
        """A page on which nobody has signed in, unless the options bring a session."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=viewport,
            locale=language,
            has_touch=viewport is PHONE,
            is_mobile=viewport is PHONE,
            reduced_motion="reduce",
            **options,
        )
        self.speak(context, language)
        context.set_default_timeout(15_000)
        context.add_init_script(WATCH)
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.contexts.append(context)
        return context.new_page()

    def speak(self, context: BrowserContext, language: str) -> None:
        """What the switch in the header leaves behind."""
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.address}
        context.add_cookies([cookie])

    def _hear(self, kind: str, said: str) -> None:
        # An answer of 404 or 422 is said to be an error; the tests look at the page instead.
        if kind in {"error", "warning"} and not said.startswith("Failed to load resource"):
            self.complaints.append(said)

    def clear(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.complaints, self.complaints


def sign_in(page: Page, username: str, language: str = "vi") -> None:
    page.goto("/sign-in/")
    page.get_by_label(text("User name", language)).fill(username)
    page.get_by_label(text("Password", language)).fill(PASSWORD)
    page.get_by_role("button", name=text("Sign in", language)).click()
    page.wait_for_url("**/")
