"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models


class StoryKind(models.TextChoices):
    NEWS = "news", "News"
    CASE_STUDY = "case-study", "Case study"


class DoorIcon(models.TextChoices):
    """Drawings of the four doors on the home page; names of the icon sprite."""

    MEET = "meet", "Two arches (companies)"
    LAB = "lab", "Flask (clinicians)"
    GROWTH = "growth", "Rising line (investors)"
    DOOR = "door", "Door (visitors)"
    PEOPLE = "people", "People"
    CALENDAR = "calendar", "Calendar"


class EnquiryKind(models.TextChoices):
    """What an enquiry may be about; stands in addresses as ``/contact/?kind=space``."""

    SPACE = "space", "Space"
    PARTNERSHIP = "partnership", "Partnership"
    INCUBATOR = "incubator", "Incubator"
    CLINICAL_COLLABORATION = "clinical-collaboration", "Clinical collaboration"
    INVESTMENT = "investment", "Investment"
    STAFF_IDEA = "staff-idea", "Staff idea"
