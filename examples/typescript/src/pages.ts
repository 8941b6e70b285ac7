// Walking a list to its end, page by page. All lists of the schema are Relay connections.

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The pages of a list; each is asked for when the one before has been used. */
export async function* pages<C extends Connection<unknown>>(
  ask: (after: string | null) => Promise<C>,
): AsyncGenerator<C, void, undefined> {
  let after: string | null = null;
  for (;;) {
    const page: C = await ask(after);
    yield page;
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage || after === null) return;
  }
}

/** The elements of a list. */
export async function* elements<Node>(
  ask: (after: string | null) => Promise<Connection<Node>>,
): AsyncGenerator<Node, void, undefined> {
  for await (const page of pages(ask)) yield* page.nodes;
}

/** All of them at once; `Array.fromAsync` where that is known. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
