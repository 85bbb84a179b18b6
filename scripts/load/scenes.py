"""Generated camera frames: coloured shapes that move over a background, with the noise of a camera."""

import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from load.samples import Sample, encoded

SHAPES = 6
NOISE = 0.25  # share of noise: a JPEG of 640x480 is then as large as that of a camera, some 60 kB


class Shape:
    """A rectangle or an ellipse that moves evenly and comes back on the other side. Lengths are shares of the scene."""

    def __init__(self, generator: random.Random):
        self.is_round = generator.random() < 0.5
        self.color = tuple(generator.randrange(256) for _ in range(3))
        self.size = generator.uniform(0.1, 0.4), generator.uniform(0.1, 0.4)
        self.start = generator.random(), generator.random()
        self.speed = generator.uniform(-0.03, 0.03), generator.uniform(-0.03, 0.03)  # per frame

    def draw(self, canvas: ImageDraw.ImageDraw, size: tuple[int, int], time: int) -> None:
        box = []
        for axis in range(2):
            middle = (self.start[axis] + self.speed[axis] * time) % 1.4 - 0.2
            box += [(middle - self.size[axis] / 2) * size[axis], (middle + self.size[axis] / 2) * size[axis]]
        left, right, top, bottom = box
        (canvas.ellipse if self.is_round else canvas.rectangle)((left, top, right, bottom), fill=self.color)


def make_scenes(count: int, size: tuple[int, int], seed: int) -> list[Sample]:
    """So many consecutive frames of one scene, as JPEG; the same ones for the same seed."""
    generator = random.Random(seed)
    background = Image.linear_gradient("L").resize(size)
    tones = [tuple(generator.randrange(256) for _ in range(3)) for _ in range(2)]
    scene = Image.composite(Image.new("RGB", size, tones[0]), Image.new("RGB", size, tones[1]), background)
    grain = Image.frombytes("RGB", size, generator.randbytes(3 * size[0] * size[1]))
    grain = grain.filter(ImageFilter.GaussianBlur(0.7))
    shapes = [Shape(generator) for _ in range(SHAPES)]
    samples = []
    for time in range(count):
        image = scene.copy()
        canvas = ImageDraw.Draw(image)
        for shape in shapes:
            shape.draw(canvas, size, time)
        # the grain of a camera is another one in every frame
        moved = ImageChops.offset(grain, generator.randrange(size[0]), generator.randrange(size[1]))
        samples.append(Sample(f"scene-{time}.jpg", encoded(Image.blend(image, moved, NOISE)), None))
    return samples
