"""Runs the village as one command that ends together: web server, worker of background tasks, and the clock."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from ecosystem.demonstration import PEOPLE_AT, password

READY_WITHIN = 60  # seconds
STOP_WITHIN = 10
TICK_EVERY = 60

Children = dict[str, "subprocess.Popen[bytes]"]


class Command(BaseCommand):
    help = "Serve the village on HOST:PORT, do its background work and what is due, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_taken(settings.HOST, settings.PORT)
        signal.signal(signal.SIGTERM, _stop)
        try:
            with _running({"web server": web_server(), "task worker": _task_worker()}) as children:
                self._wait_until_ready(children)
                self._say_hello()
                self._keep(children)
        except KeyboardInterrupt:
            self.stdout.write("\nThe village is closed.")

    def _wait_until_ready(self, children: Children) -> None:
        until = time.monotonic() + READY_WITHIN
        answer = "nothing"
        while time.monotonic() < until:
            _refuse_dead(children)
            try:
                connection = HTTPConnection(_reachable(settings.HOST), settings.PORT, timeout=5)
                connection.request("GET", "/readyz", headers={"Host": f"{_named(settings.HOST)}:{settings.PORT}"})
                response = connection.getresponse()
                if response.status == 200:
                    return
                answer = f"{response.status}: {response.read(500).decode(errors='replace')}"
            except (OSError, HTTPException):
                pass  # not listening yet
            time.sleep(0.1)
        raise CommandError(f"The web server was not ready within {READY_WITHIN} seconds. /readyz answers {answer}.")

    def _say_hello(self) -> None:
        address = f"http://{_named(settings.HOST)}:{settings.PORT}/"
        self.stdout.write(self.style.SUCCESS(f"\nThe village is open: {address}"))
        people = get_user_model().objects.filter(email__endswith=PEOPLE_AT, is_active=True).order_by("pk")
        if settings.DEMONSTRATION and people:
            self.stdout.write(f"Sign in at {address}accounts/login/ (the CMS is at {address}cms/):")
            for person in people.prefetch_related("groups"):
                roles = ", ".join(group.name for group in person.groups.all())
                if person.is_superuser:
                    roles = "everything"
                self.stdout.write(f"  {person.email:<30}{roles}")
            self.stdout.write(f"  password of all: {password()}")
        self.stdout.write("Stop it with Ctrl+C.")
        self.stdout.flush()

    def _keep(self, children: Children) -> NoReturn:
        while True:
            self._tick()
            until = time.monotonic() + TICK_EVERY
            while time.monotonic() < until:
                _refuse_dead(children)
                time.sleep(0.5)

    def _tick(self) -> None:
        """Do what is due, in this process: starting another each minute would cost more than the work."""
        try:
            call_command("tick")
        except (CommandError, DatabaseError) as error:  # the next minute tries again
            self.stderr.write(f"Not everything that was due could be done: {error}")
        finally:
            close_old_connections()


def web_server() -> list[str]:
    workers = str(settings.WEB_WORKERS)
    return [
        *("granian", "--interface", "wsgi", "--host", settings.HOST, "--port", str(settings.PORT)),
        *("--workers", workers, "--blocking-threads", "2", "--no-ws", "--http", "1", "--respawn-failed-workers"),
        *("--log-level", "warning", "ecosystem.wsgi:application"),
    ]


def _task_worker() -> list[str]:
    return ["django", "db_worker", "--no-startup-delay", "--interval", "1", "--verbosity", "0"]


@contextmanager
def _running(modules: dict[str, list[str]]) -> Iterator[Children]:
    """Start each as ``python -m``; stop all of them, by their ids, however this ends."""
    children: Children = {}
    try:
        for name, arguments in modules.items():
            children[name] = subprocess.Popen([sys.executable, "-m", *arguments], cwd=settings.BASE_DIR)
        yield children
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # stopping is under way; a second signal must not leave orphans
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in children.values():
            child.terminate()
        until = time.monotonic() + STOP_WITHIN
        for child in children.values():
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _refuse_taken(host: str, port: int) -> None:
    """Raise CommandError when something else listens there: a second server would silently share the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"The village can't open at {host}:{port}: {os.strerror(error.errno or 0).lower()}. "
                f"Stop what runs there, or choose another port: make run PORT={port + 1}"
            ) from error


def _refuse_dead(children: Children) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CommandError(f"The {name} ended with status {child.returncode}; what it said stands above.")


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound


def _named(host: str) -> str:
    """As a reader on this machine types it."""
    reachable = _reachable(host)
    return f"[{reachable}]" if ":" in reachable else reachable


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
