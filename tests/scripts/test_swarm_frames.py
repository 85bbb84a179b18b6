"""What the clients of a load test send: images from everywhere, in every form."""

import base64
import io
import json
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat
from socketio import packet

from load.options import PAYLOADS
from load.payloads import FramePacket, OutgoingFrame, make_frame, make_frames, members
from load.samples import Sample, read_samples, resized
from load.scenes import make_scenes
from load.video import read_video

ACKNOWLEDGEMENT = 17


def image_of(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def saved(path: Path, color: tuple[int, int, int], size: tuple[int, int] = (8, 8)) -> Path:
    Image.new("RGB", size, color).save(path)
    return path


def decoded(outgoing: OutgoingFrame, number: int | None = ACKNOWLEDGEMENT) -> packet.Packet:
    """What python-socketio's own decoder makes of the packet."""
    encoded = FramePacket(packet.EVENT, data=["frame", outgoing], namespace="/", id=number).encode()
    texts = encoded if isinstance(encoded, list) else [encoded]
    found = packet.Packet(encoded_packet=texts[0])
    assert found.attachment_count == len(texts) - 1
    for attachment in texts[1:]:
        found.add_attachment(attachment)
    return found


def expected(form: str, sample: Sample) -> object:
    text = base64.b64encode(sample.data).decode()
    image = {"data-url": f"data:image/png;base64,{text}", "base64": text,
             "binary": sample.data}[form.removeprefix("object-")]
    return {"image": image} if form.startswith("object-") else image


@pytest.mark.parametrize("form", PAYLOADS)
@pytest.mark.parametrize("number", [ACKNOWLEDGEMENT, None])
def test_every_form_is_the_packet_that_the_library_would_make(form: str, number: int | None) -> None:
    sample = Sample("a.PNG", b"\x89PNG\0\xff\"'", None)
    found = decoded(OutgoingFrame(make_frame(sample, form)), number)
    assert found.packet_type == (packet.BINARY_EVENT if form.endswith("binary") else packet.EVENT)
    assert found.id == number and found.data == ["frame", expected(form, sample)]


@pytest.mark.parametrize("form", [form for form in PAYLOADS if form.startswith("object-")])
def test_objects_carry_an_id_and_a_deadline(form: str) -> None:
    sample = Sample("a.png", b"\x89PNG", None)
    found = decoded(OutgoingFrame(make_frame(sample, form), members(5, 250.0)))
    assert found.data == ["frame", expected(form, sample) | {"id": 5, "deadline_ms": 250}]


def test_other_events_are_encoded_as_ever() -> None:
    found = FramePacket(packet.EVENT, data=["message", {"message": "a"}], id=1).encode()
    assert found == '21["message",{"message":"a"}]'


@pytest.mark.parametrize("count", [1, 3, 6, 10])
def test_mixed_frames_have_every_form_and_every_image(count: int) -> None:
    samples = [Sample(f"{index}.jpg", bytes([index]), None) for index in range(count)]
    frames = make_frames(samples, "mixed")
    assert {frame.sample.name for frame in frames} == {sample.name for sample in samples}
    assert {(frame.is_object, frame.attachment is None, "data:" in frame.head) for frame in frames} == {
        (False, True, True), (False, True, False), (False, False, False),
        (True, True, True), (True, True, False), (True, False, False)}


def test_scenes_are_the_same_for_a_seed_and_move() -> None:
    scenes = make_scenes(4, (160, 120), seed=5)
    assert scenes == make_scenes(4, (160, 120), seed=5) != make_scenes(4, (160, 120), seed=6)
    images = [image_of(scene.data) for scene in scenes]
    assert {image.size for image in images} == {(160, 120)}
    for earlier, later in zip(images, images[1:]):
        assert sum(ImageStat.Stat(ImageChops.difference(earlier, later)).mean) > 1


def test_a_folder_gives_its_images_as_they_are_or_in_another_size(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", (200, 10, 10), (64, 32))
    (tmp_path / "notes.txt").write_text("no image")
    samples = read_samples(tmp_path)
    assert [(sample.name, sample.data) for sample in samples] == [("a.png", path.read_bytes())]
    saved(tmp_path / "b.png", (1, 2, 3))
    assert read_samples(tmp_path, limit=1) == samples
    smaller = resized(samples[0], (20, 10))
    assert smaller.media_type == "image/jpeg" and image_of(smaller.data).size == (20, 10)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("text"), lambda path: None])
def test_a_folder_without_images_is_an_error(tmp_path: Path, make) -> None:
    make(tmp_path / "source")
    with pytest.raises(OSError, match="source"):
        read_samples(tmp_path / "source")


def write_video(file: Path, count: int, rate: int) -> None:
    """A video that becomes brighter from image to image."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(count):
            image = Image.new("RGB", (64, 48), (10 * number,) * 3)
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())


def brightness(sample: Sample) -> int:
    return round(ImageStat.Stat(image_of(sample.data)).mean[0] / 10)


def test_a_video_gives_its_images_in_their_order(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 12, rate=24)
    samples = read_video(tmp_path / "a.mp4", 100, None, None)
    assert [brightness(sample) for sample in samples] == list(range(12))
    assert image_of(samples[0].data).size == (64, 48)


def test_a_video_is_thinned_out_to_the_rate_of_the_clients(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 20, rate=24)
    samples = read_video(tmp_path / "a.mp4", 3, (32, 32), 8)
    assert [brightness(sample) for sample in samples] == [0, 3, 6]
    assert image_of(samples[0].data).size == (32, 32)


@pytest.mark.parametrize("data", [b"", b"no video at all"])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd.mp4").write_bytes(data)
    with pytest.raises(OSError, match="odd.mp4"):
        read_video(tmp_path / "odd.mp4", 10, None, None)


def test_the_text_of_a_frame_is_json(tmp_path: Path) -> None:
    frame = make_frame(Sample("a.jpg", bytes(range(256)), None), "object-data-url")
    assert json.loads(frame.head + members(0, None) + frame.tail)[1]["id"] == 0
