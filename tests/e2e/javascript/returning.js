// Classifies a sample, waits until the server closes the connection, comes back by itself, classifies it again. Tells
// by lines on standard output what happens.
import { io } from "socket.io-client";
import { TRANSPORTS, ask, sample } from "./ocelli.js";

const socket = io(process.env.OCELLI_URL, {
  transports: TRANSPORTS,
  reconnectionDelay: 100,
  reconnectionDelayMax: 500,
});
let visits = 0;

socket.on("connect", async () => {
  const answer = await ask(socket, "frame", sample("Bag"));
  console.log(`answer ${answer.message}`);
  if (++visits === 2) {
    socket.close();
  }
});
socket.on("disconnect", (reason) => {
  if (reason !== "io client disconnect") {
    console.log(`disconnect ${reason}`);
  }
});
