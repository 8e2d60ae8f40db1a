from bs4 import BeautifulSoup
from django import forms
from django.template.loader import render_to_string


class Enquiry(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        help_text="We answer here.",
        error_messages={"invalid": "Enter an address with an @", "required": "Enter your e-mail address"},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "v-w5"}),
    )
    stage = forms.ChoiceField(choices=[("1", "Needs"), ("2", "<Solution>")], widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(choices=[("1", "Data")], widget=forms.CheckboxSelectMultiple, required=False)
    news = forms.BooleanField(label="Send me news", required=False)
    place = forms.ChoiceField(choices=[("1", "Leeds")])
    starts = forms.SplitDateTimeField()
    words = forms.CharField(widget=forms.Textarea, required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        self.add_error(None, "Choose another day: the village is closed.")


def parsed(html):
    return BeautifulSoup(str(html), "html.parser")


def test_field_has_label_hint_and_its_own_attributes():
    page = parsed(Enquiry()["email"].as_field_group())

    assert page.label["for"] == page.input["id"] == "id_email"
    assert page.input["autocomplete"] == "email"
    assert page.input["class"] == ["nhsuk-input", "v-w5"]
    assert page.input["aria-describedby"] == "id_email_helptext"
    assert page.find(id="id_email_helptext").text == "We answer here."


def test_field_with_a_mistake_says_so_above_the_control():
    page = parsed(Enquiry({"email": "ada"})["email"].as_field_group())

    assert page.find(id="id_email_error").text == "Error: Enter an address with an @"
    assert page.input["aria-describedby"] == "id_email_helptext id_email_error"
    assert page.input["aria-invalid"] == "true"
    assert page.input["value"] == "ada", "what was typed is kept"
    assert "nhsuk-form-group--error" in page.div["class"]
    assert "nhsuk-input--error" in page.input["class"]


def test_choices_are_a_fieldset_with_a_legend():
    page = parsed(Enquiry()["stage"].as_field_group())

    assert page.fieldset.legend.text == "Stage"
    assert [label.text for label in page.find_all("label")] == ["Needs", "<Solution>"]
    assert [label["for"] for label in page.find_all("label")] == [box["id"] for box in page.find_all("input")]
    assert {box["class"][0] for box in page.find_all("input")} == {"nhsuk-radios__input"}


def test_optional_fields_say_so():
    assert parsed(Enquiry()["needs"].as_field_group()).legend.text == "Needs (optional)"
    assert parsed(Enquiry()["words"].as_field_group()).label.text == "Words (optional)"
    assert parsed(Enquiry()["email"].as_field_group()).label.text == "E-mail address"


def test_single_checkbox_stands_before_its_label():
    item = parsed(Enquiry()["news"].as_field_group()).find(class_="nhsuk-checkboxes__item")

    assert [child.name for child in item.find_all(True)] == ["input", "label"]


def test_every_kind_of_control_has_its_class():
    page = parsed(Enquiry().render())

    assert page.find("select")["class"] == ["nhsuk-select"]
    assert page.find("textarea")["class"] == ["nhsuk-textarea"]
    assert {box["class"][0] for box in page.find_all("input", type="checkbox")} == {"nhsuk-checkboxes__input"}
    assert page.find("input", type="hidden")["name"] == "token"


def test_summary_lists_each_mistake_with_a_link_to_a_control_that_is_there():
    form = Enquiry({"email": "ada"})
    page = parsed(render_to_string("components/error_summary.html", {"form": form}) + str(form))
    summary = page.find(class_="nhsuk-error-summary")
    links = [link["href"].removeprefix("#") for link in summary.find_all("a")]

    assert summary.h2.text == f"There are {len(links) + 1} things to put right"
    assert summary.li.text == "Choose another day: the village is closed."
    assert links[:2] == ["id_email", "id_stage_0"]
    assert [target for target in links if not page.find(id=target)] == []
    assert (summary["tabindex"], summary["role"]) == ("-1", "alert")


def test_no_summary_while_nothing_is_wrong():
    assert render_to_string("components/error_summary.html", {"form": Enquiry()}).strip() == ""
