"""What a letter of news consists of."""

from django import forms

from tenancy.choices import Topic


class NewsForm(forms.Form):
    subject = forms.CharField(label="Subject", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(
        label="Text",
        max_length=20_000,
        help_text="A blank line begins a paragraph. An address, such as https://example.org/, becomes a link.",
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    topics = forms.MultipleChoiceField(
        label="Who gets it: whoever asked for one of these",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one topic."},
    )
