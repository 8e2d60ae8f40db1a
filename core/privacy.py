"""What is known about people, why, for how long, and how it goes: one entry a table, held against the models by a test.

An app describes its own tables, and those of the packages it brings, in its ``privacy.py``. ``docs/privacy.md`` shows
the same to people.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.module_loading import autodiscover_modules


class Basis(Enum):
    """The lawful basis in Article 6(1) of the UK GDPR."""

    CONSENT = "consent (a)"
    PUBLIC_TASK = "public task (e)"


class Erasure(Enum):
    """What becomes of it when a person's account is deleted, or when they ask."""

    WITH_ACCOUNT = "deleted with the account"
    NAMELESS = "stays, without the person"
    NUMBER_ONLY = "stays, with a number that leads nowhere"
    BY_EDITOR = "an editor takes it away"
    NAMES_ONLY = "taken out by us at once when asked, or with the account once nobody is expected; numbers stay"
    BY_THEMSELVES = "deleted at once by a link in every letter, or with the account of the same address"
    ONCE_USED = "forgotten once it is used"
    BY_STAFF = "taken out by an account manager when asked, its history included"


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Fields of one table that are about a person."""

    model: str  # label, such as accounts.User
    fields: tuple[str, ...]
    purpose: str
    basis: Basis
    retention: str
    erasure: Erasure


_entries: list[PersonalData] = []


def register(*entries: PersonalData) -> None:
    _entries.extend(entries)


def personal_data() -> list[PersonalData]:
    """Everything that any app has described, by table."""
    autodiscover_modules("privacy")
    return sorted(_entries, key=lambda entry: (entry.model, entry.fields))


# ---- the CMS: who did what ------------------------------------------------------------------------------------------
def _done_by(model: str, fields: tuple[str, ...], what: str, *, until: str = "as long as the record") -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=f"Shows colleagues who {what}.",
        basis=Basis.PUBLIC_TASK,
        retention=until,
        erasure=Erasure.NAMELESS,
    )


def _own(model: str, fields: tuple[str, ...], purpose: str, *, until: str = "as long as the account") -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=Basis.PUBLIC_TASK,
        retention=until,
        erasure=Erasure.WITH_ACCOUNT,
    )


def _logged(model: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=("user",),
        purpose="Accounts for every change in the CMS: who did it, and when.",
        basis=Basis.PUBLIC_TASK,
        retention="as long as the site; the history of a page is part of its record",
        erasure=Erasure.NUMBER_ONLY,
    )


register(
    PersonalData(
        model="core.SiteSettings",
        fields=("contact_name", "contact_role", "contact_email", "contact_telephone"),
        purpose="Names the member of staff whom a visitor may ask, on the site.",
        basis=Basis.PUBLIC_TASK,
        retention="while they hold the post",
        erasure=Erasure.BY_EDITOR,
    ),
    _done_by("core.VillageImage", ("uploaded_by_user",), "uploaded a picture"),
    _done_by("wagtailimages.Image", ("uploaded_by_user",), "uploaded a picture"),
    _done_by("wagtaildocs.Document", ("uploaded_by_user",), "uploaded a document"),
    _done_by("wagtailmedia.Media", ("uploaded_by_user",), "uploaded a sound file"),
    _done_by("wagtailcore.UploadedFile", ("uploaded_by_user",), "began an upload"),
    _done_by("wagtailcore.Page", ("owner", "locked_by"), "made or locked a page"),
    _done_by("wagtailcore.Revision", ("user",), "wrote a version of a page"),
    _done_by("wagtailcore.WorkflowState", ("requested_by",), "sent a page for approval"),
    _done_by("wagtailcore.TaskState", ("finished_by",), "approved or returned a page"),
    _done_by("wagtailcore.Comment", ("resolved_by",), "settled a comment"),
    _own("wagtailcore.Comment", ("user",), "Says whose comment on a draft it is."),
    _own("wagtailcore.CommentReply", ("user",), "Says whose reply to a comment it is."),
    _own("wagtailcore.PageSubscription", ("user",), "Sends mail about comments to those who asked for it."),
    _own("wagtailcore.APIToken", ("user",), "Ties a token for programs to the person it acts for."),
    _own("wagtailusers.UserProfile", ("user",), "Keeps an editor's choices: mail, language, theme, a picture."),
    _own(
        "wagtailadmin.EditingSession", ("user",), "Warns two editors of the same page of each other.", until="one hour"
    ),
    _own("wagtailadmin.FormState", ("user",), "Shows a preview of what is being typed.", until="one day"),
    _logged("wagtailcore.PageLogEntry"),
    _logged("wagtailcore.ModelLogEntry"),
)
