"""What is done about who came. Records are merged under the lock of the person's row; certificates follow at once."""

from .certifying import issue_certificates, revise_certificate, revoke
from .feedback import Closed, Spent, answer, open_survey
from .recording import WrongTimes, correct, record, write_down_name
from .walking_in import OnTheList, walk_in

__all__ = [
    "Closed",
    "OnTheList",
    "Spent",
    "WrongTimes",
    "answer",
    "correct",
    "issue_certificates",
    "open_survey",
    "record",
    "revise_certificate",
    "revoke",
    "walk_in",
    "write_down_name",
]
