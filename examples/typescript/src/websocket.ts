// Subscriptions over a WebSocket (graphql-transport-ws): many share one connection.
import { createClient } from "graphql-ws";
import { NoAnswer, RequestError, type GraphQLError } from "./errors.ts";
import type { Endpoint } from "./http.ts";
import type { Result, Transport } from "./subscribe.ts";

/** How often a silent connection is tried, and how long its answer may take. */
const PING_MILLISECONDS = 20_000;
const PONG_MILLISECONDS = 5_000;

/**
 * Node before 22 has no WebSocket: give the one of the package `ws`. A browser sends its own
 * `Accept-Language` with the upgrade.
 */
export function overWebSocket(endpoint: Endpoint, webSocketImpl?: unknown): Transport {
  let latest = "";
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: endpoint.url.replace(/^http/, "ws"),
    webSocketImpl,
    connectionParams: () => ({ authorization: `Bearer ${latest}` }),
    // `follow` opens anew, since it knows after which event.
    retryAttempts: 0,
    keepAlive: PING_MILLISECONDS,
    on: {
      // A connection that died without a word answers no ping.
      ping: (received) => {
        if (!received) overdue = setTimeout(() => client.terminate(), PONG_MILLISECONDS);
      },
      pong: (received) => {
        if (received) clearTimeout(overdue);
      },
      closed: () => clearTimeout(overdue),
    },
  });
  return {
    open(operation, token) {
      latest = token;
      return client.iterate(operation) as AsyncIterableIterator<Result>;
    },
    meaning,
  };
}

/** Either the errors of an `error` message, or how the socket closed. */
function meaning(error: unknown): unknown {
  if (Array.isArray(error)) return new RequestError(error as GraphQLError[]);
  const code = (error as { code?: unknown } | undefined)?.code;
  const reason = (error as { reason?: unknown } | undefined)?.reason;
  const message = typeof reason === "string" && reason !== "" ? reason : "The connection was lost.";
  switch (code) {
    case 4401:
    case 4403:
      return new RequestError([{ message, extensions: { code: "UNAUTHENTICATED" } }]);
    case 4490:
      return new RequestError([{ message, extensions: { code: "SLOW_READER" } }]);
    case 4491:
      return new RequestError([{ message, extensions: { code: "TOO_MANY_STREAMS" } }]);
    // Our own mistakes, which stay.
    case 1009:
    case 4400:
    case 4406:
    case 4409:
    case 4429:
      return new Error(`${message} (${code})`);
    default:
      return new NoAnswer(message, { cause: error });
  }
}
