// Subscriptions as server-sent events: plain HTTP, which passes every proxy; a connection each.
import { createClient, NetworkError } from "graphql-sse";
import { NoAnswer, RequestError, type GraphQLError } from "./errors.ts";
import type { Endpoint } from "./http.ts";
import type { Result, Transport } from "./subscribe.ts";

export function overServerSentEvents(endpoint: Endpoint): Transport {
  return {
    open(operation, token) {
      const client = createClient({
        url: endpoint.url,
        headers: {
          authorization: `Bearer ${token}`,
          ...(endpoint.language === undefined ? {} : { "accept-language": endpoint.language }),
        },
        // `follow` opens anew, since it knows after which event.
        retryAttempts: 0,
      });
      return client.iterate(operation) as AsyncIterableIterator<Result>;
    },
    meaning,
  };
}

/** Either the errors that the request was refused with, or a lost connection. */
async function meaning(error: unknown): Promise<unknown> {
  const response = error instanceof NetworkError ? (error.response as Response | undefined) : undefined;
  const body: unknown = await response?.json().catch(() => undefined);
  const errors = (body as { errors?: GraphQLError[] } | undefined)?.errors;
  const wait = Number(response?.headers.get("retry-after") ?? NaN);
  const retryAfterSeconds = Number.isNaN(wait) ? undefined : wait;
  if (errors?.length) return new RequestError(errors, { retryAfterSeconds });
  return new NoAnswer("The connection was lost.", {
    ...(response === undefined ? {} : { status: response.status }),
    retryAfterSeconds,
    cause: error,
  });
}
