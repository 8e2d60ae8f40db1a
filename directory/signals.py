"""What has just happened, told inside the transaction in which it did: tasks listen, and write the letters."""

from django.dispatch import Signal

change_sent = Signal()  # change
change_decided = Signal()  # change
claim_sent = Signal()  # claim
claim_decided = Signal()  # claim
question_due = Signal()  # question
