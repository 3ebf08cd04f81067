"""Run as a program of its own: `keep` keeps one that only waits, `wait` is that one, `orphan` the same with its end left out."""

import os
import signal
import sys
import time

from tiwizi.web.keeping import Program, keep
from tiwizi.web.working import end_with


def main(words: list[str]) -> None:
    """`keep WORD` prints the number of the program that it keeps, and ends when told to; `PARENT WORD` is such a program."""
    if words[0] == "keep":
        keep([Program("tests.web.keeper", words[1:])])
        return
    parent, word = words
    if word != "orphan":
        end_with(int(parent))
    os.write(1, b"%d\n" % os.getpid())
    while True:
        time.sleep(60)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(sys.argv[1:])
