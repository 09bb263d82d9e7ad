"""Runs trytond, given its own arguments, until whoever started this is gone: then nobody writes to its input."""

import os
import pathlib
import runpy
import sys
import threading


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv[0] = str(pathlib.Path(sys.executable).with_name('trytond'))
runpy.run_path(sys.argv[0], run_name='__main__')
