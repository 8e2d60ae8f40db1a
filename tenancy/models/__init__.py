"""PRIVATE, all of it: plain tables, never in the CMS, never indexed. ``objects.visible_to(user)`` is the door for whoever asks."""

from .absences import Absence
from .accounts import Account, ConsentEvent, Contact, TeamMember
from .audit import AccessLog, StateChange
from .dealings import Interaction, Note, NoteReader, Task
from .enquiries import Enquiry, UpdatesSubscription
from .introductions import CheckBack, Introduction
from .merges import AccountMerge
from .news import NewsDelivery, NewsLetter
from .outcomes import Collaboration, CollaborationParty, Outcome, OutcomeConfirmation
from .private import AppendOnly, AppendOnlyError, Private
from .requests import MatchSuggestion, SupportRequest
from .stays import ChecklistItem, Objective, Plan, Tenancy
from .views import SavedView

__all__ = [
    "Absence",
    "AccessLog",
    "Account",
    "AccountMerge",
    "AppendOnly",
    "AppendOnlyError",
    "CheckBack",
    "ChecklistItem",
    "Collaboration",
    "CollaborationParty",
    "ConsentEvent",
    "Contact",
    "Enquiry",
    "Interaction",
    "Introduction",
    "MatchSuggestion",
    "NewsDelivery",
    "NewsLetter",
    "Note",
    "NoteReader",
    "Objective",
    "Outcome",
    "OutcomeConfirmation",
    "Plan",
    "Private",
    "SavedView",
    "StateChange",
    "SupportRequest",
    "Task",
    "TeamMember",
    "Tenancy",
    "UpdatesSubscription",
]
