from core.runs.run import Run, Status, View

__all__ = ["Run", "Status", "View"]
