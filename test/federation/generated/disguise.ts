/**
 * A subgraph that says the same in other words: root types under names of its own, or by the rules of federation 1
 * (no @link, `extend type`, keys that are @external, nothing is @shareable). Knows no model.
 */

import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { numberFrom } from './chance.ts';

/** By chance, which follows from the seed. */
export function disguise(subgraphs: readonly FakeSubgraph[], seed: number): readonly FakeSubgraph[] {
  const isOld = numberFrom('old', seed) % 4 === 0;
  const defined = new Set<string>();
  return subgraphs.map((subgraph) => {
    const older = isOld && mayBeOld(subgraph) ? asFederationOne(subgraph, defined) : subgraph;
    for (const [, name = ''] of subgraph.sdl.matchAll(/^ *type (\w+)/gm)) defined.add(name);
    return numberFrom('roots', seed, subgraph.name) % 4 === 0 ? withRootsRenamed(older) : older;
  });
}

const ROOTS = { Query: 'Root', Mutation: 'Change', Subscription: 'News' } as const;

function withRootsRenamed(subgraph: FakeSubgraph): FakeSubgraph {
  const renamed = (text: string) =>
    text.replaceAll(/\b(?:Query|Mutation|Subscription)\b/g, (name) => otherName(name));
  const operations = Object.keys(ROOTS).filter((name) => subgraph.sdl.includes(`type ${name} `));
  // Where a context of the root is renamed too, composing loses it.
  if (operations.length === 0 || subgraph.sdl.includes('@context(')) return subgraph;
  const named = operations.map((name) => `${name.toLowerCase()}: ${otherName(name)}`);
  const resolvers = Object.entries(subgraph.resolvers).map(([name, each]) => [otherName(name), each]);
  return {
    ...subgraph,
    sdl: `${renamed(subgraph.sdl)}\n  schema { ${named.join(' ')} }`,
    resolvers: Object.fromEntries(resolvers),
  };
}

function otherName(name: string): string {
  return new Map<string, string>(Object.entries(ROOTS)).get(name) ?? name;
}

const LINK = /extend schema @link\([^)]*\)/;
const NEWER =
  /@requiresScopes|@policy|@override|@interfaceObject|@context|@fromContext|resolvable|interface \w+ (?:implements \w+ )?@key/;

/** Of what is the same in all subgraphs. */
const SOMEBODY_ELSE_HIDES = /\b(GREY|VAGUE|SAD|hush: Int) @inaccessible/g;

function mayBeOld({ sdl }: FakeSubgraph): boolean {
  const text = sdl.replace(LINK, '').replaceAll(SOMEBODY_ELSE_HIDES, '$1');
  return !NEWER.test(text) && !text.includes('@inaccessible');
}

/** What another subgraph has defined before, it only extends. */
function asFederationOne(subgraph: FakeSubgraph, defined: ReadonlySet<string>): FakeSubgraph {
  const plain = subgraph.sdl.replace(LINK, '').replaceAll(/ @(?:shareable|inaccessible|tag\([^)]*\))/g, '');
  const sdl = plain.replaceAll(/^ *type (\w+) [^{]*@key[^{]*\{[^}]*\}/gm, (text, name: string) =>
    defined.has(name) ? extending(text) : text,
  );
  return { ...subgraph, sdl };
}

function extending(text: string): string {
  const [head = '', fields = ''] = cutAt(text, text.indexOf('{\n'));
  const keys = [...head.matchAll(/@key\(fields: "([^"]*)"/g)].map(([, set = '']) =>
    set.replaceAll(/\{[^}]*\}/g, ''),
  );
  const names = new Set(keys.flatMap((set) => set.match(/\w+/g) ?? []));
  const marked = fields.replaceAll(/\b(\w+): (\w+!?)(?= *\n|  )/g, (field, name: string) =>
    names.has(name) ? `${field} @external` : field,
  );
  return `  extend ${head.trimStart()}${marked}`;
}

function cutAt(text: string, at: number): readonly string[] {
  return [text.slice(0, at), text.slice(at)];
}
