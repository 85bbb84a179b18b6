"""What the benchmarks are made of. Modules that need the Python environment `benchmark` say so in their first line."""
