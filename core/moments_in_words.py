"""Days and times as letters say them, on London's clock."""

from datetime import datetime

from django.utils import timezone


def day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%A %-d %B %Y}"


def day_and_time(moment: datetime) -> str:
    return f"{day(moment)}, {timezone.localtime(moment):%-H:%M}"


def from_until(begins: datetime, ends: datetime) -> str:
    """“Tuesday 30 March 2027, 9:30 to 12:30”; with the second day where that is another."""
    last = timezone.localtime(ends)
    until = f"{last:%-H:%M}" if last.date() == timezone.localdate(begins) else day_and_time(ends)
    return f"{day_and_time(begins)} to {until}"
