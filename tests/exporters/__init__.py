"""Tests of app.exporters."""
