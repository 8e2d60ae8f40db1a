"""What happened to a booking, for whoever has to act on it in the same transaction; actions know no task."""

from django.dispatch import Signal

letter_due = Signal()  # booking, letter; and the address it goes to where that is no longer the booking's own
event_changed = Signal()  # event, as calendars know it now; was: when, where and whether, before
