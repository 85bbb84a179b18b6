"""What scripts/export_model.py is made of. Modules that need PyTorch say so in their first line."""


class ExportError(Exception):
    """Why no package can be written and what to do, in one line for the user."""
