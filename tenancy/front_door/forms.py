"""What a visitor types: five fields to write to us, two to hear from us."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django import forms
from django.http import QueryDict
from django.utils import timezone

from tenancy.choices import EnquiryKind, Topic
from tenancy.models.enquiries import LONGEST_MESSAGE

from .subject import LONGEST, Subject, subject_of

EMAIL_MISTAKES = {
    "required": "Enter the e-mail address that we should answer to.",
    "invalid": "Enter an e-mail address in full, such as ada@example.org.",
}
# News is asked for on a page of its own, where the address is confirmed.
KINDS = [choice for choice in EnquiryKind.choices if choice[0] not in (EnquiryKind.UPDATES, EnquiryKind.OTHER)]


class _ForPeople(forms.Form):
    # Only programs that fill in whatever they find see this one: it is neither shown nor read out.
    leave_empty = forms.CharField(required=False)

    @property
    def was_filled_in_by_a_program(self) -> bool:
        return bool(self.cleaned_data["leave_empty"])


class EnquiryForm(_ForPeople):
    template_name = "tenancy/front_door/form.html"

    kind = forms.ChoiceField(label="What is it about?", choices=[*KINDS, (EnquiryKind.OTHER, EnquiryKind.OTHER.label)])
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your name, so that we know whom we answer."},
    )
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages=EMAIL_MISTAKES,
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        required=False,
        help_text="If you write for one.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label="Your message",
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you make or do, and what would help. Please nothing about patients.",
        error_messages={"required": "Say in a sentence or two what we can do for you."},
    )
    subject = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, subject: Subject | None = None) -> None:
        super().__init__(data, auto_id="write-%s")
        # A browser always sends one of the list; who writes without it is heard too.
        self.fields["kind"].required = not self.is_bound or "kind" in self.data
        if subject is not None:
            self.initial = {"kind": subject.kind, "message": subject.words, "subject": subject.carried}

    def as_enquiry(self) -> dict[str, Any]:
        """For ``actions.receive``. The same words from the same address on the same day are the same form, sent again."""
        said = self.cleaned_data
        subject = subject_of(QueryDict(said["subject"]))
        return {
            "key": self._key(),
            "kind": said["kind"] or EnquiryKind.OTHER,
            "name": said["name"],
            "email": said["email"],
            "organisation_name": said["organisation"],
            "message": said["message"],
            "about": subject.about,
            "need": subject.need,
            "stage": subject.stage,
        }

    def _key(self) -> UUID:
        said = self.cleaned_data
        words = [said[name] for name in ("kind", "name", "email", "organisation", "message", "subject")]
        return uuid5(NAMESPACE_URL, "\n".join(["enquiry", timezone.localdate().isoformat(), *words]))


class TopicsForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label="What you would like to hear of",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one topic."},
    )


class UpdatesForm(_ForPeople, TopicsForm):
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={**EMAIL_MISTAKES, "required": "Enter the e-mail address that we should write to."},
    )

    field_order = ["email", "topics"]
