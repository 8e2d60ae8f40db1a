"""The profile as its own people type it: plain fields, and a group of fields for each offer and each need."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.validators import URLValidator
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone
from wagtail.images.fields import WagtailImageField

from .choices import TeamSize
from .logos import Drawn, drawn_anew, size_of
from .models import Need, Place, Sector, Stage, Theme
from .profile_fields import Values, tidy
from .validators import at_most_25_words

STATEMENTS = {"offers": "Offer", "seeks": "Need"}
MOST_STATEMENTS = 12
LARGEST_FILE, MOST_PIXELS, FEWEST_PIXELS = 2 * 1024 * 1024, 20_000_000, 48
EARLIEST_YEAR = 1000
PARTS = ("need", "stages", "words", "expires_on")


UNREADABLE = "We can’t read this picture. Save it as a PNG, and choose it again."


class LogoField(WagtailImageField):
    def check_image_pixel_size(self, f: Any) -> None:
        """By what the file says of itself: Wagtail draws it first, which is what a picture that is too large is made for."""
        try:
            width, height = size_of(f)
        except (OSError, ValueError, SyntaxError) as error:
            raise forms.ValidationError(UNREADABLE) from error
        if width * height > MOST_PIXELS:
            raise forms.ValidationError("This picture has too many pixels. Save it smaller, and choose it again.")


class LogoForm(forms.Form):
    """Looked at as pictures of the CMS are, with less room: nobody fills our disk."""

    logo = LogoField(label="Your logo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["logo"]
        field.max_upload_size = LARGEST_FILE
        field.help_text = "A PNG, JPEG, GIF, WebP or AVIF of at most 2 MB, best on a light or clear ground."
        field.error_messages["file_too_large"] = "This file is larger than 2 MB. Save it smaller, and choose it again."
        field.error_messages["required"] = "Choose a file."

    def clean_logo(self) -> Drawn:
        file = self.cleaned_data["logo"]
        file.seek(0)
        try:
            drawn = drawn_anew(file)
        except (OSError, ValueError, SyntaxError) as error:
            raise forms.ValidationError(UNREADABLE) from error
        if min(drawn.width, drawn.height) < FEWEST_PIXELS:
            raise forms.ValidationError(
                f"It is too small to be seen: send one of at least {FEWEST_PIXELS} pixels a side."
            )
        return drawn


class ProfileForm(forms.Form):
    """``rows`` says how many offers and needs there are to fill in; sent along, so that nothing typed is lost."""

    title = forms.CharField(label="Name", max_length=200)
    abbreviation = forms.CharField(
        label="Abbreviation", max_length=20, required=False, help_text="Such as NPIC. It is found by search."
    )
    summary = forms.CharField(
        label="Summary",
        required=False,
        max_length=300,
        validators=[at_most_25_words],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it does for somebody, in at most 25 words. It stands on cards and in search results.",
    )
    description = forms.CharField(
        label="About it",
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="An empty line begins a paragraph, a dash an item of a list.",
    )
    website = forms.CharField(
        label="Website",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        help_text="The whole address, such as https://example.org/.",
    )
    founded = forms.IntegerField(
        label="Founded",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "v-w5"}),
        help_text="The year.",
    )
    team_size = forms.ChoiceField(label="Team", required=False, choices=[("", "Not stated"), *TeamSize.choices])
    stage = forms.ModelChoiceField(
        label="Stage of its product",
        queryset=Stage.objects.all(),
        required=False,
        empty_label="Not stated",
        help_text="How far a company’s own product has got. Leave it for anybody else.",
    )
    places = forms.ModelMultipleChoiceField(
        label="Where it is", queryset=Place.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors = forms.ModelMultipleChoiceField(
        label="Sectors", queryset=Sector.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.ModelMultipleChoiceField(
        label="Themes", queryset=Theme.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, values: Values | None = None, add: str = "") -> None:
        if data is not None and add in STATEMENTS:
            data = data.copy()
            data[f"{add}_rows"] = str(min(_rows_in(data, add) + 1, MOST_STATEMENTS))
        super().__init__(data, initial=_initial(values) if values else None, use_required_attribute=False)
        needs, stages = list(Need.objects.all()), list(Stage.objects.all())  # read once, however many rows there are
        self.need_choices = [("", "None: leave this out"), *((need.pk, str(need)) for need in needs)]
        self.stage_choices = [(stage.pk, f"{stage.number} {stage.short_name or stage.name}") for stage in stages]
        self.rows = {}
        for kind, label in STATEMENTS.items():
            there = _rows_in(data, kind) if data is not None else len((values or {}).get(kind, [])) + 1
            self.rows[kind] = min(there, MOST_STATEMENTS)
            self.fields[f"{kind}_rows"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.rows[kind], required=False
            )
            for number in range(self.rows[kind]):
                self._add_statement(f"{kind}-{number}", f"{label} {number + 1}")

    def _add_statement(self, prefix: str, label: str) -> None:
        need = forms.ModelChoiceField(label=label, queryset=Need.objects.all(), required=False)
        stages = forms.ModelMultipleChoiceField(
            label="At which stages?",
            queryset=Stage.objects.all(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        need.choices, stages.choices = self.need_choices, self.stage_choices
        self.fields |= {
            f"{prefix}-need": need,
            f"{prefix}-stages": stages,
            f"{prefix}-words": forms.CharField(
                label="In one sentence of yours",
                required=False,
                max_length=240,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            f"{prefix}-expires_on": forms.DateField(
                label="Last day it is shown",
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
        }

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def clean_description(self) -> str:
        return tidy(self.cleaned_data["description"])

    def clean_website(self) -> str:
        address = str(self.cleaned_data["website"]).strip()
        if address and "://" not in address:
            address = f"https://{address}"
        if address:
            URLValidator(schemes=["http", "https"], message="That is not a web address, such as https://example.org/.")(
                address
            )
        return address

    def clean_founded(self) -> int | None:
        year: int | None = self.cleaned_data["founded"]
        if year is not None and not EARLIEST_YEAR <= year <= timezone.localdate().year:
            raise forms.ValidationError(f"That is not a year up to {timezone.localdate().year}.")
        return year

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for kind in STATEMENTS:
            for number in range(self.rows[kind]):
                self._check_statement(f"{kind}-{number}", cleaned)
        return cleaned

    def _check_statement(self, prefix: str, cleaned: dict[str, Any]) -> None:
        need, stages = cleaned.get(f"{prefix}-need"), cleaned.get(f"{prefix}-stages")
        has_more = bool(stages or cleaned.get(f"{prefix}-words") or cleaned.get(f"{prefix}-expires_on"))
        if need and not stages and f"{prefix}-stages" not in self.errors:
            self.add_error(f"{prefix}-stages", f"Tick at least one stage for {need}.")
        elif not need and has_more and f"{prefix}-need" not in self.errors and cleaned.get(f"{prefix}-words"):
            self.add_error(f"{prefix}-need", "Choose which need your sentence is about, or empty the sentence.")

    @property
    def values(self) -> Values:
        """What was typed, as ``profile_fields`` reads it from a page; of a form that is valid."""
        cleaned = self.cleaned_data
        found: Values = {name: cleaned[name] for name in ("title", "abbreviation", "summary", "description", "website")}
        found |= {"founded": cleaned["founded"], "team_size": cleaned["team_size"]}
        found["stage"] = cleaned["stage"].pk if cleaned["stage"] else None
        for name in ("places", "sectors", "themes"):
            found[name] = sorted(term.pk for term in cleaned[name])
        for kind in STATEMENTS:
            found[kind] = list(self._statements(kind))
        return found

    def _statements(self, kind: str) -> Iterator[dict[str, Any]]:
        for number in range(self.rows[kind]):
            need, stages, words, until = (self.cleaned_data[f"{kind}-{number}-{part}"] for part in PARTS)
            if need:
                yield {
                    "need": need.pk,
                    "stages": sorted(stage.pk for stage in stages),
                    "words": " ".join(words.split()),
                    "expires_on": until.isoformat() if until else "",
                }

    def unjudged(self) -> "ProfileForm":
        """The same with everything that was typed, before anything is said about it."""
        self._errors = ErrorDict()
        return self

    # ---- as it is shown ---------------------------------------------------------------------------------------------
    @property
    def as_sent(self) -> list[tuple[str, str]]:
        """Everything that was typed, by the name of its field, to be sent along unseen."""
        data = cast(QueryDict, self.data)
        return [(name, value) for name in self.fields for value in data.getlist(name)]

    @property
    def plain(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if "-" not in field.name]

    @property
    def statements(self) -> list[tuple[str, list["Group"]]]:
        """The fields of each offer, then of each need, in groups."""
        return [(kind, [self._group(f"{kind}-{number}") for number in range(self.rows[kind])]) for kind in STATEMENTS]

    def _group(self, prefix: str) -> "Group":
        fields = [self[f"{prefix}-{part}"] for part in PARTS]
        return Group(fields, is_blank=not any(field.value() or field.errors for field in fields))


@dataclass(frozen=True)
class Group:
    """The fields of one offer or need."""

    fields: list[BoundField]
    is_blank: bool


def _rows_in(data: QueryDict, kind: str) -> int:
    said = data.get(f"{kind}_rows", "")
    return int(said) if said.isdecimal() and len(said) < len("100") else 1


def _initial(values: Values) -> dict[str, Any]:
    found = {name: value for name, value in values.items() if name not in STATEMENTS}
    for kind in STATEMENTS:
        for number, one in enumerate(values.get(kind, [])):
            found |= {f"{kind}-{number}-{part}": one[part] for part in PARTS}
    return found


class ClaimForm(forms.Form):
    """Who somebody is in an organisation."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    words = forms.CharField(
        label="Who are you there?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you do there, and how we can tell: a page that names you, or somebody there whom we can ask.",
    )
