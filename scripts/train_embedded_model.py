#!/usr/bin/env python3
"""Trains the model that Ocelli carries: a small ResNet on Fashion-MNIST, exported as a model package.

Needs the Debian package dataset-fashion-mnist; makes its own Python environment on first use. Takes about half an
hour on two CPU cores and refuses to write a package that misses the wanted accuracy.
"""

import argparse
import gzip
import io
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_environment  # noqa: E402

ROOT = python_environment.ROOT
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
MEAN, STD = 0.2860, 0.3530  # of the 60,000 training images scaled to 0..1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"),
                        help="folder with the four .gz files (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "fashion-mnist",
                        help="folder of the model package (default: models/fashion-mnist)")
    parser.add_argument("--epochs", type=int, default=26, help="passes over the training images (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20151210, help="for every random choice (default: %(default)s)")
    parser.add_argument("--minimum-accuracy", type=float, default=0.94,
                        help="on the test images, below it nothing is written (default: %(default)s)")
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "build" / "training" / "fashion-mnist.pt",
                        help="where the trained weights are kept (default: build/training/fashion-mnist.pt)")
    parser.add_argument("--export-only", action="store_true", help="skip the training, export the checkpoint")
    return parser.parse_args()


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("training")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from PIL import Image  # noqa: E402
from sklearn.preprocessing import LabelEncoder  # noqa: E402
from torch import nn  # noqa: E402

from export.package import MODEL_FILE, InputDescription, complete_package  # noqa: E402


class ResidualBlock(nn.Module):
    """The basic block of He et al. 2015, "Deep Residual Learning for Image Recognition", figure 2."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class SmallResNet(nn.Module):
    """ResNet-14: input [batch, 1, 28, 28], three stages of two blocks, logits [batch, 10]."""

    def __init__(self, classes: int):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 32, 3, 1, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU())
        self.stages = nn.Sequential(
            ResidualBlock(32, 32, 1), ResidualBlock(32, 32, 1),
            ResidualBlock(32, 64, 2), ResidualBlock(64, 64, 1),
            ResidualBlock(64, 128, 2), ResidualBlock(128, 128, 1))
        self.head = nn.Linear(128, classes)

    def forward(self, x):
        return self.head(self.stages(self.stem(x)).mean(dim=(2, 3)))


def read_idx(path: Path) -> np.ndarray:
    """Reads one file in the IDX format of MNIST, unsigned bytes."""
    data = gzip.decompress(path.read_bytes())
    dimensions = data[3]
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def read_part(part: str, encoder: LabelEncoder) -> tuple[np.ndarray, torch.Tensor]:
    """Images [n, 28, 28] of "train" or "t10k", and their labels as the encoder numbers them."""
    images = read_idx(ARGUMENTS.data / f"{part}-images-idx3-ubyte.gz").copy()
    labels = read_idx(ARGUMENTS.data / f"{part}-labels-idx1-ubyte.gz")
    return images, torch.from_numpy(encoder.transform([CLASSES[i] for i in labels]))


def through_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def normalised(images: torch.Tensor) -> torch.Tensor:
    """[n, 28, 28] bytes to [n, 1, 28, 28] floats, as ToTensor and Normalize do."""
    return ((images.float() / 255 - MEAN) / STD).unsqueeze(1)


def augmented(images: torch.Tensor) -> torch.Tensor:
    """Random shift by up to two pixels, mirror image, and one erased rectangle in half of the images."""
    n = images.shape[0]
    padded = F.pad(images, (2, 2, 2, 2))
    rows = torch.randint(0, 5, (n, 1)) + torch.arange(28)
    columns = torch.randint(0, 5, (n, 1)) + torch.arange(28)
    columns = torch.where(torch.rand(n, 1) < 0.5, columns.flip(1), columns)
    images = padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    height, width = torch.randint(4, 13, (n, 1)), torch.randint(4, 13, (n, 1))
    top, left = torch.randint(0, 24, (n, 1)), torch.randint(0, 24, (n, 1))
    line = torch.arange(28)
    in_rows, in_columns = (line >= top) & (line < top + height), (line >= left) & (line < left + width)
    inside = in_rows[:, :, None] & in_columns[:, None, :]
    inside &= torch.rand(n, 1, 1) < 0.5
    return torch.where(inside, torch.randint(0, 256, images.shape, dtype=torch.uint8), images)


def accuracy(model, images: torch.Tensor, targets: torch.Tensor) -> float:
    with torch.no_grad():
        right = sum((model(normalised(x)).argmax(1) == y).sum().item()
                    for x, y in zip(images.split(500), targets.split(500)))
    return right / len(targets)


def train(images: torch.Tensor, compressed: torch.Tensor, targets: torch.Tensor, epochs: int) -> SmallResNet:
    """Trains on the images, in each epoch a quarter of them through JPEG; returns the averaged weights."""
    model = SmallResNet(len(CLASSES)).to(memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.999))
    batch = 256
    steps = len(images) // batch
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.25, total_steps=epochs * steps, pct_start=0.2)
    # bfloat16 halves the time where the processor has it and is slower than float32 where it has not
    fast = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    for epoch in range(epochs):
        begin, losses = time.monotonic(), 0.0
        model.train()
        order = torch.randperm(len(images))[:steps * batch].view(steps, batch)
        for index in order:
            x = torch.where(torch.rand(batch, 1, 1) < 0.25, compressed[index], images[index])
            x = normalised(augmented(x)).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
                logits = model(x)
            loss = F.cross_entropy(logits.float(), targets[index], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            average.update_parameters(model)
            losses += loss.item()
        print(f"epoch {epoch + 1}/{epochs}: loss {losses / steps:.4f}, {time.monotonic() - begin:.0f} s", flush=True)
    # averaged weights give other activations than those whose statistics the batch normalisation has seen
    sample = torch.randperm(len(images))[:100 * batch].view(-1, batch)
    torch.optim.swa_utils.update_bn((normalised(augmented(images[index])) for index in sample), average.module)
    return average.module.eval()


def export(model: SmallResNet, labels: list[str], output: Path) -> torch.jit.ScriptModule:
    """Writes model.pt, labels.txt and model.toml into OUTPUT; returns the module as it was read back."""
    output.mkdir(parents=True, exist_ok=True)
    torch.jit.script(model).save(str(output / MODEL_FILE))
    complete_package(output, "fashion-mnist-resnet14",
                     "ResNet-14 (He et al. 2015) trained on Fashion-MNIST by scripts/train_embedded_model.py",
                     InputDescription(28, 28, "gray", 28, (MEAN,), (STD,)), labels, "scikit-learn LabelEncoder")
    return torch.jit.load(str(output / MODEL_FILE)).eval()


def write_card(output: Path, model: nn.Module, exact: float, compressed: float, minutes: float) -> None:
    """Writes the model card: what the model is, and what was measured."""
    parameters = sum(p.numel() for p in model.parameters())
    labels = ", ".join(f"`{c}`" for c in CLASSES)
    recipe = "averaged weights; shifts, mirror images, erased rectangles, JPEG compression"
    stages = "stem of 32, stages of 32, 64 and 128 channels, two blocks each"
    data = "Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), Debian package `dataset-fashion-mnist`, 60,000 training images"
    (output / "README.md").write_text(f"""# fashion-mnist-resnet14

