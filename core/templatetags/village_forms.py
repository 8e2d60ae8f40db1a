"""Tags of the form templates: what a field is drawn as, and the list of what to put right."""

from typing import NamedTuple

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

register = template.Library()

# nhsuk-frontend's name for each kind of control; the first that fits.
CONTROLS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "nhsuk-checkboxes__input"),
    (forms.Textarea, "nhsuk-textarea"),
    (forms.Select, "nhsuk-select"),
    (forms.ClearableFileInput, "nhsuk-file-upload"),
    (forms.Widget, "nhsuk-input"),
)


class Mistake(NamedTuple):
    target: str
    words: str


@register.filter
def control_kind(field: BoundField) -> str:
    """``radios``, ``checkboxes``, ``checkbox`` (a single one), ``group`` (several controls) or ``control``."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "control"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control itself with its class; what the form set on the widget (autocomplete, inputmode …) is kept."""
    widget = field.field.widget
    name = next(name for kind, name in CONTROLS if isinstance(widget, kind))
    classes = [name, *([f"{name}--error"] if field.errors else []), widget.attrs.get("class", "")]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def choices(field: BoundField, kind: str) -> list[BoundWidget]:
    """The options of radios or checkboxes, each input with its class."""
    found = list(field.subwidgets)
    for option in found:
        option.data["attrs"] = {**option.data["attrs"], "class": f"nhsuk-{kind}__input"}
    return found


@register.filter
def mistakes(form: forms.BaseForm) -> list[Mistake]:
    """Every error of ``form`` with the id of the control to mend, in the order of the fields; the form's own first."""
    found = [Mistake("", str(words)) for words in form.non_field_errors()]
    for field in form:
        found += [Mistake(_first_id(field), str(words)) for words in field.errors]
    return found


def _first_id(field: BoundField) -> str:
    return field.id_for_label or f"{field.auto_id}_0"
