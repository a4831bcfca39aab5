"""A Chromium to test with: `python -m tests.browser` finds one or installs one; tests never do
without.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALLERS = (
    [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
    [["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]],
    [
        ["sudo", "apt-get", "update"],
        ["sudo", "apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
    ],
)


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium where there is one, else Playwright's own."""
    return playwright.chromium.launch(executable_path=_of_the_system(), args=FLAGS)


def keeping_pages(browser: Browser) -> Browser:
    """Another Chromium as *browser* is, with the back-forward cache that people have: Playwright
    turns it off.

    There `page.go_back` needs `wait_until="commit"`, because a page that is brought back does not
    load.
    """
    switched_off = ["--disable-back-forward-cache"]
    return browser.browser_type.launch(
        executable_path=_of_the_system(), args=FLAGS, ignore_default_args=switched_off
    )


def accessible(page: Page) -> None:
    """Nothing for axe to find."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def _of_the_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _is_there() -> bool:
    if _of_the_system():
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def main() -> int:
    """Install a browser unless there is one; 1 with what to do when that fails."""
    for commands in INSTALLERS:
        if _is_there():
            return 0
        for command in commands:
            if shutil.which(command[0]) is None or subprocess.run(command, check=False).returncode:
                break
    if _is_there():
        return 0
    print(
        "No Chromium could be installed. Install one (for example the package “chromium”) "
        "and run again."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
