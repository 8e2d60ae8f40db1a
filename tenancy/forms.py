"""Forms of the staff area."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from directory.models import Need, OrganisationPage, Stage
from tenancy.choices import (
    Access,
    AccountState,
    Channel,
    Confidentiality,
    ConsentPurpose,
    EnquiryKind,
    EnquiryState,
    Excused,
    PausedFor,
    Tier,
    Urgency,
    Visibility,
)
from tenancy.models import Account, Contact, Enquiry
from tenancy.queries.access import Asked
from tenancy.queries.accounts import Wanted, managers
from tenancy.queries.enquiries import free_profiles
from tenancy.seen import read

NEVER = "Never patient data. The company can ask to read this."
PLAIN = {"autocomplete": "off"}


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _choices(words: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", words), *choices.choices], required=False, **options)


class Prefixed(forms.Form):
    """Several forms stand on one page: each names itself in ``do`` and in the ids of its fields."""

    do = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.do}-%s")
        super().__init__(*args, **kwargs)


class Seen(forms.Form):
    """Carries what stood there when the form was opened (``tenancy.seen``)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


# ---- on an account --------------------------------------------------------------------------------------------------
class NoteForm(Prefixed):
    do = "note"
    words = forms.CharField(label="Add a note", widget=_area(), help_text=NEVER)
    visibility = forms.ChoiceField(label="Who reads it", choices=Visibility.choices, initial=Visibility.TEAM)
    readers = forms.ModelMultipleChoiceField(
        label="Named readers, of a restricted note",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: User, staff: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [person for person in staff if person.pk != by.pk]
        readers: Any = self.fields["readers"]
        readers.queryset = managers()
        readers.choices = [(person.pk, str(person)) for person in others]


class InteractionForm(Prefixed):
    do = "contact"
    kind = forms.ChoiceField(label="What it was", choices=Channel.choices)
    at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    contacts = forms.MultipleChoiceField(label="With whom", required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(label="What was said", widget=_area(3), help_text=NEVER)
    visibility = forms.ChoiceField(
        label="Who reads it", choices=[choice for choice in Visibility.choices if choice[0] != Visibility.RESTRICTED]
    )

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(contact.pk): contact for contact in contacts}
        people: Any = self.fields["contacts"]
        people.choices = [(key, contact.name) for key, contact in self.known.items()]
        if not contacts:
            del self.fields["contacts"]
        self.initial.setdefault("at", _this_minute())

    def clean_contacts(self) -> list[Contact]:
        return [self.known[key] for key in self.cleaned_data["contacts"]]


def _this_minute() -> datetime:
    return timezone.localtime().replace(second=0, microsecond=0)


class TaskForm(Prefixed):
    do = "task"
    words = forms.CharField(label="What is to be done", max_length=300, widget=forms.TextInput(attrs=PLAIN))
    due_on = _day(label="By")
    owner = PersonChoice(label="Who sees to it", queryset=User.objects.none(), empty_label=None)
    shared = forms.BooleanField(
        label="The company does it",
        required=False,
        help_text="Its people read it in My village, and tick it there. One of them gets a letter; you read who.",
    )
    contact = forms.ChoiceField(
        label="Given to", required=False, help_text="They get the letter. They tick it, or an admin of theirs."
    )

    def __init__(
        self, *args: Any, by: User, staff: list[User], contacts: Collection[Contact] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(contact.pk): contact for contact in contacts}
        people: Any = self.fields["contact"]
        people.choices = [("", "Anybody there"), *((key, contact.name) for key, contact in self.known.items())]
        owner: Any = self.fields["owner"]
        owner.queryset = managers()
        owner.choices = [(person.pk, str(person)) for person in staff]
        self.initial.setdefault("owner", by.pk)

    def clean_contact(self) -> Contact | None:
        return self.known.get(self.cleaned_data["contact"])


class ContactForm(Prefixed):
    do = "person"
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs=PLAIN))
    role = forms.CharField(label="Role", max_length=120, required=False, widget=forms.TextInput(attrs=PLAIN))
    email = forms.EmailField(label="E-mail address", required=False, widget=forms.EmailInput(attrs=PLAIN))
    telephone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel"})
    )
    prefers = _choices("Has not said", Channel, label="Prefers")
    source = forms.CharField(
        label="Where we have it from",
        max_length=120,
        help_text="Such as: told us at a meeting. Tell them what for: to help their company, until two years after they leave.",
    )
    is_primary = forms.BooleanField(label="The first to ask", required=False)
    told = forms.BooleanField(label="They know how we use it", required=False)


