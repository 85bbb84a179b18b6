"""What the benchmarks' models have in common with scripts/export_model.py --random-weights."""

SEED = 20151210  # of random weights and of noise
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
