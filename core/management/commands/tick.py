"""Does what is due. Run it every minute, by a timer or cron; running it twice at once harms nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.due import tick


class Command(BaseCommand):
    help = "Do what is due: publish scheduled pages, pick up lost tasks, forget old results."

    def handle(self, *args: Any, **options: Any) -> None:
        if errors := tick():
            raise CommandError("; ".join(f"{name}: {error}" for name, error in errors.items()))
