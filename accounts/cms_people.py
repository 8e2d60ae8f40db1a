"""People as the CMS lists and edits them: with one name, and no need of a password."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView, UserViewSet

from .models import User

FIELDS = ["email", "name", "is_superuser", "groups"]


class _OneName:
    """Set to None, a field that the parent declares is gone."""

    first_name = None
    last_name = None


class PersonCreationForm(_OneName, UserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "Leave it empty, and they sign in with a code that we mail them."

    class Meta(UserCreationForm.Meta):
        fields = FIELDS


class PersonEditForm(_OneName, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = [*FIELDS, "is_active"]


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]


class PeopleIndexView(IndexView):
    @property
    def search_fields(self) -> set[str]:
        return {"name", "email"}

    def order_queryset(self, queryset: "QuerySet[User]") -> "QuerySet[User]":
        if self.ordering in ("name", "-name"):
            return queryset.order_by(self.ordering, "email")
        return super().order_queryset(queryset)


class PeopleViewSet(UserViewSet):
    index_view_class = PeopleIndexView

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return PersonEditForm if for_update else PersonCreationForm
