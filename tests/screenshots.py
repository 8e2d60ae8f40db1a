"""Takes the pictures of the documents anew from a running demonstration: ``python -m tests.screenshots [address]``.

What stands behind the door is shown where ``VILLAGE_DEMO_PASSWORD`` says the password that the demonstration was started with.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.run import chromium

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings.dev")  # for the clock
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZES = {"": (1280, 800), "-narrow": (320, 640)}
TODAY = timezone.now().date()
NEXT_MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
PAGES = {
    "home": "/",
    "directory": "/directory/?q=ai&stage=solution-development",
    "organisation": "/directory/npic/",
    "support": "/support/?stage=solution-development&need=data-and-ai",
    "cohort": "/cohorts/care-closer-to-home/",
    "event": "/events/what-a-pathologist-needs/",
    "booking": "/events/what-a-pathologist-needs/book/",
    "story": "/stories/glass-slides-to-shared-pixels/",
    "availability": f"/spaces/availability/?date={NEXT_MONDAY}&from=10:00",
    "impact": "/impact/",
}
# Who opens it, where they come in, and what they click there.
BEHIND_THE_DOOR = {
    "cms": ("comms", "/cms/organisations/?q=pathology", "main a[href*='/cms/pages/'][href*='/edit/']"),
    "my-village": ("tenant-admin", "/my/", ""),
    "account": ("manager", "/staff/accounts/", "main a:has-text('Wharfelight')"),
}


def main(address: str = "http://127.0.0.1:8000") -> None:
    address = address.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for suffix, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
            for name, path in PAGES.items():
                page.goto(address + path, wait_until="load")
                picture(page, f"{name}{suffix}")
            page.close()
            if password := os.environ.get("VILLAGE_DEMO_PASSWORD"):
                for name, (who, path, link) in BEHIND_THE_DOOR.items():
                    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
                    page = context.new_page()
                    sign_in(page, address, who, password)
                    page.goto(address + path)
                    if link:
                        page.goto(page.locator(link).first.evaluate("link => link.href"))
                    page.wait_for_load_state("networkidle")
                    picture(page, f"{name}{suffix}")
                    context.close()
        browser.close()


def sign_in(page: Page, address: str, who: str, password: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", f"{who}@village.example")
    page.fill("input[name=password]", password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def picture(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(128).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
