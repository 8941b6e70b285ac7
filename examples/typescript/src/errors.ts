// What can go wrong, as types. docs/errors.md says who does what about each code.
import type { RefusalFragment, UserErrorCode } from "./generated.ts";

/** The codes of `errors`; GraphQL keeps them out of the schema, so they stand here. */
export const topLevelCodes = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "BAD_USER_INPUT",
  "IDEMPOTENCY_KEY_REUSED",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_HASH_MISMATCH",
  "PERSISTED_QUERY_NOT_IN_LIST",
  "PERSISTED_QUERY_ID_REQUIRED",
  "QUERY_TOO_COMPLEX",
  "RATE_LIMITED",
  "CURSOR_EXPIRED",
  "SLOW_READER",
  "TOO_MANY_STREAMS",
  "TIMEOUT",
  "BAD_REQUEST",
  "NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "NOT_ACCEPTABLE",
  "REQUEST_TIMEOUT",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "INTERNAL",
] as const;

export type TopLevelCode = (typeof topLevelCodes)[number];

/** One of `errors`. A code that a newer server adds is a string like any other. */
export interface GraphQLError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: TopLevelCode | (string & {}); readonly [key: string]: unknown };
}

/** The request, or a field of it, has no answer: `errors` is not empty. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly errors: readonly GraphQLError[];
  /** What the other fields answered; null when nothing was run. */
  readonly data: unknown;
  readonly retryAfterSeconds: number | undefined;
  /** What the log of the server knows the request by. */
  readonly requestId: string | undefined;

  constructor(
    errors: readonly GraphQLError[],
    rest: { data?: unknown; retryAfterSeconds?: number | undefined; requestId?: string | undefined } = {},
  ) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
    this.data = rest.data ?? null;
    this.retryAfterSeconds = rest.retryAfterSeconds;
    this.requestId = rest.requestId;
  }

  /** The code of the first error. */
  get code(): TopLevelCode | (string & {}) {
    return this.errors[0]?.extensions?.code ?? "INTERNAL";
  }
}

/** There is no answer of Qun: the network failed, or something before the server answered. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    rest: { status?: number; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: rest.cause });
    this.status = rest.status;
    this.retryAfterSeconds = rest.retryAfterSeconds;
  }
}

/** A mutation that did nothing: `userErrors` of its payload, whose sentences are for the user. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly userErrors: readonly RefusalFragment[];

  constructor(userErrors: readonly RefusalFragment[]) {
    super(userErrors.map((error) => error.message).join("\n"));
    this.userErrors = userErrors;
  }

  /** The code of the first of `userErrors`. */
  get code(): UserErrorCode | undefined {
    return this.userErrors[0]?.code;
  }
}

/** The payload of a mutation that was done; throws `Refused` for one that was not. */
export function done<P extends { userErrors: readonly RefusalFragment[] }>(payload: P): P {
  if (payload.userErrors.length > 0) throw new Refused(payload.userErrors);
  return payload;
}
