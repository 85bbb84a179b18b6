"""Frames as Socket.IO packets: everything that is the same for each sending of an image is made once, at the start."""

import base64
import json
from dataclasses import dataclass

from socketio import packet

from load.options import PAYLOADS
from load.samples import Sample

PLACEHOLDER = '{"_placeholder":true,"num":0}'


@dataclass(frozen=True, slots=True)
class Frame:
    """An image in one form. The text of its packet is `head`, for objects more members, and `tail`."""
    sample: Sample
    head: str
    tail: str
    attachment: bytes | None
    is_object: bool


@dataclass(frozen=True, slots=True)
class OutgoingFrame:
    """What a client emits: a frame and the members that only this sending has."""
    frame: Frame
    members: str = ""


class FramePacket(packet.Packet):
    """python-socketio's packet, whose text for a frame is put together instead of encoded."""

    def encode(self) -> str | list[str | bytes]:
        if self.packet_type != packet.EVENT or not isinstance(self.data[-1], OutgoingFrame):
            return super().encode()
        outgoing = self.data[-1]
        frame = outgoing.frame
        number = "" if self.id is None else self.id
        text = f"{frame.head}{outgoing.members}{frame.tail}"
        if frame.attachment is None:
            return f"{packet.EVENT}{number}{text}"
        return [f"{packet.BINARY_EVENT}1-{number}{text}", frame.attachment]


def make_frame(sample: Sample, form: str) -> Frame:
    """The image in the form that the name says, one of `PAYLOADS`."""
    is_object = form.startswith("object-")
    kind = form.removeprefix("object-")
    if kind == "binary":
        image = PLACEHOLDER
    else:
        text = base64.b64encode(sample.data).decode()
        image = json.dumps(f"data:{sample.media_type};base64,{text}" if kind == "data-url" else text)
    head, tail = ('["frame",{"image":' + image, "}]") if is_object else ('["frame",' + image, "]")
    return Frame(sample, head, tail, sample.data if kind == "binary" else None, is_object)


def make_frames(samples: list[Sample], payload: str) -> list[Frame]:
    """A frame for each sample; with `mixed` the forms take turns, and each is there at least once."""
    forms = PAYLOADS if payload == "mixed" else (payload,)
    count = max(len(samples), len(forms))
    return [make_frame(samples[index % len(samples)], forms[index % len(forms)]) for index in range(count)]


def members(number: int | None, deadline_ms: float | None) -> str:
    """Further members of a frame that is an object."""
    text = "" if number is None else f',"id":{number}'
    return text if deadline_ms is None else f'{text},"deadline_ms":{deadline_ms:g}'
