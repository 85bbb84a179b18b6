"""The kind of application that Ocelli replaces: Flask-SocketIO with a PyTorch model in the event handler.

Written as such applications are: Flask-SocketIO chooses its mode itself (threads, with simple-websocket), handlers run
in threads of their own, the model is torchvision's in evaluation mode under no_grad, and one global variable has the
last label of everybody. Kinder than many: a response goes only to the client that sent the frame.
"""

import argparse
import base64
import io
import sys
from pathlib import Path

import torch
from flask import Flask
from flask_socketio import SocketIO, emit
from PIL import Image
from torchvision import transforms

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from bench.model_input import MEAN, STD  # noqa: E402
from bench.weights import LABELS, make_model  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--architecture", default="resnet50")
parser.add_argument("--port", type=int, default=5000)
arguments = parser.parse_args()

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*")

model = make_model(arguments.architecture)
preprocess = transforms.Compose([
    transforms.Resize(256),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
    transforms.Normalize(MEAN, STD),
])
last_predicted = None


@app.route("/")
def index():
    return "ready"


@socketio.on("frame")
def handle_frame(data):
    global last_predicted
    try:
        image = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")
        batch = preprocess(image).unsqueeze(0)
        with torch.no_grad():
            output = model(batch)
        label = LABELS[output.argmax(1).item()]
        if label != last_predicted:
            last_predicted = label
            emit("response", {"message": label})
        else:
            emit("response", {"message": "Already in list"})
    except Exception as error:
        emit("response", {"message": f"Failed to process image: {error}"})


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=arguments.port, allow_unsafe_werkzeug=True)