The model that Ocelli carries, so that the first start answers with real labels. Written by
`scripts/train_embedded_model.py`; run it again to make the package anew.

| | |
| --- | --- |
| architecture | ResNet with basic blocks (He et al. 2015): {stages} |
| parameters | {parameters:,} |
| input | one grey channel, 28×28; shorter side resized to 28, centre cropped |
| labels | {labels} |
| data | {data} |
| training | {ARGUMENTS.epochs} epochs, SGD with one-cycle schedule, seed {ARGUMENTS.seed}, {recipe} |
| accuracy, 10,000 test images | **{exact:.2%}** |
| accuracy, the same as JPEG of quality 75 | **{compressed:.2%}** |
| last training | {minutes:.0f} minutes on two CPU cores, PyTorch {torch.__version__.split("+")[0]} |

**Use.** It tells ten kinds of clothing on small, centred pictures: bright article, dark ground. It is made to show
and to test the server. On a photograph of anything else it still names one of its ten labels.

**License.** The images are under the MIT license, as the package is.
""")


def main() -> int:
    random.seed(ARGUMENTS.seed)
    np.random.seed(ARGUMENTS.seed)
    torch.manual_seed(ARGUMENTS.seed)
    if not (ARGUMENTS.data / "train-images-idx3-ubyte.gz").exists():
        print(f"error: no Fashion-MNIST in {ARGUMENTS.data}; install the Debian package dataset-fashion-mnist",
              file=sys.stderr)
        return 1
    encoder = LabelEncoder().fit(CLASSES)
    train_images, train_targets = read_part("train", encoder)
    test_images, test_targets = read_part("t10k", encoder)
    if ARGUMENTS.export_only:
        saved = torch.load(ARGUMENTS.checkpoint, weights_only=True)
        model = SmallResNet(len(CLASSES)).eval()
        model.load_state_dict(saved["weights"])
        minutes = saved["minutes"]
    else:
        print(f"training on {len(train_images):,} images with {torch.get_num_threads()} threads", flush=True)
        begin = time.monotonic()
        compressed = np.stack([through_jpeg(image, random.randint(50, 95)) for image in train_images])
        model = train(torch.from_numpy(train_images), torch.from_numpy(compressed), train_targets, ARGUMENTS.epochs)
        minutes = (time.monotonic() - begin) / 60
        ARGUMENTS.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"weights": model.state_dict(), "minutes": minutes}, ARGUMENTS.checkpoint)

    compressed_test = torch.from_numpy(np.stack([through_jpeg(image, 75) for image in test_images]))
    exact = accuracy(model, torch.from_numpy(test_images), test_targets)
    print(f"accuracy on {len(test_images):,} test images: {exact:.2%}", flush=True)
    if exact < ARGUMENTS.minimum_accuracy:
        print(f"error: below {ARGUMENTS.minimum_accuracy:.0%}, nothing written; train longer with --epochs",
              file=sys.stderr)
        return 1
    scripted = export(model, list(encoder.classes_), ARGUMENTS.output)
    again = accuracy(scripted, torch.from_numpy(test_images), test_targets)
    if again != exact:
        print(f"error: the exported module gives {again:.2%} instead of {exact:.2%}", file=sys.stderr)
        return 1
    write_card(ARGUMENTS.output, model, exact, accuracy(scripted, compressed_test, test_targets), minutes)
    size = sum(path.stat().st_size for path in ARGUMENTS.output.iterdir())
    print(f"wrote {ARGUMENTS.output}: {size / 1e6:.2f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
