"""``/staff/spaces/``: each address is behind a permission of its own."""

from django.urls import path

from .views import approvals, booking, closures, credentials, day, invoices, tenants, utilisation

urlpatterns = [
    path("", day.day, name="spaces_day"),
    path("bookings/<int:key>/", booking.booking, name="spaces_desk_booking"),
    path("book/", booking.book_for, name="spaces_book_for"),
    path("approvals/", approvals.approvals, name="spaces_approvals"),
    path("closures/", closures.closures, name="spaces_closures"),
    path("closures/new/", closures.close, name="spaces_close"),
    path("inductions/", credentials.credentials, name="spaces_credentials"),
    path("tenants/", tenants.tenants, name="spaces_tenants"),
    path("tenants/<int:key>/", tenants.tenant, name="spaces_tenant"),
    path("invoices/", invoices.invoices, name="spaces_invoices"),
    path("use/", utilisation.use, name="spaces_utilisation"),
]
