/**
 * The peer `@mercuriusjs/gateway`, for the benchmark. It reads Federation 1 only, so it is given each subgraph's SDL in
 * that dialect. Started with a port and a JSON object of the subgraphs' addresses by the files of their SDLs.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';

import gateway from '@mercuriusjs/gateway';
import fastify from 'fastify';
import { Kind, parse, print, visit } from 'graphql';

/** Who owns a type; for everybody else it is an extension of that (Federation 1). */
const OWNERS = { User: 'accounts', Product: 'products', Article: 'products', Review: 'reviews' };
const FEDERATION_2_DIRECTIVES = ['link', 'shareable'];

const [port, addresses] = process.argv.slice(2);
const services = Object.entries(JSON.parse(addresses)).map(([file, url]) => {
  const name = path.basename(file, '.graphql');
  return { name, url, schema: toFederation1(readFileSync(file, 'utf8'), name) };
});
const app = fastify();
await app.register(gateway, { jit: 1, gateway: { services } });
await app.listen({ port: Number(port), host: '127.0.0.1' });
process.once('disconnect', () => process.exit(0));

function toFederation1(sdl, subgraph) {
  const document = visit(parse(sdl), {
    SchemaExtension: () => null,
    Directive: ({ name }) => (FEDERATION_2_DIRECTIVES.includes(name.value) ? null : undefined),
    ObjectTypeDefinition: { leave: (type) => (isForeign(type, subgraph) ? toExtension(type) : undefined) },
  });
  return print(document);
}

function isForeign({ name }, subgraph) {
  return name.value === 'Query' || OWNERS[name.value] !== subgraph;
}

function toExtension(type) {
  const key = type.directives.find(({ name }) => name.value === 'key')?.arguments[0].value.value;
  const external = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'external' } };
  const fields = type.fields.map((field) =>
    field.name.value === key ? { ...field, directives: [external] } : field,
  );
  return { ...type, kind: Kind.OBJECT_TYPE_EXTENSION, fields };
}
