"""Starts servers for tests and sees to it that each of them ends well."""

from pathlib import Path

from support.server_process import ServerProcess


class Starter:
    """Starts one program again and again, keeps the logs apart, and stops at the end what a test has left running."""

    def __init__(self, program: Path, folder: Path):
        self.program = program
        self.folder = folder
        self.servers: list[ServerProcess] = []

    def __call__(self, *arguments: str, port: int = 0, ready: bool = True) -> ServerProcess:
        log = self.folder / f"{self.program.name}-{len(self.servers)}.log"
        server = ServerProcess(self.program, arguments, log, port)
        self.servers.append(server)
        return server.wait_until_ready() if ready else server

    def stop(self) -> None:
        """Ends the servers by SIGTERM; each must end with exit code 0."""
        running = [server for server in self.servers if server.running]
        try:
            for server in running:
                assert server.stop() == 0, server.log
        finally:
            for server in running:
                server.kill()
