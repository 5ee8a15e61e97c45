from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import resettling
        from accounts.mergers import Part
        from units import mergers, outlook

        outlook.also_move(resettling.GrantMover())
        mergers.declare(Part())
