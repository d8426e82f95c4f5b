"""Registers the app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "satsuma.app.accounts"
    label = "accounts"
