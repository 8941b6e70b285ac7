// Trying again what may be tried again: with exponential back-off, jitter and `Retry-After`.
import { NoAnswer, RequestError } from "./errors.ts";

export interface RetryOptions {
  /** Tries in all; 5 when left out. */
  readonly attempts?: number;
  /** The longest wait before the second try; doubled for each further one. 250 ms when left out. */
  readonly firstWaitMilliseconds?: number;
  /** No wait of our own is longer; 10 s when left out. `Retry-After` is honored whatever it says. */
  readonly longestWaitMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
  /** How waiting is done; tests put their own here. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Codes whose cause passes by itself. */
const passing = new Set(["RATE_LIMITED", "REQUEST_TIMEOUT", "INTERNAL", "SLOW_READER", "TOO_MANY_STREAMS"]);

/** Whether the same request may have another answer a little later. */
export function passes(error: unknown): error is RequestError | NoAnswer {
  if (error instanceof RequestError) return passing.has(error.code);
  if (!(error instanceof NoAnswer)) return false;
  return error.status === undefined || error.status >= 500 || [408, 425, 429].includes(error.status);
}

/** Runs what is safe to be run twice until it succeeds or fails for good. */
export async function withRetries<T>(run: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!passes(error) || attempt >= attempts) throw error;
      await (options.wait ?? wait)(waitAfter(error, attempt, options), options.signal);
    }
  }
}

/** How long to wait after the failure of this attempt, the first being 1. */
export function waitAfter(error: unknown, attempt: number, options: RetryOptions = {}): number {
  const told = error instanceof RequestError || error instanceof NoAnswer ? error.retryAfterSeconds : undefined;
  const first = options.firstWaitMilliseconds ?? 250;
  const longest = Math.min(first * 2 ** (attempt - 1), options.longestWaitMilliseconds ?? 10_000);
  // The whole of it is drawn: clients that failed together do not come back together.
  const drawn = Math.random() * longest;
  return told === undefined ? drawn : told * 1000 + drawn;
}

export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", over);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", over, { once: true });
  });
}
