// Where access tokens come from: a log-in that is kept fresh, or a key of a machine.
import { done } from "./errors.ts";
import { LogInDocument, LogOutDocument, RefreshSessionDocument, type LogInInput } from "./generated.ts";
import { send, type Endpoint } from "./http.ts";
import { withRetries } from "./retry.ts";

export interface Credentials {
  /** A token that is good as far as one can know here. */
  token(): Promise<string>;
  /** Another token than this one, which was refused. */
  renewed(refused: string): Promise<string>;
}

/** The secret of `createApiKey`; there is no other where it is refused. */
export function apiKey(secret: string): Credentials {
  return { token: async () => secret, renewed: async () => secret };
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** A token is renewed this long before it ends, so that it is still good when it arrives. */
const EARLY_MILLISECONDS = 30_000;

/** A log-in. However many ask at once, one refreshes, and all get its token. */
export class Session implements Credentials {
  readonly #endpoint: Endpoint;
  readonly #keep: (tokens: Tokens) => void;
  #tokens: Tokens;
  #refreshing: Promise<string> | undefined;

  /** Goes on with tokens that were kept; `keep` is called with each new pair. */
  constructor(endpoint: Endpoint, tokens: Tokens, keep: (tokens: Tokens) => void = () => {}) {
    this.#endpoint = endpoint;
    this.#tokens = tokens;
    this.#keep = keep;
  }

  /** Throws `Refused` with BAD_CREDENTIALS, CHOOSE_ORGANIZATION or THROTTLED. */
  static async logIn(endpoint: Endpoint, input: LogInInput, keep?: (tokens: Tokens) => void): Promise<Session> {
    const { logIn } = await send(endpoint, LogInDocument, { input });
    const tokens = pair(done(logIn));
    keep?.(tokens);
    return new Session(endpoint, tokens, keep);
  }

  async token(): Promise<string> {
    const { accessToken, expiresAt } = this.#tokens;
    return Date.parse(expiresAt) - Date.now() > EARLY_MILLISECONDS ? accessToken : this.renewed(accessToken);
  }

  /** Throws `Refused` with SESSION_ENDED: the user has to log in again. */
  async renewed(refused: string): Promise<string> {
    if (refused !== this.#tokens.accessToken) return this.#tokens.accessToken;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async logOut(everywhere = false): Promise<void> {
    await send(this.#endpoint, LogOutDocument, { input: { everywhere } }, { token: await this.token() });
  }

  async #refresh(): Promise<string> {
    const input = { refreshToken: this.#tokens.refreshToken };
    // Without the access token: one that is over would have the request refused. Safe to send
    // again, because within 30 seconds the same refresh token gives the same next one.
    const { refreshSession } = await withRetries(() => send(this.#endpoint, RefreshSessionDocument, { input }));
    this.#tokens = pair(done(refreshSession));
    this.#keep(this.#tokens);
    return this.#tokens.accessToken;
  }
}

function pair(payload: { [K in keyof Tokens]: string | null }): Tokens {
  const { accessToken, refreshToken, expiresAt } = payload;
  if (accessToken === null || refreshToken === null || expiresAt === null) {
    throw new Error("A payload without userErrors has all tokens.");
  }
  return { accessToken, refreshToken, expiresAt };
}
