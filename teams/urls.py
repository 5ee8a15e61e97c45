from django.urls import path

from teams import views

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/<int:pk>/", views.team, name="team"),
    path("members/<int:pk>/account/", views.leader_account, name="leader-account"),
]
