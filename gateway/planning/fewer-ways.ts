/**
 * Ways that @apollo/query-planner need not try. From an object that is an interface to another subgraph it goes round by
 * that one, for each type by itself, to where it came from or could have gone straight away; with each such field their
 * number is squared, and it never ends. And where each type of an interface has ways of its own, it tries all that they
 * are together, also those that leave a subgraph for what is there. Changes the library where it passes through what is
 * exported; knows no plan.
 */

import { PathTree, SimultaneousPathsWithLazyIndirectPaths, type Edge } from '@apollo/query-graphs';
import candidates from '@apollo/query-planner/dist/generateAllPlans.js';

type Ways = SimultaneousPathsWithLazyIndirectPaths;
type Way = Ways['paths'][number];

/** Mends the library for as long as it is ours to say. */
export function mendWays(isOurs: () => boolean): void {
  const { prototype } = SimultaneousPathsWithLazyIndirectPaths;
  const indirectOptions: (this: Ways, ...asked: Parameters<Ways['indirectOptions']>) => IndirectWays =
    Reflect.get(prototype, 'indirectOptions');
  prototype.indirectOptions = function mended(this: Ways, context, index) {
    const found = indirectOptions.call(this, context, index);
    const way = this.paths[index];
    if (!isOurs() || found.paths.length === 0 || way === undefined) return found;
    const passed = passedBefore(way);
    const [origin] = passed;
    if (origin === undefined) return found;
    const isStraight = (edge: Edge, to: Way) =>
      edge.tail === to.tail && edge.transition.kind === 'KeyResolution' && isAtHand(this, edge);
    const paths = found.paths.filter(
      (each) =>
        !passed.includes(each.tail) && !way.graph.outEdges(origin).some((edge) => isStraight(edge, each)),
    );
    return paths.length === found.paths.length ? found : { ...found, paths };
  };
}

type TreeParts = Parameters<typeof PathTree.createFromOpPaths>;

/** Whoever looks for the best plan is not given what cannot be in a better one, and goes through fewer by that. */
export function mendChoices(isOurs: () => boolean): void {
  const waysOf = new WeakMap<object, readonly Way[]>();
  const createTree: (this: typeof PathTree, ...parts: TreeParts) => object = Reflect.get(
    PathTree,
    'createFromOpPaths',
  );
  const noting = function (this: typeof PathTree, ...parts: TreeParts): object {
    const tree = createTree.apply(this, parts);
    const ways = parts[2].map(({ path }) => path);
    // Of one way each the library has left out such itself.
    if (isOurs() && ways.length > 1) waysOf.set(tree, ways);
    return tree;
  };
  Reflect.set(PathTree, 'createFromOpPaths', noting);
  const { generateAllPlansAndFindBest: findBest } = candidates;
  const withoutFarther = <E>(trees: E[]): E[] => {
    // Reason for the cast: trees are all that the library chooses from.
    const all = trees.map((tree) => waysOf.get(tree as object) ?? []);
    return trees.filter((_tree, index) => !all.some((ways) => isNearer(ways, all[index] ?? [])));
  };
  candidates.generateAllPlansAndFindBest = (asked) =>
    findBest(isOurs() ? { ...asked, toAdd: asked.toAdd.map(withoutFarther) } : asked);
}

/** Whether the ways, each beside the other's of the same type, stay in subgraphs that those leave for another. */
function isNearer(ways: readonly Way[], others: readonly Way[]): boolean {
  if (ways.length !== others.length) return false;
  const rests = ways.flatMap((way, index) => {
    const other = others[index];
    return other === undefined || way === other ? [] : [restsOf(edgesOf(way), edgesOf(other))];
  });
  return rests.every(([own]) => own.every(isFree)) && rests.some(([, other]) => !other.every(isInside));
}

function restsOf(own: (Edge | null)[], other: (Edge | null)[]): [(Edge | null)[], (Edge | null)[]] {
  const parting = own.findIndex((edge, index) => edge !== other[index]);
  return parting < 0 ? [[], other.slice(own.length)] : [own.slice(parting), other.slice(parting)];
}

function isInside(edge: Edge | null): boolean {
  return edge?.changesSubgraph() !== true;
}

/** What a field needs may have to be fetched elsewhere. */
function isFree(edge: Edge | null): boolean {
  return isInside(edge) && edge?.conditions === undefined && (edge?.requiredContexts ?? []).length === 0;
}

type IndirectWays = ReturnType<Ways['indirectOptions']>;

/** Where it was since the last field, if it goes round by a type that nobody has asked for. */
function passedBefore(way: Way): readonly Way['tail'][] {
  if (way.lastEdge()?.transition.kind !== 'DownCast') return [];
  const passed: Way['tail'][] = [];
  for (const edge of edgesOf(way).reverse()) {
    if (edge === null || (edge.transition.kind === 'DownCast' && passed.length === 0)) continue;
    if (edge.transition.kind !== 'KeyResolution') break;
    passed.unshift(edge.head);
  }
  return passed;
}

function edgesOf(way: Way): (Edge | null)[] {
  const edges: (Edge | null)[] = [];
  const steps = way[Symbol.iterator]();
  for (let step = steps.next(); step.done !== true; step = steps.next()) edges.push(step.value[0]);
  return edges;
}

/** Whether the subgraph that it starts from has the key itself. */
function isAtHand({ conditionResolver, context }: Ways, edge: Edge): boolean {
  const { satisfied, pathTree } = conditionResolver(edge, context, [], []);
  return satisfied && (pathTree === undefined || pathTree.isAllInSameSubgraph());
}
