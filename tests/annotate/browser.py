"""Drive headless Chromium through chromedriver, by the few commands that the tests need.

Source: WebDriver (W3C), sections 8, 11, 13, 15 and 17.
"""

import base64
import json
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import bound

PROGRAMS = ("chromium", "chromedriver")
SECONDS = 20  # that anything may take
ENTER, ESCAPE, RIGHT, TAB = "\ue007", "\ue00c", "\ue014", "\ue004"


def missing() -> list[str]:
    """Name the programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


class Browser:
    """One browser with its windows."""

    def __init__(self, address: str, *, dark: bool = False) -> None:
        self._session = address
        options = ["--headless=new", "--window-size=1100,1250", "--hide-scrollbars"]
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        options += ["--force-dark-mode"] if dark else []
        made = self._do(
            "POST",
            "/session",
            capabilities={
                "alwaysMatch": {
                    "browserName": "chrome",
                    "goog:chromeOptions": {"args": options, "binary": shutil.which("chromium")},
                    "goog:loggingPrefs": {"browser": "ALL"},
                    "unhandledPromptBehavior": "accept",
                }
            },
        )
        self._session = f"{address}/session/{made['sessionId']}"

    def _do(self, method: str, path: str, **sent: Any) -> Any:
        body = json.dumps(sent).encode() if method == "POST" else None
        address, kind = self._session + path, {"Content-Type": "application/json"}
        # The address is chromedriver's own.
        request = urllib.request.Request(address, body, kind, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{path} {sent}: {error.read().decode()}") from error

    def open(self, page: str) -> None:
        """Load a page in the window."""
        self._do("POST", "/url", url=page)

    def new_window(self) -> str:
        """Open another window and go there; its handle."""
        handle: str = self._do("POST", "/window/new", type="tab")["handle"]
        self.go_to(handle)
        return handle

    def window(self) -> str:
        """Handle of the window that is in front."""
        found: str = self._do("GET", "/window")
        return found

    def go_to(self, handle: str) -> None:
        """Bring a window to the front."""
        self._do("POST", "/window", handle=handle)

    def run(self, script: str) -> Any:
        """Run JavaScript; what it returns."""
        return self._do("POST", "/execute/sync", script=script, args=[])

    def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._do("POST", "/actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def click(self, css: str) -> None:
        """Click on the first element that the selector finds."""
        element = self._do("POST", "/element", using="css selector", value=css)
        self._do("POST", f"/element/{next(iter(element.values()))}/click")

    def text(self, css: str) -> str:
        """Words shown in the first element that the selector finds; none where it is hidden."""
        found: str = self.run(
            f"const at = document.querySelector({json.dumps(css)});"
            "return at.checkVisibility() ? at.innerText : ''"
        )
        return " ".join(found.split())

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"Expected {what} within {SECONDS} seconds")
            time.sleep(0.03)

    def complaints(self) -> list[str]:
        """What the browser wrote into its console."""
        return [line["message"] for line in self._do("POST", "/se/log", type="browser")]

    def screenshot(self, file: Path) -> None:
        """Write what is shown as PNG."""
        file.write_bytes(base64.b64decode(self._do("GET", "/screenshot")))

    def close(self) -> None:
        """Close all windows."""
        self._do("DELETE", "")


@contextmanager
def driver(folder: Path) -> Iterator[str]:
    """Run chromedriver; its address.

    Args:
        folder: for its log.
    """
    log = folder / "chromedriver.log"
    with (
        log.open("w") as stream,
        bound.start("chromedriver", "--port=0", stdout=stream, stderr=stream) as process,
    ):
        try:
            end = time.monotonic() + SECONDS
            while not (port := re.search(r"started successfully on port (\d+)", log.read_text())):
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"chromedriver does not start: {log.read_text()}")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            process.terminate()
