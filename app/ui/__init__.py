"""The wizard: the only place that knows Qt."""
