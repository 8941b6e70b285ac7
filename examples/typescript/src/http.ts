// One GraphQL request over HTTP: sent once, answered with data or thrown as a typed error.
import { NoAnswer, RequestError, type GraphQLError } from "./errors.ts";
import type { TypedDocumentString } from "./generated.ts";

export interface Endpoint {
  /** The address of `/graphql`. */
  readonly url: string;
  /** `Accept-Language`, for the sentences of answers. A browser sends its own where this is left out. */
  readonly language?: string;
  /** How long one try may take; a minute when left out. */
  readonly timeoutMilliseconds?: number;
}

export interface SendOptions {
  readonly token?: string;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function send<R, V>(
  endpoint: Endpoint,
  document: TypedDocumentString<R, V>,
  variables: V,
  { token, idempotencyKey, signal }: SendOptions = {},
): Promise<R> {
  const headers = new Headers({
    "content-type": "application/json",
    // The first gives answers a status that proxies and logs understand.
    accept: "application/graphql-response+json, application/json;q=0.9",
  });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (endpoint.language !== undefined) headers.set("accept-language", endpoint.language);
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);

  const timeout = AbortSignal.timeout(endpoint.timeoutMilliseconds ?? 60_000);
  let response: Response;
  let body: { data?: R | null; errors?: GraphQLError[] } | undefined;
  try {
    response = await fetch(endpoint.url, {
      method: "POST",
      headers,
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    body = parsed(await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    throw new NoAnswer("The server cannot be reached.", { cause });
  }
  const retryAfterSeconds = seconds(response.headers.get("retry-after"));
  if (body?.errors?.length) {
    const requestId = response.headers.get("x-request-id") ?? undefined;
    throw new RequestError(body.errors, { data: body.data, retryAfterSeconds, requestId });
  }
  if (body?.data == null) {
    const message = `Not an answer of GraphQL, status ${response.status}.`;
    throw new NoAnswer(message, { status: response.status, retryAfterSeconds });
  }
  return body.data;
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After`, which is seconds or, from some proxies, a date. */
function seconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const value = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(value) ? undefined : Math.max(0, value);
}
