"""Composes the addresses of all apps; defines none of its own."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from accounts.cms_access import outsiders_refused
from core.api import unknown

decorate_urlpatterns(wagtailadmin_urls.urlpatterns, outsiders_refused)
to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("", include("core.urls")),
    # One door: Wagtail's own forms stay mounted behind these and would sign people in past the second factor.
    re_path(r"^cms/login/", to_login),
    re_path(r"^cms/password_reset/", to_login),
    re_path(r"^cms/logout/", RedirectView.as_view(pattern_name="account_logout")),
    re_path(r"^_util/login/", to_login),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("staff/spaces/", include("spaces.desk.urls")),
    path("my/tenant/", include("spaces.tenants.urls")),
    path("", include("search.urls")),
    path("", include("directory.urls")),
    path("", include("spaces.urls")),
    path("", include("tenancy.urls")),
    path("", include("events.urls")),
    path("", include("impact.urls")),
    path("", include("home.urls")),
    re_path(r"^api/", unknown),  # in JSON, whatever is asked for
]

if settings.DEMONSTRATION:  # in production the web server in front serves what editors uploaded
    # Documents go through Wagtail's view, which knows who may read them.
    media = re_path(r"^media/(?P<path>(?!documents/).*)$", serve, {"document_root": settings.MEDIA_ROOT})
    urlpatterns.append(media)

urlpatterns.append(path("", include(wagtail_urls)))

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
