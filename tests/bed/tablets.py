"""Pages that may go to the background: tabs that Playwright does not hold awake.

Playwright tells every page of its own that it has the focus, so that it is never hidden, whatever lies in front. These
tabs live in a browser context which Playwright does not know; one in front of another really hides it, and Chromium
throttles it as it would on a tablet.
"""

import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.sync_api import Browser, CDPSession, Error

from bed.namespaces import BedError

POLL_S = 0.02


@dataclass(eq=False)  # no slots: Playwright marks the owner of a listener
class Tablet:
    """One tab, driven by expressions.

    Parameters
    ----------
    browser : Browser
        Of `bed.browser`; several tablets may share one.
    url : str
        What it opens.
    """

    browser: Browser
    url: str
    cdp: CDPSession = field(init=False)
    context: str = field(init=False)
    page: str = field(init=False)
    session: str = field(init=False)
    cover_page: str = field(init=False, default="")
    serial: int = field(init=False, default=0)
    answers: dict[int, dict[str, Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.cdp = self.browser.new_browser_cdp_session()
        self.cdp.on("Target.receivedMessageFromTarget", self.take)
        self.context = self.cdp.send("Target.createBrowserContext")["browserContextId"]
        self.page = self.open(self.url)
        self.session = self.cdp.send("Target.attachToTarget", {"targetId": self.page, "flatten": False})["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # a browser that was killed has taken the tab with it
        with contextlib.suppress(Error):
            self.close()

    def open(self, url: str) -> str:
        """Open one more tab, in front, and return its id."""
        answer = self.cdp.send("Target.createTarget", {"url": url, "browserContextId": self.context})
        return str(answer["targetId"])

    def take(self, event: dict[str, Any]) -> None:
        """Keep an answer of this tab until it is asked for."""
        if event.get("sessionId") == self.session:
            answer = json.loads(event["message"])
            if "id" in answer:
                self.answers[answer["id"]] = answer

    def ask(self, method: str, fields: dict[str, Any], *, limit_s: float = 10.0) -> dict[str, Any]:
        """Send one command of the DevTools protocol to the tab and return its result."""
        self.serial += 1
        message = json.dumps({"id": self.serial, "method": method, "params": fields})
        self.cdp.send("Target.sendMessageToTarget", {"sessionId": self.session, "message": message})
        ends_s = time.monotonic() + limit_s
        while self.serial not in self.answers:
            if time.monotonic() > ends_s:
                raise BedError(f"a page has not answered {method} in {limit_s} s")
            # Playwright takes in events only while it is asked something
            self.cdp.send("Browser.getVersion")
            time.sleep(POLL_S)
        answer = self.answers.pop(self.serial)
        if "error" in answer:
            raise BedError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page says
        """Return the value of an expression in the page, a promise's once it is kept."""
        fields = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        result = self.ask("Runtime.evaluate", fields)
        if "exceptionDetails" in result:
            raise BedError(f"{expression}: {result['exceptionDetails'].get('text')}")
        return result["result"].get("value")

    def wait_for(self, expression: str, *, limit_s: float = 10.0) -> Any:  # noqa: ANN401 - whatever the page says
        """Wait until an expression is true, and return its value; faults on the way (a page not loaded) don't count."""
        ends_s = time.monotonic() + limit_s
        while time.monotonic() < ends_s:
            try:
                value = self.evaluate(expression)
            except BedError:
                value = None
            if value:
                return value
            time.sleep(POLL_S)
        raise BedError(f"{expression} is not true after {limit_s} s")

    def cover(self) -> None:
        """Lay another tab in front: the page is hidden and throttled."""
        if self.cover_page:
            self.cdp.send("Target.activateTarget", {"targetId": self.cover_page})
        else:
            self.cover_page = self.open("about:blank")

    def uncover(self) -> None:
        """Bring the page to the front again."""
        self.cdp.send("Target.activateTarget", {"targetId": self.page})

    def slow_down(self, times: float) -> None:
        """Make the page's processor slower by a factor, as an old tablet's is."""
        self.ask("Emulation.setCPUThrottlingRate", {"rate": times})

    def reload(self) -> None:
        """Load the page anew."""
        self.ask("Page.reload", {})

    def close(self) -> None:
        """Close the tab and all that belongs to it, as a pupil who leaves."""
        self.cdp.send("Target.disposeBrowserContext", {"browserContextId": self.context})
        self.cdp.detach()
