// What a front end calls: a document and its variables in, typed data out.
import type { Credentials } from "./credentials.ts";
import { RequestError } from "./errors.ts";
import type { TypedDocumentString } from "./generated.ts";
import { send, type Endpoint } from "./http.ts";
import { withRetries, type RetryOptions } from "./retry.ts";

export interface RequestOptions {
  /** Under which a mutation is done once, however often it is sent: a UUID for each thing to do. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export class Client {
  readonly endpoint: Endpoint;
  readonly credentials: Credentials;
  readonly #retries: RetryOptions;

  constructor(endpoint: Endpoint, credentials: Credentials, retries: RetryOptions = {}) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.#retries = retries;
  }

  /**
   * The data of the answer. Queries are tried again where that can help; mutations only under
   * an idempotency key. Throws `RequestError` and `NoAnswer`.
   */
  async request<R, V>(document: TypedDocumentString<R, V>, variables: V, options: RequestOptions = {}): Promise<R> {
    const run = () => this.#authorized(document, variables, options);
    if (isMutation(document) && options.idempotencyKey === undefined) return run();
    return withRetries(run, { ...this.#retries, signal: options.signal });
  }

  async #authorized<R, V>(document: TypedDocumentString<R, V>, variables: V, options: RequestOptions): Promise<R> {
    const token = await this.credentials.token();
    try {
      return await send(this.endpoint, document, variables, { ...options, token });
    } catch (error) {
      // Nothing was run. The clock of this machine may be wrong, or the session ended elsewhere.
      if (!(error instanceof RequestError && error.code === "UNAUTHENTICATED")) throw error;
      const renewed = await this.credentials.renewed(token);
      if (renewed === token) throw error;
      return send(this.endpoint, document, variables, { ...options, token: renewed });
    }
  }
}

function isMutation(document: TypedDocumentString<unknown, never>): boolean {
  return /^\s*mutation\b/.test(document.toString());
}
