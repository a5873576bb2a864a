"""Stands for a socket unit of systemd: listens, and starts the service of its arguments with the socket, again at each SIGUSR1."""
import os
import signal
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0), backlog=128)
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
# One that comes before it is waited for is kept.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print(f"listening on {listener.getsockname()[1]}", flush=True)
while True:
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        passed = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "http"}
        os.execvpe(sys.argv[1], sys.argv[1:], {**os.environ, **passed})
    print(f"service {child} has started", flush=True)
    print(f"service {child} has ended with {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}", flush=True)
    signal.sigwait({signal.SIGUSR1})
