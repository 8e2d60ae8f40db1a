import gzip
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command

from core.management.commands import build_assets

DIST = build_assets.DIST
pytestmark = pytest.mark.skipif(not (DIST / "village.css").is_file(), reason="assets are not built: run `make assets`")


def packed(path):
    return len(gzip.compress(Path(path).read_bytes()))


def test_style_sheet_stays_within_its_budget():
    assert packed(DIST / "village.css") < 25_000


def test_scripts_of_any_page_stay_within_their_budget():
    """Every page loads ``village.js``; lists load htmx beside it, the pages of the front door passkeys, an event's door its own."""
    everywhere = packed(DIST / "js" / "village.js")
    beside = [packed(finders.find("django_htmx/htmx-2.min.js")), packed(DIST / "js" / "passkeys.js")]
    beside.append(packed(DIST / "js" / "door.js") + packed(DIST / "js" / "door-worker.js"))

    assert {path.name for path in DIST.glob("js/*.js")} == {"village.js", "passkeys.js", "door.js", "door-worker.js"}
    assert everywhere + max(beside) < 20_000


def test_scripts_are_served_without_their_comments_and_otherwise_as_they_are():
    for source in (build_assets.ASSETS / "js").glob("*.js"):
        lines = source.read_text().splitlines()
        # Else a line of a text might look like a comment, or its indent be a part of it.
        assert [line for line in lines if line.count("`") % 2 or "/*" in line] == []
        served = (DIST / "js" / source.name).read_text().splitlines()
        assert served == [line.strip() for line in lines if line.strip() and not line.strip().startswith("//")]


def test_style_sheets_ask_nobody_else_and_find_what_they_name():
    for sheet in ("village.css", "cms.css"):
        addresses = re.findall(r"""url\(["']?([^"')]+)""", (DIST / sheet).read_text())
        assert addresses
        assert [address for address in addresses if not (DIST / address).is_file()] == []
        assert "@import" not in (DIST / sheet).read_text()


def test_text_is_set_in_a_font_that_is_declared():
    assert re.search(r"html\{[^}]*font-family:", (DIST / "village.css").read_text())


def test_lock_file_names_no_download_address():
    packages = json.loads((build_assets.ASSETS / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all(package.get("integrity") for name, package in packages.items() if name)


def test_drawings_hold_no_code_and_load_nothing():
    for drawing in DIST.rglob("*.svg"):
        assert not re.search(r"<script|\son\w+=|<foreignObject|href=[\"'](?!#)|<style|\sstyle=", drawing.read_text()), (
            drawing
        )


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A copy of the sources, so that the real build is left alone; with node_modules it can compile."""
    for name in ("scss", "svg", "js", "package.json", "package-lock.json"):
        (tmp_path / name).symlink_to(build_assets.ASSETS / name)
    (tmp_path / "node_modules").symlink_to(build_assets.MODULES)
    for name, value in {"ASSETS": tmp_path, "DIST": tmp_path / "dist", "MODULES": tmp_path / "node_modules"}.items():
        monkeypatch.setattr(build_assets, name, value)
    return tmp_path


@pytest.mark.skipif(not build_assets.MODULES.is_dir(), reason="the packages of the build are not installed")
def test_second_build_does_nothing_and_a_changed_source_builds_again(workshop):
    said = StringIO()
    call_command("build_assets", stdout=said)
    built = (workshop / "dist" / "village.css").stat().st_mtime_ns

    call_command("build_assets", stdout=said)
    assert (workshop / "dist" / "village.css").stat().st_mtime_ns == built
    assert said.getvalue().endswith("Assets are up to date.\n")

    (workshop / "js").unlink()
    (workshop / "js").mkdir()
    (workshop / "js" / "other.js").write_text("1;")
    call_command("build_assets", stdout=said)
    assert (workshop / "dist" / "js" / "other.js").is_file()
    assert list(workshop.glob(".dist-*")) == []


@pytest.mark.skipif(not build_assets.MODULES.is_dir(), reason="the packages of the build are not installed")
def test_mistake_in_a_style_sheet_is_named_and_the_last_build_stays(workshop):
    call_command("build_assets", stdout=StringIO())
    before = (workshop / "dist" / "village.css").read_bytes()
    (workshop / "scss").unlink()
    (workshop / "scss").mkdir()
    (workshop / "scss" / "main.scss").write_text("a { colour: ")

    with pytest.raises(CommandError, match=r"(?s)Could not compile the style sheet.*main\.scss.*make assets"):
        call_command("build_assets", stdout=StringIO())

    assert (workshop / "dist" / "village.css").read_bytes() == before


def test_failed_download_says_what_to_do(workshop, monkeypatch):
    (workshop / "node_modules").unlink()
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(workshop / "cache"))

    with pytest.raises(CommandError, match=r"(?s)Could not install the packages.*npm_config_registry.*make assets"):
        call_command("build_assets", stdout=StringIO())


def test_settings_serve_what_the_build_writes():
    assert DIST in map(Path, settings.STATICFILES_DIRS)
