"""What templates can say: {% load satsuma %}."""
