// A client with what the tests ask of it: waiting for events, and stored samples.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { io } from "socket.io-client";

const PATIENCE = 60_000;

export const TRANSPORTS = JSON.parse(process.env.OCELLI_TRANSPORTS ?? '["polling","websocket"]');

export function sample(label) {
  return readFileSync(join(process.env.OCELLI_SAMPLES, label));
}

export function dataUrl(bytes) {
  return `data:image/png;base64,${bytes.toString("base64")}`;
}

// A connected client; with an upgrade ahead, it is waited for.
export async function connect(transports = TRANSPORTS) {
  const socket = io(process.env.OCELLI_URL, { transports, forceNew: true, timeout: PATIENCE, ackTimeout: PATIENCE });
  const upgraded = transports.length > 1
    ? new Promise((resolve) => socket.io.once("open", () => socket.io.engine.once("upgrade", resolve)))
    : Promise.resolve();
  await once(socket, "connect");
  await upgraded;
  return socket;
}

// Everything that comes as `response`, in its order, from now on.
export function responses(socket) {
  const received = [];
  socket.on("response", (object) => received.push(object));
  return received;
}

// Sends an event; resolves with the acknowledgement, which must equal the `response` that came before it.
export async function ask(socket, event, data) {
  const received = [];
  const listener = (object) => received.push(object);
  socket.on("response", listener);
  const acknowledged = await socket.timeout(PATIENCE).emitWithAck(event, data);
  socket.off("response", listener);
  if (JSON.stringify(received) !== JSON.stringify([acknowledged])) {
    throw new Error(`response ${JSON.stringify(received)}, acknowledgement ${JSON.stringify(acknowledged)}`);
  }
  return acknowledged;
}
