"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models


# ---- the front door -------------------------------------------------------------------------------------------------
class EnquiryKind(models.TextChoices):
    SPACE = "space", "Space in the village"
    PARTNERSHIP = "partnership", "Partnership"
    INCUBATOR = "incubator", "Incubator or cohort"
    CLINICAL = "clinical-collaboration", "Clinical collaboration"
    INVESTMENT = "investment", "Investment"
    STAFF_IDEA = "staff-idea", "An idea of hospital staff"
    INTRODUCTION = "introduction", "An introduction"
    UPDATES = "updates", "News of the village"
    OTHER = "other", "Something else"


class EnquiryState(models.TextChoices):
    NEW = "new", "New"
    TRIAGED = "triaged", "Sorted"
    ANSWERED = "answered", "Answered"
    CONVERTED = "converted", "Became an account"
    CLOSED = "closed", "Closed"
    DUPLICATE = "duplicate", "Sent twice"


class Topic(models.TextChoices):
    """What somebody can be kept up to date on."""

    NEWS = "news", "News of the village"
    EVENTS = "events", "Events"
    PROGRAMMES = "programmes", "Cohorts and calls"
    SPACES = "spaces", "Space and laboratories"


class ListOf(models.TextChoices):
    """A list whose filters somebody can keep under a name."""

    ACCOUNTS = "accounts", "Accounts"
    REQUESTS = "requests", "Requests"


# ---- the account ----------------------------------------------------------------------------------------------------
class AccountKind(models.TextChoices):
    COMPANY = "company", "Company"
    PARTNER = "partner", "Partner"


class AccountState(models.TextChoices):
    PROSPECT = "prospect", "Prospect"
    ONBOARDING = "onboarding", "Moving in"
    ACTIVE = "active", "Active"
    AT_RISK = "at-risk", "At risk"
    LEAVING = "leaving", "Leaving"
    ALUMNI = "alumni", "Alumni"
    CLOSED = "closed", "Closed"
    MERGED = "merged", "Merged into another"


class Tier(models.TextChoices):
    CORE = "core", "Core"
    GROWTH = "growth", "Growth"
    STRATEGIC = "strategic", "Strategic"


class Channel(models.TextChoices):
    """How somebody is reached, or was."""

    CALL = "call", "Call"
    EMAIL = "e-mail", "E-mail"
    MEETING = "meeting", "Meeting"
    VISIT = "visit", "Visit"


class LawfulBasis(models.TextChoices):
    """Article 6(1) of the UK GDPR; of legitimate interests a public authority can't make use."""

    PUBLIC_TASK = "public-task", "Public task (e)"
    CONTRACT = "contract", "Contract (b)"
    CONSENT = "consent", "Consent (a)"


class ConsentPurpose(models.TextChoices):
    NAMED = "named", "May be introduced by name"
    UPDATES = "updates", "May be sent news"
    STORY = "story", "May be told of in public"
    PHOTOGRAPHS = "photographs", "May be photographed"


class Visibility(models.TextChoices):
    TEAM = "team", "The team"
    SHARED = "shared", "The team and the company"
    RESTRICTED = "restricted", "Only those who are named"


class TaskState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Not needed any more"


class ObjectiveState(models.TextChoices):
    NOT_STARTED = "not-started", "Not started"
    ON_TRACK = "on-track", "On track"
    AT_RISK = "at-risk", "At risk"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class ChecklistKind(models.TextChoices):
    ARRIVING = "arriving", "Arriving"
    LEAVING = "leaving", "Leaving"


# ---- from request to outcome ----------------------------------------------------------------------------------------
class RequestState(models.TextChoices):
    NEW = "new", "New"
    TRIAGED = "triaged", "Sorted"
    MATCHED = "matched", "Partners found"
    INTRODUCED = "introduced", "Introduced"
    IN_PROGRESS = "in-progress", "In progress"
    CLOSED_OUTCOME = "closed-outcome", "Closed with an outcome"
    CLOSED_UNMET = "closed-unmet", "Closed, not met"
    WITHDRAWN = "withdrawn", "Withdrawn"


CLOSED_REQUESTS = (RequestState.CLOSED_OUTCOME, RequestState.CLOSED_UNMET, RequestState.WITHDRAWN)


