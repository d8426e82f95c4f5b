"""Registers the app with Django."""

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    name = "satsuma.app.segmentation"
    label = "segmentation"
