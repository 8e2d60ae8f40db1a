from django.urls import path

from .views import api, public, staff

urlpatterns = [
    path("impact/", public.impact, name="impact"),
    path("impact/figures.csv", public.figures_csv, name="impact_figures"),
    path("impact/<slug:slug>/", public.target, name="impact_target"),
    path("api/v1/impact/", api.impact, name="api_impact"),
    path("staff/impact/", staff.overview, name="staff_impact"),
    path("staff/impact/evidence.csv", staff.export, name="staff_impact_export"),
    path("staff/impact/quarters/<slug:day>/", staff.quarter, name="staff_impact_quarter"),
    path("staff/impact/figures/<int:figure>/", staff.correct, name="staff_impact_correct"),
    path("staff/impact/entries/<int:entry>/", staff.entry, name="staff_impact_entry"),
    path("staff/impact/<slug:slug>/", staff.target, name="staff_impact_target"),
    path("staff/impact/<slug:slug>/figure/", staff.enter, name="staff_impact_enter"),
]
