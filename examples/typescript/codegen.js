// Writes src/generated.ts from the schema and src/operations.graphql. With --check it writes
// nothing and fails where the file is another than it would be.
import { readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as typedDocuments from "@graphql-codegen/typed-document-node";
import * as operationTypes from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const schema = new URL(process.env.QUN_SCHEMA ?? "../../schema.graphql", import.meta.url);
const operations = new URL("src/operations.graphql", import.meta.url);
const generated = new URL("src/generated.ts", import.meta.url);

const types = await codegen({
  filename: generated.pathname,
  schema: parse(await readFile(schema, "utf8")),
  documents: [{ location: operations.pathname, document: parse(await readFile(operations, "utf8")) }],
  plugins: [{ operationTypes: {} }, { typedDocuments: {} }],
  pluginMap: { operationTypes, typedDocuments },
  config: {
    documentMode: "string",
    enumType: "string-literal",
    useTypeImports: true,
    skipTypename: true,
    // A type for each scalar of the schema; generation fails when a further one comes.
    strictScalars: true,
    scalars: {
      Date: "string",
      DateTime: "string",
      ID: { input: "string", output: "string" },
      JSON: "unknown",
      MinorUnits: "number",
      Month: "string",
      Quarter: "string",
      TimeZone: "string",
      Week: "string",
    },
  },
});

const text = `// Generated from schema.graphql and operations.graphql by \`npm run generate\`.\n${types}`;
if (!process.argv.includes("--check")) {
  await writeFile(generated, text);
} else if (text !== (await readFile(generated, "utf8").catch(() => ""))) {
  console.error("src/generated.ts is not what the schema and the operations give: npm run generate");
  process.exitCode = 1;
}
