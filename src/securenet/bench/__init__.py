"""Measurements (`make bench`): what a job costs in CPU time, beside a limit measured in the same run."""
