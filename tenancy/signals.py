"""What has just happened, told inside the transaction in which it did: tasks listen, and write the letters."""

from django.dispatch import Signal

enquiry_received = Signal()  # enquiry
updates_asked_for = Signal()  # subscription