class ConsentForm(Prefixed):
    do = "consent"
    contact = forms.ChoiceField(label="Who")
    purpose = forms.ChoiceField(label="To what", choices=ConsentPurpose.choices)
    given = forms.ChoiceField(label="What they said", choices=[("yes", "Yes"), ("no", "No, or not any more")])
    wording = forms.CharField(label="What they were asked, word for word", max_length=300, widget=_area())
    channel = forms.ChoiceField(label="How", choices=Channel.choices)

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(contact.pk): contact for contact in contacts}
        people: Any = self.fields["contact"]
        people.choices = [(key, contact.name) for key, contact in self.known.items()]

    def clean_contact(self) -> Contact:
        return self.known[self.cleaned_data["contact"]]


class _StateField(forms.ChoiceField):
    """Offers what may follow. What followed when the form was opened is read too: the action says what stands in its way."""

    def valid_value(self, value: Any) -> bool:
        return value in AccountState.values


class AccountForm(Seen):
    """What we set ourselves about an account; the state is one of those that may follow."""

    tier = forms.ChoiceField(label="Tier", choices=Tier.choices)
    next_review_on = _day(label="Next review", required=False)
    manager = PersonChoice(
        label="Who looks after it",
        queryset=managers(),
        empty_label=None,
        help_text="Its open tasks and requests go along, unless a colleague has them.",
    )
    organisation = forms.ModelChoiceField(
        label="Public profile",
        queryset=OrganisationPage.objects.none(),
        required=False,
        empty_label="None yet",
        help_text="Which organisation of the directory it is. Its people see the account then, and can ask for support.",
    )
    state = _StateField(label="State")
    reason = forms.CharField(
        label="Why the state changes", max_length=300, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: Any, account: Account, follows: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(account)
        organisation: Any = self.fields["organisation"]
        if account.organisation_id is not None and not self.is_bound:  # it is changed here, never taken away
            organisation.empty_label = None
        organisation.queryset = free_profiles(account)
        state: Any = self.fields["state"]
        state.choices = [(one.value, one.label) for one in (AccountState(account.state), *follows)]


class AccountsForm(forms.Form):
    """What the list is narrowed to; an address of ours, so that a view of it can be kept as a bookmark."""

    q = forms.CharField(label="Name, person or words", required=False, max_length=120)
    tier = _choices("Every tier", Tier, label="Tier")
    manager = PersonChoice(label="Manager", queryset=managers(), required=False, empty_label="Everybody")
    state = _choices("All but closed", AccountState, label="State")
    need = forms.ModelChoiceField(
        label="Asks for", queryset=Need.objects.all(), required=False, empty_label="Anything", to_field_name="slug"
    )
    silent = forms.BooleanField(label="Not heard from for 90 days", required=False)

    def wanted(self) -> Wanted:
        said = self.cleaned_data if self.is_valid() else {}
        manager, need = said.get("manager"), said.get("need")
        return Wanted(
            words=said.get("q", ""),
            tier=said.get("tier", ""),
            manager=manager.pk if manager else None,
            state=said.get("state", ""),
            need=need.slug if need else "",
            silent=said.get("silent", False),
        )


# ---- enquiries ------------------------------------------------------------------------------------------------------
class EnquiriesForm(forms.Form):
    kind = _choices("Every kind", EnquiryKind, label="Kind")
    state = _choices("Every state", EnquiryState, label="State")
    mine = forms.BooleanField(label="Mine alone", required=False)


class ConvertForm(forms.Form):
    """Which account an enquiry becomes: one that we know, or a new one."""

    NEW = "new"
    account = forms.ChoiceField(label="Which company is it?", widget=forms.RadioSelect)
    is_profile = forms.BooleanField(
        required=False,
        initial=True,
        help_text="A new account gets this public profile, so that the company’s people see the account.",
    )
    name = forms.CharField(label="What we call it", max_length=160, required=False)

    def __init__(
        self, *args: Any, known: list[Account], enquiry: Enquiry, profile: OrganisationPage | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(account.pk): account for account in known}
        self.profile = profile
        if profile is None:
            del self.fields["is_profile"]
        else:
            self.fields["is_profile"].label = f"This is {profile.title} in the directory"
        choice: Any = self.fields["account"]
        choice.choices = [
            *((key, f"{account.name}, {account.get_state_display().lower()}") for key, account in self.known.items()),
            (self.NEW, "Another company: open an account"),
        ]
        if not known:
            self.initial.setdefault("account", self.NEW)
        self.initial.setdefault("name", enquiry.organisation_name or enquiry.name)

    @property
    def chosen(self) -> Account | None:
        return self.known.get(self.cleaned_data["account"])

    @property
    def organisation(self) -> OrganisationPage | None:
        """The public profile of a new account."""
        return self.profile if self.chosen is None and self.cleaned_data.get("is_profile") else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=300, widget=_area())


