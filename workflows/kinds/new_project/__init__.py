"""A new project as one bundle: the project, whoever may use it, what it may use, its first key, its spend limit."""

from workflows.kinds.new_project.new_project import NewProject

__all__ = ["NewProject"]
