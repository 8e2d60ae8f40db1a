import os
import time
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started

LONG_ENOUGH = 0.05  # seconds between looking and taking, for somebody else to do the same


class UnguardedConfig(AppConfig):
    name = "tests.bench.unguarded"

    def ready(self) -> None:
        without = set(filter(None, os.environ.get("WITHOUT", "").split(",")))
        if "lock" in without:
            _forget_the_lock()
        if "guard" in without:
            _forget_the_guard()


def _forget_the_lock() -> None:
    from events.bookings.actions import asking
    from events.bookings.models import BookingRules

    looked = asking.fitting

    def slow(*arguments: Any) -> Any:
        found = looked(*arguments)
        time.sleep(LONG_ENOUGH)
        return found

    asking.fitting = slow
    asking.locked = lambda event: BookingRules.objects.select_related("event").get(event=event)
    asking._ask_in_turn = asking._ask_in_turn.__wrapped__  # what transaction.atomic was put around


def _forget_the_guard() -> None:
    from core import guards
    from events.bookings.guard import GUARD

    guards._guards.remove(GUARD)
    request_started.connect(_drop, dispatch_uid="unguarded")


def _drop(**kwargs: Any) -> None:
    from django.db import connection

    from events.bookings.guard import GUARD, PLACES

    request_started.disconnect(dispatch_uid="unguarded")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in GUARD.sqlite:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS events_place_taken ON {PLACES}")
