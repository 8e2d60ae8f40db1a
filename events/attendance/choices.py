"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models


class PartKind(models.TextChoices):
    """Of what somebody was there for."""

    DAY = "day", "The whole day"
    SESSION = "session", "One session"


class What(models.TextChoices):
    """What was recorded at the door. Of two at the same moment the later one here wins."""

    IN = "in", "Checked in"
    OUT = "out", "Signed out"
    UNDO = "undo", "Check-in undone"
    CORRECTED = "corrected", "Corrected"


class RevokedWhy(models.TextChoices):
    CORRECTED = "corrected", "Attendance was corrected"
    BY_US = "by-us", "Revoked by us"
