"""A worker that waits seconds where others wait minutes: for tests, in a process of its own."""

from hotline.duties import records
from hotline.settings import read_settings
from hotline.worker import run_worker

if __name__ == "__main__":
    records.LEAST_WAIT = records.LOOK_AGAIN_AFTER = records._AFTER_TROUBLE = 1
    run_worker(read_settings())
