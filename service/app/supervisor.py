"""Several serving processes on one socket: started, kept running, replaced one by one, stopped together.

`kill -HUP` replaces each process: the new one must be serving before the old one is told to finish, so no request meets
a closed door. A process that dies is started again, later and later when it keeps dying.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import structlog

from service.app.cli import CommandFailed
from service.kernel import limits

_STARTS_WITHIN_S = 60.0
_RESTART_FIRST_S = 0.5
_RESTART_LONGEST_S = 30.0
_TICK_S = 0.2

log = structlog.get_logger("service.supervisor")

Command = Callable[[int, int], list[str]]
"""From the numbers of the socket and of the pipe that says "ready": what to run."""


class _Worker:
    """One serving process."""

    def __init__(self, command: Command, listening: socket.socket) -> None:
        self._ready_pipe, said = os.pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - This program itself.
                command(listening.fileno(), said), pass_fds=(listening.fileno(), said)
            )
        finally:
            os.close(said)
        self.started_at = time.monotonic()
        self._ready = False

    def ready(self) -> bool:
        """Whether it has begun to serve, now or earlier."""
        if not self._ready and self._ready_pipe >= 0 and select.select([self._ready_pipe], [], [], 0)[0]:
            self._ready = os.read(self._ready_pipe, 1) == b"1"
            os.close(self._ready_pipe)
            self._ready_pipe = -1
        return self._ready

    def ended(self) -> bool:
        return self.process.poll() is not None

    def close(self) -> None:
        if self._ready_pipe >= 0:
            os.close(self._ready_pipe)
            self._ready_pipe = -1


class Supervisor:
    """Runs `count` processes until it is told to stop."""

    def __init__(self, command: Command, listening: socket.socket, count: int) -> None:
        self._command = command
        self._listening = listening
        self._count = count
        self._workers: list[_Worker] = []
        self._stopping = False
        self._replacing = False
        self._ever_ready = False
        self._restart_after_s = _RESTART_FIRST_S
        self._restart_at = 0.0

    def run(self) -> None:
        """Returns when all have stopped; CommandFailed when none could be started."""
        waker, woken = socket.socketpair()
        for end in (waker, woken):
            end.setblocking(False)
        signal.set_wakeup_fd(woken.fileno())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._told)
        try:
            self._workers = [self._start() for _ in range(self._count)]
            while not self._stopping:
                self._look_after()
                if self._replacing:
                    self._replacing = False
                    self._replace_each()
                if select.select([waker], [], [], _TICK_S)[0]:
                    waker.recv(4096)
        finally:
            self._stop(self._workers)
            signal.set_wakeup_fd(-1)
            waker.close()
            woken.close()

    def _told(self, number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            self._replacing = True
        elif number != signal.SIGCHLD:
            self._stopping = True

    def _start(self) -> _Worker:
        return _Worker(self._command, self._listening)

    def _look_after(self) -> None:
        """Starts what is missing, once the pause after the last death is over."""
        alive = []
        # All are asked: while one of them serves, another that fails is no reason to give up.
        ready = [worker.ready() for worker in self._workers]
        self._ever_ready = self._ever_ready or any(ready)
        for worker in self._workers:
            if not worker.ended():
                alive.append(worker)
                continue
            worker.close()
            log.error(
                "A serving process ended.", **{"process.pid": worker.process.pid, "code": worker.process.returncode}
            )
            if not self._ever_ready:
                raise CommandFailed("the service could not start; the lines above say why")
            if worker.ready() and time.monotonic() - worker.started_at > _RESTART_LONGEST_S:
                self._restart_after_s = _RESTART_FIRST_S
            self._restart_at = time.monotonic() + self._restart_after_s
            self._restart_after_s = min(2 * self._restart_after_s, _RESTART_LONGEST_S)
        self._workers = alive
        if len(alive) < self._count and time.monotonic() >= self._restart_at:
            self._workers.append(self._start())

    def _replace_each(self) -> None:
        for place, old in enumerate(list(self._workers)):
            new = self._start()
            deadline = time.monotonic() + _STARTS_WITHIN_S
            while not new.ready():
                if self._stopping or new.ended() or time.monotonic() > deadline:
                    self._stop([new])
                    log.error("A new serving process did not start; the old ones stay.")
                    return
                time.sleep(_TICK_S / 4)
            self._workers[place] = new
            self._stop([old])
        log.info("Every serving process was replaced.")

    def _stop(self, workers: list[_Worker]) -> None:
        """Lets them finish their requests, and ends those that take too long."""
        for worker in workers:
            if not worker.ended():
                worker.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + limits.shutdown_s + 5
        for worker in workers:
            try:
                worker.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.close()


def worker_command(socket_fd: int, ready_fd: int) -> list[str]:
    """This program again, as one of the serving processes."""
    return [sys.executable, "-m", "service", "serve", "--socket-fd", str(socket_fd), "--ready-fd", str(ready_fd)]
