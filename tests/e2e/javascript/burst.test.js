// Many events at once: the JavaScript client puts hundreds of packets into one POST request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, responses, sample } from "./ocelli.js";

const COUNT = 200;

for (const transports of [["polling"], ["websocket"]]) {
  test(`hundreds of quick events are answered in order over ${transports}`, { timeout: 60_000 }, async () => {
    const socket = await connect(transports);
    const received = responses(socket);
    const acknowledged = [];
    for (let index = 0; index < COUNT; ++index) {
      acknowledged.push(socket.emitWithAck("frame", { image: sample("Bag"), id: index }));
    }
    const answers = await Promise.all(acknowledged);
    const expected = answers.map((_, index) => ({ message: index ? "Already in list" : "Bag", id: index }));
    assert.deepEqual(answers, expected);
    assert.deepEqual(received, expected);
    assert.ok(socket.connected);
    socket.close();
  });
}
