// A walk through the API, to be read beside docs/tour.md. Needs a running `qun demo`.
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import { Client } from "./client.ts";
import { Session } from "./credentials.ts";
import { done } from "./errors.ts";
import {
  EvaluateTiersDocument,
  GroupsDocument,
  LastEventDocument,
  MembersDocument,
  MembershipChangedDocument,
  RecordInteractionsDocument,
  TierEvaluationFinishedDocument,
  ViewerDocument,
  type RecordInteractionsInput,
} from "./generated.ts";
import type { Endpoint } from "./http.ts";
import { collected, elements } from "./pages.ts";
import { overServerSentEvents } from "./sse.ts";
import { follow } from "./subscribe.ts";
import { overWebSocket } from "./websocket.ts";

/** Every step tells a line to `say`; what came out is returned for those who want to look closer. */
export async function tour(endpoint: Endpoint, say: (line: string) => void) {
  const session = await Session.logIn(endpoint, { email: "owner@demo.example", password: "look-around-1" });
  const client = new Client(endpoint, session);
  const { viewer } = await client.request(ViewerDocument, {});
  say(`Logged in to ${viewer.organization.name} as ${viewer.assignments.map(({ role }) => role).join(", ")}.`);

  const groups = await collected(
    elements(async (after) => (await client.request(GroupsDocument, { first: 5, after })).groups),
  );
  say(`${groups.length} groups, five a page: ${groups.map((group) => group.name).join(", ")}.`);

  const group = groups.find((group) => group.name === "Tinker Lounge");
  if (!group?.latestEvaluation) throw new Error("This is not the demo: no group Tinker Lounge was evaluated.");
  let total = 0;
  const members = await collected(
    elements(async (after) => {
      const page = await client.request(MembersDocument, { group: group.id, first: 40, after });
      if (!page.group) throw new Error("The group is gone.");
      total = page.group.members.totalCount;
      return page.group.members;
    }),
  );
  const best = members[0];
  say(`${members.length} of ${total} members of ${group.name}; ${best?.person.displayName} comes first:`);
  for (const sentence of best?.score?.explanation ?? []) say(`  ${sentence}`);

  // First where the events stand, then what changes them: nothing can be missed between.
  const { organization } = await client.request(LastEventDocument, {});
  const sockets = overWebSocket(endpoint, WebSocket);
  const events = overServerSentEvents(endpoint);

  // The same thing sent twice, as after a lost answer: under one key it is done once.
  const person = `tour-${randomUUID()}`;
  const input: RecordInteractionsInput = {
    group: group.name,
    interactions: [
      { id: `${person}-1`, kind: "JOIN", ts: new Date().toISOString(), user: person, name: "Ann" },
      { id: `${person}-2`, kind: "MESSAGE", ts: new Date().toISOString(), user: person, text: "Good morning!" },
    ],
  };
  const idempotencyKey = randomUUID();
  const record = async (key: string) =>
    done((await client.request(RecordInteractionsDocument, { input }, { idempotencyKey: key })).recordInteractions);
  const first = await record(idempotencyKey);
  const again = await record(idempotencyKey);
  const underNewKey = await record(randomUUID());
  say(`Recorded ${first.accepted} interactions; sent again: ${again.accepted}, the first answer.`);
  say(`Under a new key: ${underNewKey.accepted} accepted, ${underNewKey.duplicates} known already.`);

  const week = group.latestEvaluation.week;
  const evaluate = { scope: group.id, fromWeek: week, toWeek: week };
  const { evaluateTiers } = await client.request(
    EvaluateTiersDocument,
    { input: evaluate },
    { idempotencyKey: randomUUID() },
  );
  const [evaluation] = done(evaluateTiers).evaluations;
  if (!evaluation) throw new Error("The week has no data.");
  say(`Evaluated ${evaluation.week} again: revision ${evaluation.revision}, ${evaluation.members} members.`);

  const signal = AbortSignal.timeout(30_000);
  const after = organization.lastEventId;
  const joined = await firstOf(
    follow(sockets, session, MembershipChangedDocument, { group: group.id, after }, { signal }),
  );
  say(`Over a WebSocket: ${joined?.changes.map(({ how, person }) => `${person.displayName} ${how}`).join(", ")}.`);
  const finished = await firstOf(
    follow(events, session, TierEvaluationFinishedDocument, { scope: group.id, after }, { signal }),
  );
  say(`As a server-sent event: ${finished?.evaluation.week} has revision ${finished?.evaluation.revision}.`);

  await session.logOut();
  say("Logged out.");
  return { groups, group, members, total, first, again, underNewKey, evaluation, joined, finished };
}

async function firstOf<T>(events: AsyncIterable<T>): Promise<T | undefined> {
  for await (const event of events) return event;
  return undefined;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const url = new URL("/graphql", process.env["QUN_URL"] ?? "http://127.0.0.1:8080").href;
  const language = process.env["QUN_LANGUAGE"] ?? "en";
  await tour({ url, language }, console.log).catch((error: Error) => {
    console.error(`${url}: ${error.message}`);
    process.exitCode = 1;
  });
}
