from django.urls import include, path

from .views import accounts, answers, day, enquiries, helping, merging, requests

urlpatterns = [
    path("", include("tenancy.front_door.urls")),
    path("my/", include("tenancy.my.urls")),
    path("staff/", day.day, name="staff_day"),
    path("staff/accounts/", accounts.listing, name="staff_accounts"),
    path("staff/accounts/<int:pk>/", accounts.record, name="staff_account"),
    path("staff/accounts/<int:pk>/change/", accounts.change, name="staff_change_account"),
    path("staff/accounts/<int:pk>/people/", accounts.people, name="staff_people"),
    path("staff/accounts/<int:pk>/merge/", merging.merge, name="staff_merge"),
    path("staff/merges/<int:pk>/", merging.merged, name="staff_merged"),
    path("staff/accounts/<int:pk>/requests/new/", requests.new, name="staff_new_request"),
    path("staff/tasks/<int:pk>/", day.task, name="staff_task"),
    path("staff/enquiries/", enquiries.listing, name="staff_enquiries"),
    path("staff/enquiries/<int:pk>/", enquiries.enquiry, name="staff_enquiry"),
    path("staff/requests/", requests.board, name="staff_requests"),
    path("staff/requests/<int:pk>/", requests.request_, name="staff_request"),
    path("staff/requests/<int:pk>/partners/", helping.partners, name="staff_partners"),
    path("staff/requests/<int:pk>/partners/<int:partner>/", helping.ask, name="staff_ask"),
    path("staff/requests/<int:pk>/outcomes/new/", helping.new_outcome, name="staff_new_outcome"),
    path("staff/introductions/<int:pk>/", helping.introduction, name="staff_introduction"),
    path("staff/introductions/<int:pk>/collaboration/", helping.new_collaboration, name="staff_new_collaboration"),
    path("staff/check-backs/<int:pk>/", helping.check_back, name="staff_check_back"),
    path("staff/outcomes/<int:pk>/", helping.outcome, name="staff_outcome"),
    path("staff/collaborations/<int:pk>/", helping.collaboration, name="staff_collaboration"),
    path("answer/introduction/<slug:side>/<str:token>/", answers.introduction, name="answer_introduction"),
    path("answer/check-back/<str:token>/", answers.check_back, name="answer_check_back"),
    path("answer/outcome/<str:token>/", answers.outcome, name="answer_outcome"),
]
