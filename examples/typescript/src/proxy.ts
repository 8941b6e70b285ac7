// For the tests: a network between client and server that fails when it is told to.
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";

export type Fault =
  /** The server never hears of the request. */
  | { kind: "answered"; status: number; headers?: Record<string, string> }
  /** The server does what it is asked, and the answer is lost. */
  | { kind: "lost" };

export interface Proxy {
  readonly url: string;
  /** The bodies of what was asked, in order, whatever became of it. */
  readonly asked: string[];
  /** What becomes of the next requests; those after them pass. */
  readonly faults: Fault[];
  /** Breaks every connection that is open. */
  cut(): void;
  close(): Promise<void>;
}

export async function proxy(target: URL): Promise<Proxy> {
  const asked: string[] = [];
  const faults: Fault[] = [];
  const open = new Set<Socket>();

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await text(incoming);
    asked.push(body);
    const fault = faults.shift();
    if (fault?.kind === "answered") {
      outgoing.writeHead(fault.status, fault.headers).end("Not today.");
      return;
    }
    const { method, headers, url } = incoming;
    const forwarded = request(new URL(url ?? "/", target), { method, headers, agent: false });
    forwarded.on("error", () => outgoing.destroy());
    forwarded.on("response", (response) => {
      if (fault?.kind === "lost") {
        response.resume().on("end", () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers).flushHeaders();
      response.on("error", () => outgoing.destroy()).pipe(outgoing);
      outgoing.on("close", () => response.destroy());
    });
    forwarded.end(body);
  };

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.on("upgrade", (incoming, socket: Socket, head) => {
    const upstream = connect(Number(target.port), target.hostname);
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
    }
    upstream.write(`${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    for (const end of [upstream, socket]) {
      end.on("error", () => {});
      end.on("close", () => void (upstream.destroy(), socket.destroy()));
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  const cut = () => open.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    faults,
    cut,
    close: () => new Promise<void>((closed) => (server.close(() => closed()), cut())),
  };
}
