"""PRIVATE: how somebody likes to look at a list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from tenancy.choices import ListOf

from .private import Private, PrivateQuerySet


class SavedViewQuerySet(PrivateQuerySet["SavedView"]):
    def for_staff(self, user: User) -> Q:
        return Q(user=user)


class SavedView(Private):
    """Filters of a list under a name, for one person and nobody else; ``query`` is what stands in the address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=8, choices=ListOf)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    is_default = models.BooleanField("the list opens with it", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["of", "name", "pk"]
        constraints = [
            models.UniqueConstraint("user", "of", Lower("name"), name="tenancy_one_view_a_name"),
            models.UniqueConstraint(
                fields=["user", "of"], condition=Q(is_default=True), name="tenancy_one_default_view"
            ),
        ]
