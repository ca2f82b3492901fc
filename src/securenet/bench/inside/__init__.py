"""What runs within an installation: `python -m securenet.bench.inside NAME`, which prints JSON."""
