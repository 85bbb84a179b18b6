"""How tests steer the fake engine while it runs."""

from pathlib import Path

from support.server_process import wait_until


class Gate:
    """While it is closed, batches wait in the engine. It begins closed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.folder.mkdir()

    @property
    def arguments(self) -> list[str]:
        """What the fake server must be started with."""
        return ["--fake-gate", str(self.folder)]

    def wait_for_batch(self) -> None:
        """Returns when a batch waits at the gate."""
        wait_until((self.folder / "waiting").exists, "a batch comes to the gate")

    def open(self) -> None:
        """Lets through what waits and all that comes."""
        (self.folder / "open").touch()

    def close(self) -> None:
        (self.folder / "open").unlink()
        (self.folder / "waiting").unlink(missing_ok=True)
