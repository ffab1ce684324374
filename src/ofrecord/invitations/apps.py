from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "ofrecord.invitations"
    label = "invitations"
