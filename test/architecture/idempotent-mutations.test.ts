/**
 * Every mutation of the company says of itself that it takes effect once under one key, so that whoever has a doubt may
 * ask again.
 */

import { readFile } from 'node:fs/promises';

import { expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';

test('every mutation of the supergraph is marked @idempotent, and nothing else is', async () => {
  const text = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const fields = parse(text).definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (node.fields ?? []).map(({ name, directives = [] }) => ({
          field: `${node.name.value}.${name.value}`,
          isMarked: directives.some((directive) => directive.name.value === 'idempotent'),
        }))
      : [],
  );
  const namesOf = (found: typeof fields) => found.map(({ field }) => field);
  const marked = namesOf(fields.filter(({ isMarked }) => isMarked));
  expect(marked.length).toBeGreaterThan(0);
  expect(marked).toEqual(namesOf(fields.filter(({ field }) => field.startsWith('Mutation.'))));
});
