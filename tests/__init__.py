"""Tests; they mirror app."""
