// The same model in Node.js: socket.io, sharp and onnxruntime-node, one frame at a time as it comes.
// usage: node server.mjs MODEL.onnx LABELS.txt PORT

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import ort from "onnxruntime-node";
import sharp from "sharp";
import { Server } from "socket.io";

const [modelPath, labelsPath, port] = process.argv.slice(2);
const RESIZE = 256;
const SIDE = 224;
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

const labels = readFileSync(labelsPath, "utf8").trimEnd().split("\n");
const session = await ort.InferenceSession.create(modelPath);

async function preprocess(bytes) {
  const { data, info } = await sharp(bytes)
    .resize(RESIZE, RESIZE, { fit: "outside" })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round((info.width - SIDE) / 2);
  const top = Math.round((info.height - SIDE) / 2);
  const pixels = new Float32Array(3 * SIDE * SIDE);
  for (let channel = 0; channel < 3; channel++) {
    let target = channel * SIDE * SIDE;
    for (let y = 0; y < SIDE; y++) {
      let source = ((top + y) * info.width + left) * 3 + channel;
      for (let x = 0; x < SIDE; x++, source += 3) {
        pixels[target++] = (data[source] / 255 - MEAN[channel]) / STD[channel];
      }
    }
  }
  return new ort.Tensor("float32", pixels, [1, 3, SIDE, SIDE]);
}

async function classify(dataUrl) {
  const image = await preprocess(Buffer.from(dataUrl.slice(dataUrl.indexOf(",") + 1), "base64"));
  const { logits } = await session.run({ images: image });
  let best = 0;
  for (let index = 1; index < logits.data.length; index++) {
    if (logits.data[index] > logits.data[best]) best = index;
  }
  return labels[best];
}

const server = createServer((request, response) => response.end("ready"));
const io = new Server(server, { cors: { origin: "*" } });

io.on("connection", (socket) => {
  let last;
  socket.on("frame", async (data, acknowledge) => {
    let message;
    try {
      const label = await classify(data);
      message = label === last ? "Already in list" : label;
      last = label;
    } catch (error) {
      message = `Failed to process image: ${error.message}`;
    }
    socket.emit("response", { message });
    acknowledge?.();
  });
});

server.listen(Number(port), "127.0.0.1");
