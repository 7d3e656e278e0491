/**
 * Values of every nullability, some of which cannot be read.
 */

const fails = (what: string) => (): never => {
  throw new Error(`cannot read ${what}`);
};

interface Node {
  readonly id: string;
  readonly maybe?: unknown;
  readonly sure?: unknown;
  readonly child?: () => Node | null;
  readonly children?: unknown;
  readonly sureChildren?: unknown;
}

const good: Node = { id: 'good', maybe: 1, sure: 1, children: [], sureChildren: [] };
const unsure: Node = { ...good, id: 'unsure', sure: null };
const broken: Node = { ...good, id: 'broken', maybe: fails('maybe'), sure: fails('sure') };
const parent: Node = {
  ...good,
  id: 'parent',
  child: () => unsure,
  children: [good, unsure, null, broken],
  sureChildren: [good, unsure],
};

export const nodes: readonly Node[] = [good, unsure, broken, parent];
export const nodeOf = (id: string) => nodes.find((node) => node.id === id) ?? null;
export const truth = {
  nodes,
  node: ({ id }: { id: string }) => nodeOf(id),
  sureNode: ({ id }: { id: string }) => nodeOf(id),
};
