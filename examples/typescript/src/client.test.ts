// The client against a real server (QUN_URL, a `qun demo`) and a network that fails.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { Client } from "./client.ts";
import { apiKey, Session, type Tokens } from "./credentials.ts";
import { done, NoAnswer, Refused, RequestError, topLevelCodes } from "./errors.ts";
import { CreateCommunityDocument, GroupsDocument, ViewerDocument } from "./generated.ts";
import type { Endpoint } from "./http.ts";
import { proxy, type Proxy } from "./proxy.ts";

const server = new URL(process.env["QUN_URL"] ?? "http://127.0.0.1:8080");
const login = { email: "owner@demo.example", password: "look-around-1" };
let network: Proxy;
let endpoint: Endpoint;
let tokens: Tokens;
/** The waits that clients asked for, in milliseconds; nobody waits them. */
let waits: number[];

before(async () => {
  network = await proxy(server);
  endpoint = { url: new URL("/graphql", network.url).href, language: "en" };
  await Session.logIn(endpoint, login, (pair) => (tokens = pair));
});
after(() => network.close());
beforeEach(() => {
  network.asked.length = network.faults.length = 0;
  waits = [];
});

function clientWith(changed: Partial<Tokens> = {}, language = "en"): Client {
  const session = new Session(endpoint, { ...tokens, ...changed }, (pair) => (tokens = pair));
  return new Client({ ...endpoint, language }, session, { wait: async (wait) => void waits.push(wait) });
}

const community = (name: string) => ({ input: { name, timeZone: "Asia/Shanghai" } });

test("a mutation whose answer is lost is sent again under its key, and done once", async () => {
  const client = clientWith();
  const name = `Plants ${randomUUID()}`;
  network.faults.push({ kind: "lost" }, { kind: "answered", status: 503 });
  const payload = await client.request(CreateCommunityDocument, community(name), { idempotencyKey: randomUUID() });
  assert.equal(done(payload.createCommunity).community?.name, name);
  assert.equal(network.asked.length, 3);
  assert.equal(waits.length, 2);

  const again = await client.request(CreateCommunityDocument, community(name));
  assert.throws(() => done(again.createCommunity), (error) => error instanceof Refused && error.code === "NAME_TAKEN");
});

test("a mutation without a key is sent once", async () => {
  const client = clientWith();
  network.faults.push({ kind: "lost" });
  await assert.rejects(client.request(CreateCommunityDocument, community(`Plants ${randomUUID()}`)), NoAnswer);
  assert.equal(network.asked.length, 1);
});

test("a query is sent again, not before it is told to, and not forever", async () => {
  const client = clientWith();
  network.faults.push({ kind: "answered", status: 429, headers: { "retry-after": "7" } }, { kind: "lost" });
  assert.equal((await client.request(ViewerDocument, {})).viewer.assignments[0]?.role, "OWNER");
  assert.equal(network.asked.length, 3);
  assert.ok(waits[0]! >= 7_000 && waits[0]! <= 7_250, `${waits[0]}`);
  assert.ok(waits[1]! <= 500, `${waits[1]}`);

  network.asked.length = 0;
  for (let fault = 0; fault < 9; fault++) network.faults.push({ kind: "answered", status: 502 });
  const badGateway = (error: unknown) => error instanceof NoAnswer && error.status === 502;
  await assert.rejects(client.request(ViewerDocument, {}), badGateway);
  assert.equal(network.asked.length, 5);
});

test("what stays as it is is not asked again", async () => {
  const client = clientWith();
  const tooMany = client.request(GroupsDocument, { first: 1_000 });
  await assert.rejects(tooMany, (error) => error instanceof RequestError && error.code === "BAD_USER_INPUT");
  assert.equal(network.asked.length, 1);
});

for (const [why, stale] of [
  ["is over", { expiresAt: new Date(0).toISOString() }],
  ["is refused", { accessToken: "forged" }],
] as const) {
  test(`when the token ${why}, one of all callers refreshes`, async () => {
    const client = clientWith(stale);
    const calls = Array.from({ length: 20 }, () => client.request(ViewerDocument, {}));
    for (const { viewer } of await Promise.all(calls)) assert.equal(viewer.assignments[0]?.role, "OWNER");
    assert.equal(network.asked.filter((body) => body.includes("refreshSession")).length, 1);
  });
}

test("a refresh whose answer is lost does not end the session", async () => {
  const client = clientWith({ expiresAt: new Date(0).toISOString() });
  network.faults.push({ kind: "lost" });
  assert.equal((await client.request(ViewerDocument, {})).viewer.assignments[0]?.role, "OWNER");
  assert.equal(network.asked.filter((body) => body.includes("refreshSession")).length, 2);
});

test("a session that ended and a key that is refused are told as what they are", async () => {
  const session = await Session.logIn(endpoint, login);
  const client = new Client(endpoint, session);
  await session.logOut();
  await assert.rejects(
    client.request(ViewerDocument, {}),
    (error) => error instanceof Refused && error.code === "SESSION_ENDED",
  );
  const machine = new Client(endpoint, apiKey("qak_forged"));
  await assert.rejects(
    machine.request(ViewerDocument, {}),
    (error) => error instanceof RequestError && error.code === "UNAUTHENTICATED" && error.requestId !== undefined,
  );
});

test("sentences are in the language of the client", async () => {
  const { createCommunity } = await clientWith({}, "zh-CN").request(CreateCommunityDocument, community(""));
  assert.equal(createCommunity.userErrors[0]?.code, "INVALID_NAME");
  assert.match(createCommunity.userErrors[0]?.message ?? "", /\p{Script=Han}/u);
});

test("the codes are those of the catalogue", async () => {
  const page = await readFile(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("## Top-level codes"), page.indexOf("## User errors"));
  const codes = Array.from(table.matchAll(/^\| `([A-Z_]+)`/gm), ([, code]) => code);
  assert.deepEqual([...topLevelCodes].sort(), codes.sort());
});
