"""Satsuma: customer segmentation that says which customers matter, and why."""