class Urgency(models.TextChoices):
    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"


class Confidentiality(models.TextChoices):
    OPEN = "open", "May be described by name"
    UNNAMED = "unnamed", "Without the name until both sides agree"
    RESTRICTED = (
        "restricted",
        "Only whoever looks after the company or the request, or leads; of the company, who asked and its admins",
    )


class PausedFor(models.TextChoices):
    """Why the response clock stands."""

    COMPANY = "company", "We wait for the company"
    PARTNER = "partner", "We wait for a partner"
    AGREED = "agreed", "Put off by agreement"


class Excused(models.TextChoices):
    """Why a late answer does not count as late."""

    SENT_TWICE = "sent-twice", "Was asked twice"
    CLOSED_DAYS = "closed-days", "The village was closed"
    ASKED_TO_WAIT = "asked-to-wait", "The company asked us to wait"
    NOT_OURS = "not-ours", "Belonged to somebody else"


class Decision(models.TextChoices):
    """What became of a suggested partner."""

    OPEN = "open", "Suggested"
    ASKED = "asked", "Asked"
    DISMISSED = "dismissed", "Left out"


class IntroductionState(models.TextChoices):
    ASKED = "asked", "Asked"
    AGREED = "agreed", "Both agreed"
    INTRODUCED = "introduced", "Introduced"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Nobody answered"
    WITHDRAWN = "withdrawn", "Taken back"


LIVE_INTRODUCTIONS = (IntroductionState.ASKED, IntroductionState.AGREED, IntroductionState.INTRODUCED)
ENDED_INTRODUCTIONS = (IntroductionState.DECLINED, IntroductionState.LAPSED, IntroductionState.WITHDRAWN)


CHECK_BACK_AFTER = (14, 60, 180)  # days after an introduction, on which we ask what came of it


class Answer(models.TextChoices):
    """What one side says to an introduction."""

    WAITING = "waiting", "No answer yet"
    GIVEN = "given", "Agreed"
    REFUSED = "refused", "Said no"


class CheckedBack(models.TextChoices):
    """What a company says came of an introduction."""

    MET = "met", "It did what we needed"
    PROGRESSING = "progressing", "We are still at it"
    NOTHING = "nothing", "Nothing came of it"


class OutcomeKind(models.TextChoices):
    ADVICE = "advice", "Advice received"
    PLAN_WRITTEN = "plan-written", "Plan written"
    USERS_INVOLVED = "users-involved", "People involved"
    STUDY = "study", "Study agreed"
    CONTRACT = "contract", "Contract"
    INVESTMENT = "investment", "Investment"
    NO_INVESTMENT = "no-investment", "No investment"
    COLLABORATION = "collaboration", "Collaboration"
    JOBS = "jobs", "Jobs"
    OTHER = "other", "Something else"


class OutcomeState(models.TextChoices):
    CLAIMED = "claimed", "Claimed"
    CONFIRMED = "confirmed", "Confirmed by the company"
    DISPUTED = "disputed", "The company says otherwise"
    WITHDRAWN = "withdrawn", "Taken back"


class Anyway(models.TextChoices):
    """Whether it would have happened without us."""

    YES = "yes", "Yes, it would"
    LATER = "later", "Yes, but later or smaller"
    NO = "no", "No"
    UNKNOWN = "unknown", "I cannot say"


class CollaborationKind(models.TextChoices):
    RESEARCH = "research", "Research"
    EVALUATION = "evaluation", "Evaluation"
    PILOT = "pilot", "Pilot"
    CO_DEVELOPMENT = "co-development", "Development together"
    DATA = "data", "Data or artificial intelligence"
    PROCUREMENT = "procurement", "Purchase"
    LICENSING = "licensing", "Licence"
    TRAINING = "training", "Training"


class CollaborationState(models.TextChoices):
    IDEA = "idea", "Idea"
    SCOPING = "scoping", "Being worked out"
    AGREED = "agreed", "Agreed"
    LIVE = "live", "Running"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    STOPPED = "stopped", "Stopped"


class Access(models.TextChoices):
    """What is accounted for and leaves no history: what changes nothing, and what takes the history with it."""

    READ = "read", "Read"
    EXPORT = "export", "Taken away as a file"
    ERASE = "erase", "Erased"
