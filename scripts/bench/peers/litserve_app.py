"""The same model behind LitServe, as its documentation has it: HTTP, batches of up to 8 that wait at most 10 ms."""

import argparse
import base64
import io
import sys
from pathlib import Path

import litserve
import torch
from PIL import Image
from torchvision import transforms

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from bench.model_input import MEAN, STD  # noqa: E402
from bench.weights import LABELS, make_model  # noqa: E402


class ResNetAPI(litserve.LitAPI):
    def __init__(self, architecture, **options):
        super().__init__(**options)
        self.architecture = architecture

    def setup(self, device):
        self.model = make_model(self.architecture).to(device)
        self.preprocess = transforms.Compose([
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ])

    def decode_request(self, request):
        image = Image.open(io.BytesIO(base64.b64decode(request["image"].split(",")[1]))).convert("RGB")
        return self.preprocess(image)

    def batch(self, inputs):
        return torch.stack(inputs)

    def predict(self, x):
        with torch.inference_mode():
            return self.model(x).argmax(1).tolist()

    def unbatch(self, output):
        return output

    def encode_response(self, output):
        return {"message": LABELS[output]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--architecture", default="resnet50")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    api = ResNetAPI(arguments.architecture, max_batch_size=8, batch_timeout=0.01)
    server = litserve.LitServer(api, accelerator="cpu")
    server.run(host="127.0.0.1", port=arguments.port, generate_client_file=False, log_level="warning")
