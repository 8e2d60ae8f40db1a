"""What every private table has in common: one door, and no trace in the CMS."""

from collections.abc import Collection
from typing import Any, Generic, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from directory.choices import MemberRole
from tenancy.grants import works_with_accounts

M = TypeVar("M", bound="Private")


class PrivateQuerySet(models.QuerySet[M], Generic[M]):
    """Whoever shows records to somebody begins with ``visible_to``; what is seen by whom is said once, beside each model."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of these, the ones that ``user`` may read."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        mine = self.for_staff(user) if works_with_accounts(user) else self.for_outsider(user)
        return self.filter(mine)

    def own_of(self, user: User) -> Self:
        """Of these, what is theirs or their company's: of account managers too, who may read more."""
        return self.filter(self.for_outsider(user))

    def for_staff(self, user: User) -> Q:
        """What an account manager reads; all, unless the model says less."""
        return Q()

    def for_outsider(self, user: User) -> Q:
        """What anybody else reads; nothing, unless the model says more."""
        return Q(pk__in=())


class Private(models.Model):
    """No permissions to be ticked in the CMS, and none of its lists of what uses a page says that there is a record."""

    wagtail_reference_index_ignore = True
    can: Collection[str]  # the states that may follow, filled in where a page offers them

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}".capitalize()  # no name: this may stand in a log


class AppendOnlyError(RuntimeError):
    """Something tried to change what is only ever added to."""


class AppendOnly(Private):
    """Written once. It goes with the record that it belongs to, or when its time is over."""

    class Meta(Private.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"A {self._meta.verbose_name} is added, never changed: write another one.")
        super().save(*args, **kwargs)


def of_own_organisations(user: User, path: str, *, admins: bool = False) -> Q:
    """Records whose ``path`` leads to an organisation that ``user`` belongs to, or looks after."""
    mine: dict[str, Any] = {f"{path}__members__user": user}
    if admins:
        mine[f"{path}__members__role"] = MemberRole.ADMIN
    return Q(**mine)
