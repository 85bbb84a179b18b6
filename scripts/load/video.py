"""Frames of a video file."""

from pathlib import Path

import av

from load.samples import Sample, encoded


def read_video(file: Path, count: int, size: tuple[int, int] | None, fps: float | None) -> list[Sample]:
    """At most `count` images from the start of the video, as JPEG; raises `OSError` when it cannot be read.

    With `fps`, images are left out so that what remains has about this many per second.
    """
    samples: list[Sample] = []
    try:
        with av.open(str(file)) as container:
            if not container.streams.video:
                raise OSError(f"{file} has no video")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            own = float(stream.average_rate or 0)
            stride = max(1, round(own / fps)) if fps and own else 1
            for number, frame in enumerate(container.decode(stream)):
                if number % stride == 0:
                    samples.append(Sample(f"{file.stem}-{number}.jpg", encoded(frame.to_image(), size), None))
                if len(samples) == count:
                    break
    except av.FFmpegError as error:
        raise OSError(f"{file} cannot be read as a video: {error}") from error
    if not samples:
        raise OSError(f"{file} has no images")
    return samples
