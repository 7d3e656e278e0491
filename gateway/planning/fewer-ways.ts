/**
 * Ways that @apollo/query-planner need not try. From an object that is an interface to another subgraph it goes round by
 * that one, for each type by itself, to where it came from or could have gone straight away; with each such field their
 * number is squared, and it never ends. Changes the library where it passes through what is exported; knows no plan.
 */

import { SimultaneousPathsWithLazyIndirectPaths, type Edge } from '@apollo/query-graphs';

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
