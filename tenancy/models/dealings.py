"""PRIVATE: what was said and done with an account, and what is to be done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import Channel, Confidentiality, TaskState, Visibility

from .accounts import Account, Contact
from .private import Private, PrivateQuerySet, of_own_organisations
from .requests import readable_requests


def _shared_with(user: User) -> Q:
    return of_own_organisations(user, "account__organisation") & Q(visibility=Visibility.SHARED)


class InteractionQuerySet(PrivateQuerySet["Interaction"]):
    def for_outsider(self, user: User) -> Q:
        return _shared_with(user)


class Interaction(Private):
    """We spoke, met or wrote. The tenant can ask to read it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=7, choices=Channel)
    at = models.DateTimeField("when", default=timezone.now)
    contacts = models.ManyToManyField(Contact, blank=True, related_name="interactions")
    words = models.TextField()
    visibility = models.CharField(
        max_length=10,
        choices=[choice for choice in Visibility.choices if choice[0] != Visibility.RESTRICTED],
        default=Visibility.TEAM,
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = InteractionQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["account", "-at"], name="tenancy_interaction_by_account")]


class NoteQuerySet(PrivateQuerySet["Note"]):
    def for_staff(self, user: User) -> Q:
        return (
            ~Q(visibility=Visibility.RESTRICTED)
            | Q(by=user)
            | Q(pk__in=NoteReader.objects.filter(user=user).values("note"))
        )

    def for_outsider(self, user: User) -> Q:
        return _shared_with(user)


class Note(Private):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes")
    words = models.TextField()
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.TEAM)
    theirs = models.BooleanField("the company wrote it", default=False, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["account", "-at"], name="tenancy_note_by_account")]


class NoteReaderQuerySet(PrivateQuerySet["NoteReader"]):
    def for_staff(self, user: User) -> Q:
        return Q(user=user) | Q(
            note__by=user
        )  # that there is such a note, and whom it names, is as restricted as its words


class NoteReader(Private):
    """Somebody who may read a restricted note, beside whoever wrote it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = NoteReaderQuerySet.as_manager()

    class Meta(Private.Meta):
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="tenancy_one_reader_a_note")]


class TaskQuerySet(PrivateQuerySet["Task"]):
    def for_staff(self, user: User) -> Q:
        """One that belongs to a request names it, and the partner: as restricted as that, but for whoever has to do it."""
        readable = readable_requests(user, "request__")
        return readable | Q(owner=user) if readable else readable  # with nothing in it, it is everything

    def for_outsider(self, user: User) -> Q:
        """Those that are shared with their company; never what names a restricted request."""
        of_none = Q(request=None) | ~Q(request__confidentiality=Confidentiality.RESTRICTED)
        return of_own_organisations(user, "account__organisation") & Q(shared=True) & of_none

    def open(self) -> "TaskQuerySet":
        return self.filter(state=TaskState.OPEN)


class Task(Private):
    """Something that a colleague will do, or sees to that the company does. ``remind_on``: the day on which they are written to.

    ``shared``: the company reads it and ticks it; with ``contact``, that person of it, or an admin.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tasks")
    request = models.ForeignKey(
        "tenancy.SupportRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    words = models.CharField(max_length=300)
    due_on = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="account_tasks"
    )
    shared = models.BooleanField("shared with the company", default=False)
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="given to",
        help_text="Of the company; without, it is anybody’s there.",
    )
    state = models.CharField(max_length=9, choices=TaskState, default=TaskState.OPEN)
    remind_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = TaskQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["owner", "state", "due_on"], name="tenancy_task_by_owner"),
            models.Index(fields=["account", "state"], name="tenancy_task_by_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN, done_at__isnull=True)
                | (~Q(state=TaskState.OPEN) & Q(done_at__isnull=False)),
                name="tenancy_a_task_that_is_over_says_since_when",
            )
        ]

    @property
    def is_overdue(self) -> bool:
        return self.state == TaskState.OPEN and self.due_on < timezone.localdate()
