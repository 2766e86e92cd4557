"""微影报送助手: from a folder of films to forms that are ready to stamp."""

__version__ = "0.1.0"
