// Following events: over whichever transport, through lost connections and tokens that end.
// docs/streams.md has the rule.
import type { Credentials } from "./credentials.ts";
import { NoAnswer, RequestError, type GraphQLError } from "./errors.ts";
import type { TypedDocumentString } from "./generated.ts";
import { passes, wait, waitAfter, type RetryOptions } from "./retry.ts";

export interface Transport {
  /** Opens a subscription once, under this token. */
  open(operation: Operation, token: string): AsyncIterableIterator<Result>;
  /** What it means that one broke off with this: a `RequestError`, a `NoAnswer`, or what stays. */
  meaning(thrown: unknown): unknown;
}

export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[] | undefined;
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
  readonly retries?: Pick<RetryOptions, "firstWaitMilliseconds" | "longestWaitMilliseconds">;
}

/** So many ids are remembered, since an event may be told twice after a connection was lost. */
const REMEMBERED = 256;

/** Whatever lasted this long was no failure to begin: waits start short again. */
const SETTLED_MILLISECONDS = 10_000;

/**
 * The events of a subscription, each once and in order, from `variables.after` on. Connections
 * that are lost are opened again after the last event, for as long as it takes. Ends when
 * `signal` is aborted. Throws what does not pass by itself: CURSOR_EXPIRED, FORBIDDEN, a session
 * that ended.
 */
export async function* follow<E extends { eventId: string }, V extends { after?: string | null | undefined }>(
  transport: Transport,
  credentials: Credentials,
  document: TypedDocumentString<Record<string, E>, V>,
  variables: V,
  { signal, retries }: FollowOptions = {},
): AsyncGenerator<E, void, undefined> {
  const seen = new Set<string>();
  let after = variables.after;
  let failures = 0;
  let isRefused = false;
  while (!signal?.aborted) {
    const token = await credentials.token();
    const began = performance.now();
    const stream = transport.open({ query: document.toString(), variables: { ...variables, after } }, token);
    const stop = () => void stream.return?.();
    signal?.addEventListener("abort", stop, { once: true });
    let failure: unknown = new NoAnswer("The stream ended.");
    try {
      for await (const { data, errors } of stream) {
        if (errors?.length) throw new RequestError(errors, { retryAfterSeconds: retryAfter(errors), data });
        failures = 0;
        isRefused = false;
        // A subscription has exactly one field.
        const [event] = Object.values(data as Record<string, E>);
        if (event === undefined || seen.has(event.eventId)) continue;
        after = event.eventId;
        remember(seen, after);
        yield event;
      }
    } catch (thrown) {
      failure = thrown instanceof RequestError ? thrown : await transport.meaning(thrown);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    if (performance.now() - began > SETTLED_MILLISECONDS) {
      failures = 0;
      isRefused = false;
    }
    if (failure instanceof RequestError && failure.code === "UNAUTHENTICATED") {
      // Refused a second time: it is not the age of the token.
      if (isRefused || (await credentials.renewed(token)) === token) throw failure;
      isRefused = true;
    } else if (passes(failure)) {
      await wait(waitAfter(failure, ++failures, retries), signal).catch(() => {});
    } else {
      throw failure;
    }
  }
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  for (const oldest of seen) {
    if (seen.size <= REMEMBERED) return;
    seen.delete(oldest);
  }
}

function retryAfter(errors: readonly GraphQLError[]): number | undefined {
  const seconds = errors[0]?.extensions?.["retryAfterSeconds"];
  return typeof seconds === "number" ? seconds : undefined;
}
