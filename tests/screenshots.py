"""Takes the pictures of the README anew from a running village: ``python -m tests.screenshots [address]``."""

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.run import chromium

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
PAGES = {
    "home": "/",
    "directory": "/directory/?q=ai&stage=solution-development",
    "support": "/support/?stage=solution-development&need=data-and-ai",
}


def main(address: str = "http://127.0.0.1:8000") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for name, path in PAGES.items():
            page.goto(address.rstrip("/") + path, wait_until="load")
            page.evaluate("document.fonts.ready")
            file = FOLDER / f"{name}.png"
            page.screenshot(path=file)
            Image.open(file).convert("RGB").quantize(128).save(file, optimize=True)
            print(f"{file.name}: {file.stat().st_size // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
