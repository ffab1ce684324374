"""The settings under test: the real ones, but for what would only make tests slow."""

from ofrecord.settings import *  # noqa: F403  # Django's own way to build on other settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
