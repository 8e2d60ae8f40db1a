"""People in private records. What forgets is ``retention.py``, which says the same times."""

from core.privacy import Basis, Erasure, PersonalData, register

from .retention import RULES

HISTORY = "as long as the record; what is erased there is erased here"


def _about(
    model: str,
    fields: tuple[str, ...],
    purpose: str,
    *,
    basis: Basis = Basis.PUBLIC_TASK,
    erasure: Erasure = Erasure.BY_STAFF,
) -> PersonalData:
    return PersonalData(
        model=f"tenancy.{model}",
        fields=fields,
        purpose=purpose,
        basis=basis,
        retention=RULES[f"tenancy.{model}"].words,
        erasure=erasure,
    )


def _us(model: str, fields: tuple[str, ...], who: str) -> PersonalData:
    return _about(model, fields, f"Shows colleagues who {who}.", erasure=Erasure.NAMELESS)


DONE_BY = "Shows the team, and of what a company does itself the company, who did it."

register(
    _about(
        "Enquiry",
        ("name", "email", "organisation_name", "message", "asked_at", "reason"),
        "Answers somebody who wrote to us.",
    ),
    _about("Enquiry", ("user",), "Shows somebody who signed in what they wrote.", erasure=Erasure.NAMELESS),
    _us("Enquiry", ("assigned_to",), "answers an enquiry"),
    _about(
        "UpdatesSubscription",
        ("email", "topics"),
        "Sends news to whoever asked for it.",
        basis=Basis.CONSENT,
        erasure=Erasure.BY_THEMSELVES,
    ),
    _us("Account", ("manager",), "looks after a company"),
    _about("Account", ("name",), "Says which company it is; of somebody who is one by themselves it is their name."),
    _us("AccountMerge", ("by", "undone_by"), "made one account of two, or two again"),
    _about(
        "TeamMember", ("user",), "Shows colleagues who helps to look after a company.", erasure=Erasure.WITH_ACCOUNT
    ),
    _about(
        "Contact",
        ("name", "role", "email", "telephone", "prefers", "lawful_basis", "source", "noticed_on", "do_not_contact"),
        "Says whom of a company we speak with, how, and on which ground; the ground is kept with each.",
    ),
    _about("Contact", ("user",), "Ties a contact to how they sign in.", erasure=Erasure.NAMELESS),
    _about("ConsentEvent", ("contact", "purpose", "given", "wording"), "Proves what somebody agreed to, and when."),
    _us("ConsentEvent", ("by",), "wrote a consent down or gave it for their organisation"),
    _us("ChecklistItem", ("owner",), "prepares for somebody who moves in or out"),
    _about("ChecklistItem", ("done_by",), DONE_BY, erasure=Erasure.NAMELESS),
    _about("Interaction", ("words",), "Says what was spoken of with a company, so that nobody is asked twice."),
    _us("Interaction", ("by",), "spoke with a company"),
    _about("Note", ("words",), "Keeps what colleagues must know to help a company; the company can ask to read it."),
    _about(
        "Note", ("by",), "Shows the team, and of a shared note the company, who wrote it.", erasure=Erasure.NAMELESS
    ),
    _about("NoteReader", ("user",), "Names who may read a restricted note.", erasure=Erasure.WITH_ACCOUNT),
    _us("NewsLetter", ("by", "started_by"), "wrote news or sent it"),
    _about(
        "NewsDelivery",
        ("subscription",),
        "Keeps a letter of news from being sent to somebody twice.",
        basis=Basis.CONSENT,
        erasure=Erasure.BY_THEMSELVES,
    ),
    _us("Task", ("owner",), "sees to what was promised"),
    _about("Task", ("done_by",), DONE_BY, erasure=Erasure.NAMELESS),
    _about("Task", ("contact",), "Says whom of a company a shared task is given to.", erasure=Erasure.NAMELESS),
    _about("SupportRequest", ("words",), "Says what a company needs, so that somebody can be found for it."),
    _about("SupportRequest", ("raised_by",), "Shows somebody what they asked for.", erasure=Erasure.NAMELESS),
    _us("SupportRequest", ("owner",), "answers a request"),
    _us("MatchSuggestion", ("decided_by",), "chose a partner or left one out"),
    _about(
        "Introduction",
        ("tenant_contact", "partner_contact", "words", "tenant_words", "partner_words"),
        "Proves that both sides agreed before either was named to the other.",
    ),
    _us("Introduction", ("by",), "made an introduction"),
    _about("CheckBack", ("answer", "words"), "Says what a company told us of an introduction."),
    _us("CheckBack", ("by",), "asked what came of an introduction"),
    _us("Outcome", ("recorded_by",), "wrote an outcome down"),
    _about("Outcome", ("confirmed_by",), "Says which of the company’s people confirmed an outcome."),
    _about(
        "OutcomeConfirmation", ("contact", "words", "anyway"), "Asks whether an outcome is true, and keeps the answer."
    ),
    _us("OutcomeConfirmation", ("by",), "had an outcome confirmed"),
    _about(
        "Absence",
        ("user",),
        "Shows colleagues what is due of somebody who is away; never why they are.",
        erasure=Erasure.WITH_ACCOUNT,
    ),
    _us("Absence", ("deputy",), "stands in for somebody who is away"),
    _about("SavedView", ("user",), "Keeps how somebody of us looks at a list.", erasure=Erasure.WITH_ACCOUNT),
    _us("StateChange", ("by",), "moved a record from one state to the next"),
    _us("AccessLog", ("by",), "read what is restricted, took records away as a file, or erased somebody"),
    PersonalData(
        model="auditlog.LogEntry",
        fields=("changes", "object_repr"),
        purpose="Accounts for every change of a private record: what it said before and after.",
        basis=Basis.PUBLIC_TASK,
        retention=HISTORY,
        erasure=Erasure.BY_STAFF,
    ),
    PersonalData(
        model="auditlog.LogEntry",
        fields=("actor",),
        purpose="Shows colleagues who changed a private record.",
        basis=Basis.PUBLIC_TASK,
        retention=HISTORY,
        erasure=Erasure.NAMELESS,
    ),
    PersonalData(
        model="auditlog.LogEntry",
        fields=("actor_email", "remote_addr"),
        purpose="Columns of the package that are never filled: no address of anybody is kept.",
        basis=Basis.PUBLIC_TASK,
        retention="not at all",
        erasure=Erasure.NAMELESS,
    ),
)
