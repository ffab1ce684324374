from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "ofrecord.agreements"
    label = "agreements"

    def ready(self) -> None:
        from ofrecord.agreements.contract_manager import end_with_role, managed
        from ofrecord.parties.people import ending

        ending.with_role(managed, end_with_role)
