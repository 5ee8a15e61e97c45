from django.urls import path

from targets import views

urlpatterns = [path("targets/", views.targets, name="targets")]
