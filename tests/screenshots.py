"""Takes the pictures of the documents anew from a running demonstration: ``python -m tests.screenshots [address]``.

The CMS is shown where ``VILLAGE_DEMO_PASSWORD`` says the password that the demonstration was started with.
"""

import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.run import chromium

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZES = {"": (1280, 800), "-narrow": (320, 640)}
PAGES = {
    "home": "/",
    "directory": "/directory/?q=ai&stage=solution-development",
    "organisation": "/directory/npic/",
    "support": "/support/?stage=solution-development&need=data-and-ai",
    "cohort": "/cohorts/care-closer-to-home/",
    "event": "/events/what-a-pathologist-needs/",
    "booking": "/events/what-a-pathologist-needs/book/",
    "story": "/stories/glass-slides-to-shared-pixels/",
}
EDITED = "pathology"


def main(address: str = "http://127.0.0.1:8000") -> None:
    address = address.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for suffix, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            for name, path in PAGES.items():
                page.goto(address + path, wait_until="load")
                picture(page, f"{name}{suffix}")
            if password := os.environ.get("VILLAGE_DEMO_PASSWORD"):
                edit(page, address, password)
                picture(page, f"cms{suffix}")
            page.close()
        browser.close()


def edit(page: Page, address: str, password: str) -> None:
    """Open a profile in the CMS, as somebody of the comms team."""
    page.goto(f"{address}/accounts/login/?next=/cms/organisations/%3Fq={EDITED}")
    page.fill("input[name=login]", "comms@village.example")
    page.fill("input[name=password]", password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto(page.locator("main a[href*='/cms/pages/'][href*='/edit/']").first.evaluate("link => link.href"))
    page.wait_for_load_state("networkidle")


def picture(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(128).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
