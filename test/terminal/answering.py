"""A pseudo-terminal of 110 columns and 34 rows for a program: what it writes goes to standard output, standard input goes to it as a terminal's own
bytes. Ends with the program's exit status; then the last byte on standard output says whether the terminal echoes again (E) or not (-).
Usage: answering.py PROGRAM ARGUMENT..."""
import fcntl
import os
import select
import struct
import sys
import termios

# The program's side is kept open, so that the terminal's modes can be read when the program has gone.
terminal, side = os.openpty()
fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 34, 110, 0, 0))
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(side, descriptor)
    os.execvp(sys.argv[1], sys.argv[1:])
inputs = [terminal, 0]
while True:
    ready, _, _ = select.select(inputs, [], [], 0.05)
    if terminal in ready:
        os.write(1, os.read(terminal, 65536))
    elif 0 in ready:
        data = os.read(0, 65536)
        if data:
            os.write(terminal, data)
        else:
            inputs.remove(0)
    elif os.waitpid(pid, os.WNOHANG)[0] == pid:
        break
os.write(1, b"E" if termios.tcgetattr(side)[3] & termios.ECHO else b"-")
