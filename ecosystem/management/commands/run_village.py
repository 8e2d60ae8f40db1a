"""Runs the village: the web server, the worker of background tasks and a clock, as one command that ends together."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

READY_WITHIN = 60  # seconds
TICK_EVERY = 60


class Command(BaseCommand):
    help = "Serve the village on HOST:PORT until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("HOST", "127.0.0.1")
        port = int(os.environ.get("PORT", "8000"))
        self._refuse_taken(host, port)
        signal.signal(signal.SIGTERM, _stop)
        python = [sys.executable]
        children = {
            "web server": subprocess.Popen(
                [*python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
                 "--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", "2", "--no-ws",
                 "--log-level", "warning", "ecosystem.wsgi:application"]
            ),
            "task worker": subprocess.Popen([*python, "manage.py", "db_worker", "--no-startup-delay", "--interval", "1", "-v", "0"]),
        }
        try:
            self._wait_until_ready(host, port, children)
            self._keep(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping the village.")
        finally:
            for child in children.values():
                child.terminate()
            for child in children.values():
                try:
                    child.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    child.kill()

    @staticmethod
    def _refuse_taken(host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"{host}:{port} can't be used ({error.strerror}). Choose another: make run PORT=8001") from error

    def _wait_until_ready(self, host: str, port: int, children: dict[str, "subprocess.Popen[bytes]"]) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            _refuse_dead(children)
            try:
                connection = HTTPConnection(host, port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    self.stdout.write(self.style.SUCCESS(f"\nThe village is open: http://{host}:{port}/  (the CMS: /cms/)"))
                    self.stdout.write("Stop it with Ctrl+C.")
                    self.stdout.flush()
                    return
            except (OSError, HTTPException):
                time.sleep(0.2)
        raise CommandError(f"The web server did not answer within {READY_WITHIN} seconds.")

    @staticmethod
    def _keep(children: dict[str, "subprocess.Popen[bytes]"]) -> None:
        while True:
            ticking = subprocess.Popen([sys.executable, "manage.py", "tick"])
            until = time.monotonic() + TICK_EVERY
            while time.monotonic() < until:
                _refuse_dead(children)
                time.sleep(1)
            ticking.wait()


def _refuse_dead(children: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CommandError(f"The {name} ended with status {child.returncode}; what it said stands above.")


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
