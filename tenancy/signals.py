"""What has just happened, told inside the transaction in which it did: tasks listen, and write the letters."""

from django.dispatch import Signal

enquiry_received = Signal()  # enquiry
updates_asked_for = Signal()  # subscription
news_started = Signal()  # letter: to be sent to everybody who has not had it
news_tested = Signal()  # letter, to: a colleague
request_opened = Signal()  # request
request_moved = Signal()  # request, by, told: an address that another letter tells of it
request_waits = Signal()  # request: for the company
introduction_asked = Signal()  # introduction, side: which one is to be asked now
introduction_decided = Signal()  # introduction: one side has answered
introduction_made = Signal()  # introduction
check_back_due = Signal()  # check_back
task_shared = Signal()  # task: with its company, or with another person of it than before
invited = Signal()  # invitation
confirmation_asked = Signal()  # confirmation
