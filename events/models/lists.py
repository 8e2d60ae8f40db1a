"""Lists that editors own: whom events are for, and who speaks at them."""

from django.db import models
from wagtail.admin.panels import FieldPanel, PageChooserPanel

from directory.models import Term


class Audience(Term):
    """Whom an event is for."""

    class Meta(Term.Meta):
        pass


class Speaker(models.Model):
    """Somebody who speaks at events or hosts them, and agreed to be named. Events point here, and so do old versions
    of their pages: taking the entry away takes the name off all of them."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=160, blank=True, help_text="Such as: Consultant pathologist.")
    organisation = models.ForeignKey(
        "directory.OrganisationPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Where they work, if it has a profile here. The profile lists the events at which they speak.",
    )
    consented_on = models.DateField(
        help_text="The day they agreed to be named. Take the entry away when they change their mind."
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        PageChooserPanel("organisation", "directory.OrganisationPage"),
        FieldPanel("consented_on"),
    ]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "speaker or host"
        verbose_name_plural = "speakers and hosts"

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name
