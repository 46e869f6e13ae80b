"""Chromium inside a namespace: real pages behind the medium, driven by Playwright from outside.

Playwright talks to the browser over pipes, which survive ``ip netns exec``; so a small program that changes the
namespace stands in for the browser. Several pages, or contexts for several tablets, may share one browser.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

from bed.namespaces import Namespace

FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--no-first-run",
    "--process-per-site",
    "--js-flags=--max-old-space-size=96",
)
"""A container's root has no sandbox and little shared memory; nothing may call home."""

KEEPS_AWAKE = (
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
"""What Playwright adds of its own accord, and a tablet has not: pass it as `ignore_default_args`."""


def chromium_program() -> str | None:
    """Return the path of the system's Chromium, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def write_program(space: Namespace, folder: Path) -> Path:
    """Write the program that runs Chromium in a namespace; for Playwright's `executable_path`, of either API."""
    program = folder / f"chromium-{space.name}"
    program.write_text(f'#!/bin/sh\nexec ip netns exec {space.name} {chromium_program()} "$@"\n', encoding="ascii")
    program.chmod(0o755)
    return program


@contextlib.contextmanager
def chromium(playwright: Playwright, space: Namespace, folder: Path) -> Iterator[Browser]:
    """Open a browser in a namespace; pages in the background are throttled as a tablet's are."""
    browser = playwright.chromium.launch(
        executable_path=write_program(space, folder),
        args=list(FLAGS),
        ignore_default_args=list(KEEPS_AWAKE),
        timeout=30_000,
    )
    try:
        yield browser
    finally:
        # a test may have killed the browser: that is what it tests
        with contextlib.suppress(Error):
            browser.close()


@contextlib.contextmanager
def browsers(playwright: Playwright, spaces: Sequence[Namespace], folder: Path) -> Iterator[list[Browser]]:
    """Open one browser in each namespace."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(chromium(playwright, space, folder)) for space in spaces]
