"""What editors set once for the whole site: who answers, where, and the line that says it is a demonstration."""

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="home")
class SiteSettings(BaseSiteSetting):
    contact_name = models.CharField(max_length=120, blank=True, help_text="The named person whom a visitor may ask.")
    contact_role = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_telephone = models.CharField(max_length=40, blank=True)
    contact_hours = models.CharField(max_length=120, blank=True, help_text="Such as: Weekdays, 9:00 to 17:00.")
    contact_is_demonstration = models.BooleanField(default=False, help_text="Tick when the person is invented.")
    address = models.TextField(blank=True, help_text="One line of the address a line, as in the footer.")
    run_by = models.CharField(max_length=160, blank=True, help_text="Named at the foot of every page.")
    demonstration_notice = models.CharField(
        max_length=200, blank=True, help_text="Shown at the top of every page. Empty: no line."
    )
    introduction_wait = models.CharField(
        max_length=120, blank=True, help_text="How long an answer to a first enquiry usually takes."
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("contact_name"),
                FieldPanel("contact_role"),
                FieldPanel("contact_email"),
                FieldPanel("contact_telephone"),
                FieldPanel("contact_hours"),
                FieldPanel("introduction_wait"),
                FieldPanel("contact_is_demonstration"),
            ],
            heading="Ask a person",
        ),
        MultiFieldPanel([FieldPanel("address"), FieldPanel("run_by")], heading="Foot of the page"),
        FieldPanel("demonstration_notice"),
    ]

    class Meta:
        verbose_name = "village"
