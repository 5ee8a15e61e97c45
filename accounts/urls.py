from django.urls import path

from accounts import views

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign-out"),
    path("password/", views.password, name="password"),
    path("preferences/", views.preferences, name="preferences"),
    path("delegations/", views.delegations, name="delegations"),
    path("delegations/<int:pk>/end/", views.end_delegation, name="end-delegation"),
    path("administration/delegations/", views.all_delegations, name="all-delegations"),
    path("administration/accounts/", views.accounts, name="accounts"),
    path("administration/accounts/new/", views.new_account, name="new-account"),
    path("administration/accounts/<int:pk>/password/", views.renew_password, name="renew-password"),
    path("administration/accounts/<int:pk>/mail/", views.account_mail, name="account-mail"),
    path("administration/accounts/<int:pk>/active/", views.set_active, name="set-active"),
]
