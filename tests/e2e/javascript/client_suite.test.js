// What the JavaScript client's own test suite checks against its server, in groups.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Manager, io } from "socket.io-client";

const URL = process.env.OCELLI_URL;
const limit = { timeout: 60_000 };

function connect(namespace = "/", options = {}) {
  return io(URL + namespace, { forceNew: true, reconnectionDelay: 10, ...options });
}

async function closing(socket, use) {
  try {
    return await use(socket);
  } finally {
    socket.close();
  }
}

// Emits an event and resolves with the arguments of the one that answers it.
async function exchange(socket, event, answer, ...args) {
  const answered = once(socket, answer);
  socket.emit(event, ...args);
  return await answered;
}

// Without the argument that connection state recovery adds.
function values(args) {
  return args.slice(0, -1);
}

test("a client has an id, the server's, in every namespace", limit, async () => {
  for (const namespace of ["/", "/foo"]) {
    await closing(connect(namespace), async (socket) => {
      const id = await socket.emitWithAck("getId");
      assert.equal(id, socket.id);
      assert.notEqual(id, socket.io.engine.id);
      socket.disconnect();
      assert.equal(socket.id, undefined);
    });
  }
});

test("events are answered by events, texts of every script and false included", limit, async () => {
  await closing(connect(), async (socket) => {
    await exchange(socket, "hi", "hi");
    assert.deepEqual(values(await exchange(socket, "false", "false")), [false]);
    const texts = [];
    const all = new Promise((resolve) => socket.on("takeUtf8", (text) => {
      texts.push(text);
      if (texts.length === 5) resolve();
    }));
    socket.emit("getUtf8");
    await all;
    assert.deepEqual(texts, ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"]);
  });
});

test("acknowledgements go both ways", limit, async () => {
  await closing(connect(), async (socket) => {
    assert.equal(await socket.emitWithAck("echo", 123), 123);
    socket.on("ack", (answer) => answer(5, { test: true }));
    await exchange(socket, "ack", "got it");
  });
});

test("dates travel as JavaScript writes them", limit, async () => {
  await closing(connect(), async (socket) => {
    const now = await socket.emitWithAck("getAckDate", { test: true });
    assert.equal(new Date(now).toJSON(), now);
    assert.ok(Math.abs(Date.now() - Date.parse(now)) < 60_000);
    const [date] = await exchange(socket, "getDate", "takeDate");
    const [object] = await exchange(socket, "getDateObj", "takeDateObj");
    assert.equal(typeof date, "string");
    assert.equal(typeof object.date, "string");
  });
});

for (const transports of [["polling"], ["websocket"]]) {
  test(`binary data goes up and down, in order, over ${transports}`, limit, async () => {
    await closing(connect("/", { transports }), async (socket) => {
      for (const [event, answer] of [["doge", "doge"], ["getbin", "takebin"]]) {
        const [bytes] = await exchange(socket, event, answer);
        assert.deepEqual(Buffer.from(bytes), Buffer.from("asdfasdf"));
      }
      const bytes = Buffer.from("asdfasdf");
      const mixed = { hello: "lol", message: bytes, goodbye: "gotcha" };
      await exchange(socket, "buffa", "buffack", bytes);
      await exchange(socket, "buffa", "buffack", new Uint8Array([1, 2]).buffer);
      await exchange(socket, "jsonbuff", "jsonbuff-ack", mixed);
      await exchange(socket, "blob", "back", bytes);
      await exchange(socket, "jsonblob", "jsonblob-ack", mixed);
      socket.emit("abuff1", bytes);
      await exchange(socket, "abuff2", "abuff2-ack", "please arrive second");
      socket.emit("blob1", bytes);
      socket.emit("blob2", "second");
      await exchange(socket, "blob3", "blob3-ack", bytes);
      assert.deepEqual(await socket.emitWithAck("echo", mixed), mixed);
    });
  });
}

test("the server sees query and authentication data", limit, async () => {
  await closing(connect("/", { query: { e: "f" } }), async (socket) => {
    const handshake = await socket.emitWithAck("getHandshake");
    assert.equal(handshake.query.e, "f");
    assert.equal(handshake.address, "127.0.0.1");
    assert.equal(handshake.secure, false);
    assert.ok(handshake.headers.host);
    assert.ok(handshake.url.startsWith("/socket.io/?"));
    assert.equal(new Date(handshake.time).getTime(), handshake.issued);
  });
  await closing(connect("/?c=d"), async (socket) => {
    assert.equal((await socket.emitWithAck("getHandshake")).query.c, "d");
  });
  await closing(connect("/abc?b=c&d=e"), async (socket) => {
    const [{ query }] = await once(socket, "handshake");
    assert.deepEqual([query.b, query.d], ["c", "e"]);
  });
  await closing(connect("/abc", { query: { "&a": "&=?a" } }), async (socket) => {
    assert.equal((await once(socket, "handshake"))[0].query["&a"], "&=?a");
  });
  for (const auth of [{ a: "b", c: "d" }, (give) => give({ a: "b", c: "d" })]) {
    await closing(connect("/abc", { auth }), async (socket) => {
      const [handshake] = await once(socket, "handshake");
      assert.deepEqual(handshake.auth, { a: "b", c: "d" });
      assert.equal(handshake.query.a, undefined);
    });
  }
});

test("a middleware refuses a client, which then does not try again", limit, async () => {
  await closing(connect("/no"), async (socket) => {
    const [error] = await once(socket, "connect_error");
    assert.ok(error instanceof Error);
    assert.equal(error.message, "Auth failed (custom namespace)");
    socket.on("connect_error", () => assert.fail("a second attempt"));
    socket.io.engine.close();
    const other = socket.io.socket("/foo");
    // an attempt would have been answered before this
    await other.emitWithAck("getId");
    other.close();
  });
  await closing(connect("/", { query: { fail: "1" } }), async (socket) => {
    assert.equal((await once(socket, "connect_error"))[0].message, "Auth failed (main namespace)");
  });
});

test("namespaces come and go on one connection", limit, async () => {
  const manager = new Manager(URL, { reconnectionDelay: 10 });
  const main = manager.socket("/");
  await once(main, "connect");
  const foo = manager.socket("/foo");
  await once(foo, "connect");
  foo.disconnect();
  const asd = manager.socket("/asd");
  await once(asd, "connect");
  main.disconnect();
  const unknown = manager.socket("/timeout");
  assert.equal((await once(unknown, "connect_error"))[0].message, "Invalid namespace");
  assert.ok(asd.connected);
  const closed = new Promise((resolve) => manager.on("close", resolve));
  asd.disconnect();
  unknown.disconnect();
  await closed;
  main.connect();
  await once(main, "connect");
  main.disconnect();
});

test("a client comes back under its id, and gets what it missed", limit, async () => {
  await closing(connect("/", { transports: ["websocket"] }), async (socket) => {
    assert.equal(socket.recovered, false);
    await exchange(socket, "hi", "hi");
    const { id } = socket;
    // the client sends this before it closes, and reads no more
    const missed = once(socket, "hi");
    socket.emit("hi");
    socket.io.engine.close();
    await once(socket, "connect");
    assert.equal(socket.id, id);
    assert.equal(socket.recovered, true);
    await missed;
    socket.on("hi", () => assert.fail("it came twice"));
    assert.equal(await socket.emitWithAck("getId"), id);
  });
});

test("a client that has seen no event comes back as a new one", limit, async () => {
  await closing(connect(), async (socket) => {
    await once(socket, "connect");
    const { id } = socket;
    socket.io.engine.close();
    await once(socket, "connect");
    assert.notEqual(socket.id, id);
    assert.equal(socket.recovered, false);
  });
});

test("a client that left comes back as a new one", limit, async () => {
  await closing(connect("/", { transports: ["websocket"] }), async (socket) => {
    await exchange(socket, "hi", "hi");
    const { id } = socket;
    socket.disconnect().connect();
    await once(socket, "connect");
    assert.notEqual(socket.id, id);
    assert.equal(socket.recovered, false);
  });
});

test("a client that gives up at once sees a timeout", limit, async () => {
  for (const transports of [["polling"], ["websocket"]]) {
    await closing(connect("/", { transports, timeout: 0 }), async (socket) => {
      assert.equal((await once(socket, "connect_error"))[0].message, "timeout");
    });
  }
  const manager = new Manager(URL, { timeout: 0, reconnectionAttempts: 2, reconnectionDelay: 10 });
  const attempts = [];
  manager.on("reconnect_attempt", (attempt) => attempts.push(attempt));
  const socket = manager.socket("/timeout_socket");
  await new Promise((resolve) => manager.on("reconnect_failed", resolve));
  assert.deepEqual(attempts, [1, 2]);
  socket.close();
});

test("events are sent in order, also those from before the connection", limit, async () => {
  await closing(connect("/", { autoConnect: false }), async (socket) => {
    const order = [];
    socket.emit("echo", "first", (value) => order.push(value));
    socket.connect();
    await once(socket, "connect");
    order.push(await socket.emitWithAck("echo", "second"));
    assert.deepEqual(order, ["first", "second"]);
  });
});

test("what the server does not acknowledge times out, what it does not", limit, async () => {
  await closing(connect(), async (socket) => {
    await assert.rejects(socket.timeout(50).emitWithAck("unknown"));
    assert.equal(await socket.timeout(50_000).emitWithAck("echo", 42), 42);
  });
});

test("events are retried until they are acknowledged", limit, async () => {
  await closing(connect("/", { retries: 3, ackTimeout: 50 }), async (socket) => {
    let tries = 0;
    socket.on("ack", () => ++tries);
    await new Promise((resolve) => socket.emit("ack", resolve));
    assert.equal(tries, 4);
  });
  await closing(connect("/", { retries: 1, ackTimeout: 50_000 }), async (socket) => {
    const order = [];
    const sent = [1, 2, 3].map((value) => new Promise((resolve) => socket.emit("echo", value, (error, answer) => {
      assert.equal(error, null);
      order.push(answer);
      resolve();
    })));
    await Promise.all(sent);
    assert.deepEqual(order, [1, 2, 3]);
  });
});

test("a volatile event is sent when the client is connected, and dropped when it is not", limit, async () => {
  await closing(connect("/", { autoConnect: false }), async (socket) => {
    socket.volatile.emit("getId", () => assert.fail("it was kept"));
    const kept = new Promise((resolve) => socket.emit("getId", resolve));
    socket.connect();
    await kept;
    await new Promise((resolve) => {
      const timer = setInterval(() => socket.volatile.emit("getId", () => {
        clearInterval(timer);
        resolve();
      }), 20);
    });
  });
});
