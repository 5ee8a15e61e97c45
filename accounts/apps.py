from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import resettling
        from units import outlook

        outlook.also_move(resettling.GrantMover())
