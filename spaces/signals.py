"""What happened to a booking, for whoever has to act on it in the same transaction; actions know no task."""

from django.dispatch import Signal

letter_due = Signal()  # booking, letter; was: when and where it was before it was moved
answer_due = Signal()  # booking: it waits for a yes or no of ours; dates: with how many of its series
units_freed = Signal()  # units, span: somebody may wait for them
