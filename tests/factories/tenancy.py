"""Private records, valid and minimal. An account is that of a tenant whom a manager looks after."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from tenancy.choices import (
    AccountState,
    Answer,
    Channel,
    ConsentPurpose,
    EnquiryKind,
    IntroductionState,
    OutcomeKind,
)
from tenancy.models import (
    Absence,
    Account,
    AccountMerge,
    CheckBack,
    ChecklistItem,
    Collaboration,
    CollaborationParty,
    ConsentEvent,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    MatchSuggestion,
    NewsDelivery,
    NewsLetter,
    Note,
    NoteReader,
    Objective,
    Outcome,
    OutcomeConfirmation,
    Plan,
    SavedView,
    SupportRequest,
    Task,
    TeamMember,
    Tenancy,
    UpdatesSubscription,
)

from .accounts import UserFactory
from .directory import NeedFactory, OrganisationFactory, StageFactory


def manager(**fields: Any) -> User:
    return UserFactory(group="Account managers", **fields)


def lead(**fields: Any) -> User:
    return UserFactory(group="Leadership", **fields)


def in_days(days: int) -> factory.LazyFunction:
    return factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=days))


class EnquiryFactory(DjangoModelFactory):
    class Meta:
        model = Enquiry

    kind = EnquiryKind.SPACE
    name = factory.Sequence(lambda n: f"Visitor {n}")
    email = factory.Sequence(lambda n: f"visitor-{n}@example.org")
    message = "We are looking for two benches."
    reply_by = in_days(5)


class UpdatesSubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = UpdatesSubscription

    email = factory.Sequence(lambda n: f"reader-{n}@example.org")
    topics = ["news"]


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.LazyAttribute(lambda account: account.organisation.title if account.organisation else "A prospect")
    state = AccountState.ACTIVE
    manager = factory.LazyFunction(manager)


class AccountMergeFactory(DjangoModelFactory):
    class Meta:
        model = AccountMerge

    account = factory.SubFactory(AccountFactory)
    merged = factory.SubFactory(AccountFactory)


class TeamMemberFactory(DjangoModelFactory):
    class Meta:
        model = TeamMember

    account = factory.SubFactory(AccountFactory)
    user = factory.LazyFunction(manager)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    account = factory.SubFactory(AccountFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")
    email = factory.Sequence(lambda n: f"contact-{n}@example.org")
    source = "told us at a meeting"


class ConsentEventFactory(DjangoModelFactory):
    class Meta:
        model = ConsentEvent

    contact = factory.SubFactory(ContactFactory)
    purpose = ConsentPurpose.NAMED
    given = True
    wording = "May we name you to a partner?"
    channel = Channel.CALL


class TenancyFactory(DjangoModelFactory):
    class Meta:
        model = Tenancy

    account = factory.SubFactory(AccountFactory)
    space = "Two desks on the first floor"
    starts_on = in_days(-100)


class ChecklistItemFactory(DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    tenancy = factory.SubFactory(TenancyFactory)
    words = "Keys handed over"


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    account = factory.SubFactory(AccountFactory)
    starts_on = in_days(-30)
    ends_on = in_days(335)


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    plan = factory.SubFactory(PlanFactory)
    words = "A third paying hospital."
    due_on = in_days(60)


class InteractionFactory(DjangoModelFactory):
    class Meta:
        model = Interaction

    account = factory.SubFactory(AccountFactory)
    kind = Channel.CALL
    words = "They asked about benches."


class NewsLetterFactory(DjangoModelFactory):
    class Meta:
        model = NewsLetter

    subject = "Two benches are free"
    text = "From March.\n\nSee https://example.org/benches?from=march"
    topics = ["news"]


class NewsDeliveryFactory(DjangoModelFactory):
    class Meta:
        model = NewsDelivery

    letter = factory.SubFactory(NewsLetterFactory)
    subscription = factory.SubFactory(UpdatesSubscriptionFactory)


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    account = factory.SubFactory(AccountFactory)
    words = "Call before noon."


class NoteReaderFactory(DjangoModelFactory):
    class Meta:
        model = NoteReader

    note = factory.SubFactory(NoteFactory, visibility="restricted")
    user = factory.LazyFunction(manager)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    user = factory.LazyFunction(manager)
    starts_on = in_days(0)
    ends_on = in_days(7)


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    user = factory.LazyFunction(manager)
    of = "accounts"
    name = factory.Sequence(lambda n: f"View {n}")
    query = "tier=growth"


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task

    account = factory.SubFactory(AccountFactory)
    words = "Ring them back."
    due_on = in_days(3)
    owner = factory.SelfAttribute("account.manager")


class SupportRequestFactory(DjangoModelFactory):
    class Meta:
        model = SupportRequest

    account = factory.SubFactory(AccountFactory)
    need = factory.SubFactory(NeedFactory)
    stage = factory.SubFactory(StageFactory)
    words = "Somebody to read our clinical evaluation."
    respond_by = in_days(5)


class MatchSuggestionFactory(DjangoModelFactory):
    class Meta:
        model = MatchSuggestion

    request = factory.SubFactory(SupportRequestFactory)
    partner = factory.SubFactory(OrganisationFactory)
    score = 70


class IntroductionFactory(DjangoModelFactory):
    """Asked, and nobody has answered. ``both_agreed=True``: both have."""

    class Meta:
        model = Introduction

    class Params:
        both_agreed = factory.Trait(
            state=IntroductionState.AGREED,
            tenant_answer=Answer.GIVEN,
            partner_answer=Answer.GIVEN,
            tenant_answered_at=factory.LazyFunction(timezone.now),
            partner_answered_at=factory.LazyFunction(timezone.now),
        )
        made = factory.Trait(
            both_agreed=True, state=IntroductionState.INTRODUCED, introduced_at=factory.LazyFunction(timezone.now)
        )

    request = factory.SubFactory(SupportRequestFactory)
    partner = factory.SubFactory(OrganisationFactory)


class CheckBackFactory(DjangoModelFactory):
    class Meta:
        model = CheckBack

    introduction = factory.SubFactory(IntroductionFactory, made=True)
    days = 14
    due_on = in_days(14)


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    account = factory.SubFactory(AccountFactory)
    kind = OutcomeKind.ADVICE
    occurred_on = in_days(-1)
    evidence = "A letter that the manager has seen."


class OutcomeConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = OutcomeConfirmation

    outcome = factory.SubFactory(OutcomeFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class CollaborationFactory(DjangoModelFactory):
    class Meta:
        model = Collaboration

    title = factory.Sequence(lambda n: f"Collaboration {n}")
    kind = "pilot"


class CollaborationPartyFactory(DjangoModelFactory):
    class Meta:
        model = CollaborationParty

    collaboration = factory.SubFactory(CollaborationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
