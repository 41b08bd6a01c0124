// Every transport against the promises of its port.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, describeTransport } from "./conformance.ts";
import { createHttpTransport } from "./http.ts";

describeTransport("http", {
  async open(answers) {
    const tokens: string[] = [];
    let count = 0;
    let asked = 0;
    const server = createServer((request, response) => {
      tokens.push((request.headers.authorization ?? "").replace("Bearer ", ""));
      const answer: Answer = answers[Math.min(count, answers.length - 1)] ?? {};
      count += 1;
      request.resume();
      if (answer.end === "never") return;
      const length = answer.end === "cut" ? { "content-length": "1000" } : {};
      response.writeHead(answer.status ?? 200, { ...answer.headers, ...length });
      for (const piece of answer.body ?? []) response.write(piece);
      if (answer.end === "cut") setTimeout(() => response.destroy(), 10);
      else response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on a port
    const transport = createHttpTransport({
      url: `http://127.0.0.1:${port}`,
      app: "todo",
      token: async () => `token ${++asked}`,
    });
    return {
      transport,
      tokens: () => tokens,
      async close() {
        await transport.close();
        server.closeAllConnections();
        server.close();
      },
    };
  },
});
