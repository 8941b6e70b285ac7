// The tour comes out as it should, on a running `qun demo` (QUN_URL).
import assert from "node:assert/strict";
import { test } from "node:test";
import { tour } from "./tour.ts";

test("the tour", async () => {
  const lines: string[] = [];
  const url = new URL("/graphql", process.env["QUN_URL"] ?? "http://127.0.0.1:8080").href;
  const seen = await tour({ url, language: "en" }, (line) => lines.push(line));

  assert.equal(seen.groups.length, 12);
  assert.equal(new Set(seen.groups.map((group) => group.id)).size, 12, "each group once");
  assert.equal(new Set(seen.members.map((member) => member.id)).size, seen.total, "each member once");
  const scores = seen.members.flatMap((member) => member.score?.scoreShown ?? []);
  assert.deepEqual(scores, scores.toSorted((one, other) => other - one), "highest first");
  assert.ok(scores.length > 40, "more than a page has scores");

  assert.deepEqual([seen.first.accepted, seen.first.duplicates], [2, 0]);
  assert.deepEqual(seen.again, seen.first, "under one key: the first answer");
  assert.deepEqual([seen.underNewKey.accepted, seen.underNewKey.duplicates], [0, 2]);

  const before = seen.group.latestEvaluation;
  assert.deepEqual([seen.evaluation.week, seen.evaluation.revision], [before?.week, (before?.revision ?? 0) + 1]);
  assert.deepEqual(seen.joined?.changes, [{ how: "JOINED", person: { displayName: "Ann" } }]);
  assert.deepEqual(seen.finished?.evaluation, seen.evaluation, "the event tells of the evaluation");
  assert.equal(lines.at(-1), "Logged out.");
});
