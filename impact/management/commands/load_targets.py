"""Loads the targets of the strategy: facts, in the demonstration and outside it."""

from typing import Any

from django.core.management.base import BaseCommand

from impact.actions import load_targets


class Command(BaseCommand):
    help = "Load the targets of the strategy. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Targets of the strategy: {load_targets()} loaded or changed.")
