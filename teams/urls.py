from django.urls import path

from teams.views import committees, imports, members, seats, teams

urlpatterns = [
    path("teams/", teams.teams, name="teams"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/members/new/", members.new_member, name="new-member"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/", teams.members, name="members"),
    path("members/export/", teams.export_members, name="export-members"),
    path("members/<int:pk>/account/", teams.leader_account, name="leader-account"),
    path("teams/committees/", committees.committees, name="committees"),
    path("teams/committees/export/", committees.export_committees, name="export-committees"),
    path("teams/committees/new/<int:pk>/", committees.new_committee, name="new-committee"),
    path("teams/committees/<int:pk>/", committees.committee, name="committee"),
    path("teams/committees/<int:pk>/edit/", committees.edit_committee, name="edit-committee"),
    path("teams/committees/<int:pk>/end/", committees.end_committee, name="end-committee"),
    path("teams/committees/<int:pk>/seats/new/", seats.new_seat, name="new-seat"),
    path("teams/seats/<int:pk>/", seats.seat, name="seat"),
    path("teams/seats/<int:pk>/end/", seats.end_seat, name="end-seat"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.template, name="import-template"),
    path("imports/<int:pk>/", imports.batch, name="import"),
    path("imports/<int:pk>/progress/", imports.batch_progress, name="import-progress"),
    path("imports/<int:pk>/columns/", imports.match_columns, name="match-columns"),
    path("imports/<int:pk>/commit/", imports.commit, name="commit-import"),
    path("imports/<int:pk>/undo/", imports.undo, name="undo-import"),
    path("imports/<int:pk>/problems/", imports.annotated, name="import-problems"),
]
