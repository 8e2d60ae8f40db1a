"""Forms in which what was said, noted or is to be done is put right. They begin with what stands there."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from tenancy.choices import Visibility
from tenancy.models import Contact, Interaction, Note, NoteReader, Task
from tenancy.queries.accounts import managers
from tenancy.seen import read

from .forms import InteractionForm, NoteForm, Prefixed, Seen, TaskForm


class CorrectNoteForm(Seen, NoteForm):
    """``chooses``: who reads it; without, that stays as it is."""

    def __init__(self, *args: Any, note: Note, by: User, chooses: bool, **kwargs: Any) -> None:
        super().__init__(*args, by=by, staff=list(managers()), **kwargs)
        self.fields["words"].label = "What it says"
        named = NoteReader.objects.visible_to(by).filter(note=note).values_list("user", flat=True)
        self.initial = {**read(note), "readers": list(named)}
        visibility: Any = self.fields["visibility"]
        if not chooses:
            del self.fields["visibility"], self.fields["readers"]
        elif note.by_id != by.pk:  # only whoever wrote it restricts it
            visibility.choices = [choice for choice in Visibility.choices if choice[0] != Visibility.RESTRICTED]
            del self.fields["readers"]


class CorrectInteractionForm(Seen, Prefixed):
    do = "contact"
    words = InteractionForm.base_fields["words"]
    visibility = InteractionForm.base_fields["visibility"]

    def __init__(self, *args: Any, interaction: Interaction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(interaction)


class CorrectTaskForm(Seen, TaskForm):
    """Where it is nobody’s, or that of somebody who does not work with accounts any more, who does it is chosen anew."""

    def __init__(self, *args: Any, task: Task, by: User, staff: list[User], **kwargs: Any) -> None:
        contacts = Contact.objects.visible_to(by).filter(account=task.account_id)
        contacts = contacts.filter(Q(left_on=None) | Q(pk=task.contact_id))
        super().__init__(*args, by=by, staff=staff, contacts=contacts, initial=read(task), **kwargs)
        owner: Any = self.fields["owner"]
        if task.owner_id not in {person.pk for person in staff}:
            owner.choices = [("", "Choose somebody"), *owner.choices]
