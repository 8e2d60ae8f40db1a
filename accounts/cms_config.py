from wagtail.users.apps import WagtailUsersAppConfig


class VillageUsersConfig(WagtailUsersAppConfig):
    """Wagtail's list of people, with our model's one name instead of two."""

    user_viewset = "accounts.cms_people.PeopleViewSet"
