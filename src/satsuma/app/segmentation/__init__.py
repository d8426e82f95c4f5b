"""Segmentations at work: drafts, versions, results and their history. See ARCHITECTURE.md."""
