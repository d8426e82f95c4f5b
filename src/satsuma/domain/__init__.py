"""What a segmentation is and means. Standard library only; everything else stands on it."""