# ---- requests -------------------------------------------------------------------------------------------------------
class _AskedForm(forms.Form):
    need = forms.ModelChoiceField(label="What is needed", queryset=Need.objects.all(), empty_label="Choose one")
    stage = forms.ModelChoiceField(label="At which stage", queryset=Stage.objects.all(), empty_label="Choose one")
    words = forms.CharField(
        label="In their words",
        widget=_area(4),
        help_text="One or two sentences that could be passed on. Never patient data. Kept as long as the account.",
    )
    urgency = forms.ChoiceField(label="How urgent", choices=Urgency.choices, initial=Urgency.NORMAL)
    confidentiality = forms.ChoiceField(
        label="Who may hear of it", choices=Confidentiality.choices, initial=Confidentiality.UNNAMED
    )


class RequestForm(_AskedForm):
    key = forms.UUIDField(widget=forms.HiddenInput)


class ChangeRequestForm(Seen, _AskedForm):
    """What is asked is corrected."""


class TakeForm(Prefixed):
    do = "take"
    owner = PersonChoice(label="Who sees to it", queryset=managers(), empty_label=None)
    next_step = forms.CharField(
        label="Next step",
        max_length=200,
        required=False,
        help_text="The company reads this.",
        widget=forms.TextInput(attrs=PLAIN),
    )


class ClockForm(Prefixed):
    do = "clock"
    paused_for = _choices("It runs", PausedFor, label="The clock stands because")
    excused = _choices("It counts", Excused, label="A late answer does not count because")


class BoardForm(forms.Form):
    owner = PersonChoice(label="Who sees to it", queryset=managers(), required=False, empty_label="Everybody")
    need = forms.ModelChoiceField(
        label="Need", queryset=Need.objects.all(), required=False, empty_label="Every need", to_field_name="slug"
    )
    late = forms.BooleanField(label="Late alone", required=False)


# ---- the log of access ----------------------------------------------------------------------------------------------
class LogForm(forms.Form):
    who = PersonChoice(label="Who", queryset=User.objects.none(), required=False, empty_label="Everybody")
    what = _choices("Everything", Access, label="What")
    model = forms.ChoiceField(label="Of which kind", required=False)
    number = forms.IntegerField(label="Its number", required=False, min_value=1, max_value=2**31 - 1)
    company = forms.CharField(label="Company", required=False, max_length=120)
    since = _day(label="From", required=False)
    until = _day(label="Until", required=False)

    def __init__(self, *args: Any, people: Any, models: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.queryset = people
        model: Any = self.fields["model"]
        model.choices = [("", "Every kind"), *models]

    def asked(self) -> Asked:
        """What fits; a date that is none narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        who = said.get("who")
        return Asked(
            who=who.pk if who else None,
            what=said.get("what", ""),
            model=said.get("model", ""),
            key=said.get("number"),
            company=said.get("company", ""),
            since=said.get("since"),
            until=said.get("until"),
        )
