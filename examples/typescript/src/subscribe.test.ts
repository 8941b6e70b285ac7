// Following events through a network that fails, on a running `qun demo` (QUN_URL).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { Client } from "./client.ts";
import { Session, type Tokens } from "./credentials.ts";
import { done, RequestError } from "./errors.ts";
import {
  EvaluateTiersDocument,
  GroupsDocument,
  LastEventDocument,
  TierEvaluationFinishedDocument,
} from "./generated.ts";
import type { Endpoint } from "./http.ts";
import { proxy, type Proxy } from "./proxy.ts";
import { overServerSentEvents } from "./sse.ts";
import { follow, type Transport } from "./subscribe.ts";
import { overWebSocket } from "./websocket.ts";

const server = new URL(process.env["QUN_URL"] ?? "http://127.0.0.1:8080");
let network: Proxy;
let endpoint: Endpoint;
let tokens: Tokens;
let client: Client;

before(async () => {
  network = await proxy(server);
  endpoint = { url: new URL("/graphql", network.url).href, language: "en" };
  const direct = { url: new URL("/graphql", server).href };
  const login = { email: "owner@demo.example", password: "look-around-1" };
  client = new Client(direct, await Session.logIn(direct, login, (pair) => (tokens = pair)));
});
after(() => network.close());

async function aGroup() {
  const { groups } = await client.request(GroupsDocument, { first: 1 });
  const [group] = groups.nodes;
  assert.ok(group?.latestEvaluation, "the demo's groups are evaluated");
  const { id: scope, latestEvaluation } = group;
  const { organization } = await client.request(LastEventDocument, {});
  const evaluate = async () => {
    const input = { scope, fromWeek: latestEvaluation.week };
    const [evaluation] = done((await client.request(EvaluateTiersDocument, { input })).evaluateTiers).evaluations;
    return evaluation?.revision;
  };
  return { scope, after: organization.lastEventId, evaluate };
}

for (const [name, open] of [
  ["a WebSocket", () => overWebSocket(endpoint, WebSocket)],
  ["server-sent events", () => overServerSentEvents(endpoint)],
] as const) {
  const retries = { firstWaitMilliseconds: 20 };

  test(`${name}: each event once and in order, though the connection breaks`, { timeout: 20_000 }, async () => {
    const { scope, after, evaluate } = await aGroup();
    const made = [await evaluate()];
    const told: number[] = [];
    const ids: string[] = [];
    const opened = new Set<unknown>();
    const transport = open();
    const watched: Transport = {
      ...transport,
      open: (operation, token) => (opened.add(operation.variables["after"]), transport.open(operation, token)),
    };
    const stop = new AbortController();
    const options = { retries, signal: stop.signal };
    const events = follow(watched, client.credentials, TierEvaluationFinishedDocument, { scope, after }, options);
    for await (const { eventId, evaluation } of events) {
      ids.push(eventId);
      told.push(evaluation.revision);
      if (told.length === 5) stop.abort();
      else if (told.length === made.length) {
        network.cut();
        made.push(await evaluate());
        if (told.length === 2) made.push(await evaluate());
      }
    }
    assert.deepEqual(told, made);
    assert.equal(told.length, 5);
    assert.deepEqual([...opened], [after, ids[0], ids[1], ids[3]], "it goes on where it was");
  });

  test(`${name}: a token that is refused is renewed`, { timeout: 20_000 }, async () => {
    const { scope, after, evaluate } = await aGroup();
    const revision = await evaluate();
    const session = new Session(endpoint, { ...tokens, accessToken: "forged" }, (pair) => (tokens = pair));
    for await (const event of follow(open(), session, TierEvaluationFinishedDocument, { scope, after }, { retries })) {
      assert.equal(event.evaluation.revision, revision);
      break;
    }
    assert.notEqual(await session.token(), "forged");
  });

  test(`${name}: what does not pass ends it, with its code`, { timeout: 20_000 }, async () => {
    const { scope } = await aGroup();
    const events = follow(open(), client.credentials, TierEvaluationFinishedDocument, { scope, after: "nonsense" });
    await assert.rejects(events.next(), (error) => error instanceof RequestError && error.code === "BAD_USER_INPUT");
  });
}
