"""The CMS as the village's editors meet it: its colours, its checks, its first page; less of what they never need."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.home import WhatsNewInWagtailVersionPanel

from . import dashboard


@hooks.register("insert_global_admin_css")
def village_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cms.css"))


# ---- checks while writing -------------------------------------------------------------------------------------------
class VillageChecker(ContentCheckerItem):
    """Wagtail's checker with those rules of axe that catch what an editor can do wrong and put right."""

    axe_exclude = [".v-header", ".v-footer"]  # on every page, and not an editor's to mend; tests/browser looks at them
    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        "color-contrast",
        "image-alt",
        "link-in-text-block",
        "list",
        "listitem",
        "page-has-heading-one",
        "table-duplicate-name",
        "td-headers-attr",
    ]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {"id": "p-as-heading", "selector": "p:not(.v-lead)"},  # a lead is large on purpose, and no heading
    ]
    axe_messages = {
        **ContentCheckerItem.axe_messages,
        "color-contrast": {
            "error_name": "Text is hard to read against its ground",
            "help_text": "Use the styles of the editor; text on a picture needs 4.5 to 1",
        },
        "image-alt": {
            "error_name": "A picture without alternative text",
            "help_text": "Say what it shows, or mark it as decorative",
        },
        "link-in-text-block": {
            "error_name": "A link that only its colour tells from the text",
            "help_text": "Leave links underlined",
        },
        "page-has-heading-one": {
            "error_name": "The page has no main heading",
            "help_text": "The page title becomes the main heading: fill it in",
        },
        "table-duplicate-name": {
            "error_name": "A table's caption repeats its summary",
            "help_text": "Keep the caption, empty the summary",
        },
    }


@hooks.register("construct_wagtail_userbar")
def check_as_the_village_does(request: HttpRequest, items: list[Any], page: Any) -> None:
    for position, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[position] = VillageChecker(in_editor=item.in_editor)


# ---- first page -----------------------------------------------------------------------------------------------------
@hooks.register("construct_homepage_panels")
def dashboard_panels(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [panel for panel in panels if not isinstance(panel, WhatsNewInWagtailVersionPanel)]
    panels.extend(dashboard.panels())


# ---- less to look at ------------------------------------------------------------------------------------------------
@hooks.register("construct_help_menu")
def no_news_about_the_software(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if not item.name.startswith("whats-new-in-wagtail")]
