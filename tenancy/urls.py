from django.urls import path

from .views import accounts, day, enquiries, requests

urlpatterns = [
    path("staff/", day.day, name="staff_day"),
    path("staff/accounts/", accounts.listing, name="staff_accounts"),
    path("staff/accounts/<int:pk>/", accounts.record, name="staff_account"),
    path("staff/accounts/<int:pk>/people/", accounts.people, name="staff_people"),
    path("staff/accounts/<int:pk>/requests/new/", requests.new, name="staff_new_request"),
    path("staff/tasks/<int:pk>/", day.task, name="staff_task"),
    path("staff/enquiries/", enquiries.listing, name="staff_enquiries"),
    path("staff/enquiries/<int:pk>/", enquiries.enquiry, name="staff_enquiry"),
    path("staff/requests/", requests.board, name="staff_requests"),
    path("staff/requests/<int:pk>/", requests.request_, name="staff_request"),
]
