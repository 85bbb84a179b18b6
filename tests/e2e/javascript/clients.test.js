// What every transport must do, with the unmodified JavaScript client.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { TRANSPORTS, ask, connect, dataUrl, responses, sample } from "./ocelli.js";

const limit = { timeout: 60_000 };

test("the transport is the one that was asked for, upgraded where possible", limit, async () => {
  const socket = await connect();
  assert.equal(socket.io.engine.transport.name, TRANSPORTS.at(-1));
  socket.close();
});

test("every payload form gets a label", limit, async () => {
  const socket = await connect();
  const bag = sample("Bag");
  assert.deepEqual(await ask(socket, "frame", dataUrl(bag)), { message: "Bag" });
  for (const form of [bag.toString("base64"), { image: dataUrl(bag) }, { image: bag.toString("base64") },
    { image: bag }, bag, new Uint8Array(bag)]) {
    assert.deepEqual(await ask(socket, "frame", form), { message: "Already in list" });
  }
  assert.deepEqual(await ask(socket, "frame", { image: sample("Dress"), id: 5 }), { message: "Dress", id: 5 });
  socket.close();
});

test("what is no image gets a failure and changes nothing", limit, async () => {
  const socket = await connect();
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Bag");
  for (const form of ["no image", Buffer.from("no image"), {}, null, 5, [], { image: null }]) {
    assert.match((await ask(socket, "frame", form)).message, /^Failed to process image: ./);
  }
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Already in list");
  socket.close();
});

test("a question gets an answer, streamed when asked for", limit, async () => {
  const socket = await connect();
  const deltas = [];
  socket.on("token", (token) => deltas.push(token));
  const answer = await ask(socket, "message", { message: "What is Ocelli?", stream: true, id: "q" });
  assert.match(answer.message, /Ocelli/);
  assert.equal(deltas.map((token) => token.delta).join(""), answer.message);
  assert.ok(deltas.every((token) => token.id === "q"));
  socket.close();
});

test("frames without acknowledgement get a response", limit, async () => {
  const socket = await connect();
  socket.emit("frame", sample("Trouser"));
  const [response] = await once(socket, "response");
  assert.deepEqual(response, { message: "Trouser" });
  socket.close();
});

test("state starts empty after a reconnect", limit, async () => {
  const socket = await connect();
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Bag");
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Already in list");
  const first = socket.id;
  socket.disconnect().connect();
  await once(socket, "connect");
  assert.notEqual(socket.id, first);
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Bag");
  socket.close();
});

test("a client whose connection breaks reconnects by itself", limit, async () => {
  const socket = await connect();
  const disconnected = once(socket, "disconnect");
  socket.io.engine.close();
  assert.equal((await disconnected)[0], "forced close");
  socket.connect();
  await once(socket, "connect");
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Bag");
  socket.close();
});

test("parallel clients see only their own replies", limit, async () => {
  const labels = ["Bag", "Trouser", "Dress", "Sneaker"];
  await Promise.all(labels.map(async (label) => {
    const socket = await connect();
    const received = responses(socket);
    const expected = [];
    for (let round = 0; round < 15; ++round) {
      const id = `${label} ${round}`;
      expected.push({ message: round ? "Already in list" : label, id });
      await ask(socket, "frame", { image: sample(label), id });
    }
    assert.deepEqual(received, expected);
    socket.close();
  }));
});

test("an unknown namespace is refused", limit, async () => {
  const socket = await connect();
  const other = socket.io.socket("/random");
  other.connect();
  const [error] = await once(other, "connect_error");
  assert.equal(error.message, "Invalid namespace");
  assert.equal((await ask(socket, "frame", sample("Bag"))).message, "Bag");
  socket.close();
});
