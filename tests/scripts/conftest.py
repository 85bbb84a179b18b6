"""Makes the modules of the folder scripts importable. The tests need neither PyTorch nor scikit-learn."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
