"""The composition root: services, stores and presenters are constructed here and nowhere else."""

from civitai_desktop.app.program import run, shell_opened, workspace_opened
from civitai_desktop.app.services import Services

__all__ = ["Services", "run", "shell_opened", "workspace_opened"]
