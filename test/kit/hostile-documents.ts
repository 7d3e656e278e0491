/**
 * Documents made to hurt: each small to send and costly for whoever reads it without limits. Knows only that `Query`
 * has the field `customer(id:)` with a `name` and that it can be asked any number of times.
 */

export interface HostileDocument {
  readonly what: string;
  readonly text: string;
  /** The limit that must stop it. */
  readonly limit: string;
}

const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ');

const customer = (inner: string) => `customer(id: "1") { ${inner} }`;

const nested = (depth: number, open: string) => `${open.repeat(depth)} name ${'}'.repeat(depth)}`;

/** Each fragment uses the next twice: 2 to the power of `depth` fields from a few lines. */
const doubling = (depth: number) =>
  times(depth, (index) => `fragment F${index} on Customer { ...F${index + 1} ...F${index + 1} }`);

export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  { what: '20,000 equal fields', limit: 'maxTokens', text: `{ ${customer(times(20_000, () => 'name'))} }` },
  { what: '9,000 equal fields', limit: 'maxFieldPairs', text: `{ ${customer(times(9_000, () => 'name'))} }` },
  {
    what: '700 aliases at the root',
    limit: 'maxAliases',
    text: `{ ${times(700, (index) => `a${index}: customer(id: 1) { name }`)} }`,
  },
  {
    what: '60 fields at the root',
    limit: 'maxRootFields',
    text: `{ ${times(60, (index) => `a${index}: customer(id: 1) { name }`)} }`,
  },
  {
    what: '200 copies of 40 nested inline fragments',
    limit: 'maxTokens',
    text: `{ ${customer(times(200, () => nested(40, '... on Customer { ')))} }`,
  },
  {
    what: '700 copies of 2 nested inline fragments',
    limit: 'maxFieldPairs',
    text: `{ ${customer(times(700, () => nested(2, '... on Customer { ')))} }`,
  },
  {
    what: '5,000 directives',
    limit: 'maxDirectives',
    text: `{ ${customer(`name ${'@skip(if: false) '.repeat(5_000)}`)} }`,
  },
  {
    what: '1,000 directives',
    limit: 'maxDirectives',
    text: `{ ${customer(`name ${'@x '.repeat(1_000)}`)} }`,
  },
  {
    what: 'fragments that double 30 times',
    limit: 'maxFields',
    text: `{ ${customer('...F0')} } ${doubling(30)} fragment F30 on Customer { name }`,
  },
  {
    what: 'fragments that double 700 times',
    limit: 'maxFields',
    text: `{ ${customer('...F0')} } ${doubling(700)} fragment F700 on Customer { name }`,
  },
  {
    what: '900 fragments side by side',
    limit: 'maxFieldPairs',
    text: `{ ${customer(times(900, (index) => `...F${index}`))} } ${times(900, (index) => `fragment F${index} on Customer { name }`)}`,
  },
  { what: '31 levels of fields', limit: 'maxDepth', text: `{ ${nested(31, 'customer { ')} }` },
  { what: '500 levels of fields', limit: 'nesting of brackets', text: `{ ${nested(500, 'customer { ')} }` },
  {
    what: '4,000 nested lists in an argument',
    limit: 'nesting of brackets',
    text: `{ customer(id: ${'['.repeat(4_000)}${']'.repeat(4_000)}) { name } }`,
  },
  {
    what: 'a variable of 4,000 nested list types',
    limit: 'nesting of brackets',
    text: `query ($v: ${'['.repeat(4_000)}ID${']'.repeat(4_000)}) { ${customer('name')} }`,
  },
  {
    what: 'unused fragments that hold 9,000 equal fields',
    limit: 'maxFieldPairs',
    text: `{ ${customer('name')} } fragment Unused on Customer { ${times(9_000, () => 'name')} }`,
  },
  {
    what: '1,000 operations with equal fields',
    limit: 'maxTokens',
    text: times(1_000, (index) => `query Q${index} { ${customer('name name')} }`),
  },
];
