"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models


class Group(models.TextChoices):
    """Under which heading a target stands."""

    COMPANIES = "companies", "Work with companies"
    STAFF = "staff", "People who work here"
    PUBLIC = "public", "Patients and the public"
    RESEARCH = "research", "Research and what it brings"


class Measure(models.TextChoices):
    """What a target is compared with."""

    TOTAL = "total", "Adds up over the whole period"
    YEARLY = "yearly", "Adds up over a year, from 1 April"
    AT_LEAST = "at-least", "A level to reach"
    AT_MOST = "at-most", "A level to come down to"


class Form(models.TextChoices):
    """How a number is written."""

    NUMBER = "number", "Number"
    PERCENT = "percent", "Per cent"
    PERCENT_MORE = "percent-more", "Per cent more"
    DAYS = "days", "Days"
    POUNDS = "pounds", "Pounds"


class Why(models.TextChoices):
    """Why an entry was reversed, or counted again."""

    BY_RULE = "by-rule", "By the rule"
    BY_STAFF = "by-staff", "By us"


LEVELS = frozenset({Measure.AT_LEAST, Measure.AT_MOST})
