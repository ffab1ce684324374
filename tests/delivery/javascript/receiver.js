// A receiver as somebody writes one with the public library: it verifies, and says what it got.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.SECRET);

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    try {
      const event = webhook.verify(body, request.headers);
      console.log(JSON.stringify({ verified: true, id: event.id, data: event.data }));
      response.writeHead(204).end();
    } catch (error) {
      console.log(JSON.stringify({ verified: false, why: error.message }));
      response.writeHead(401).end();
    }
  });
});

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
