/**
 * What @apollo/query-planner notes of the selections of deferred fragments, and nobody here reads: a subgraph’s type
 * need not have what an interface promises of it elsewhere, and the planner refuses the operation over its own note.
 * Changes the library where it passes through what is exported; knows no plan.
 */

/** What is used here of the library's class of that name. */
interface DeferTracking {
  readonly registerDefer: (this: DeferTracking, defer: { readonly deferContext: object }) => void;
  readonly updateSubselection: (this: DeferTracking, ...noted: unknown[]) => void;
}

/** Leaves these notes out for as long as it is ours to say; `dependencyGraph` is of any plan. */
export function mendNotes(dependencyGraph: { readonly deferTracking: object }, isOurs: () => boolean): void {
  // Reason for the cast: what its objects have by their names, they have from it.
  const prototype = Object.getPrototypeOf(dependencyGraph.deferTracking) as DeferTracking;
  const { registerDefer, updateSubselection } = prototype;
  const mended: DeferTracking = {
    registerDefer(defer) {
      const deferContext = { ...defer.deferContext, pathToDeferParent: [] };
      registerDefer.call(this, isOurs() ? { ...defer, deferContext } : defer);
    },
    updateSubselection(...noted) {
      if (!isOurs()) updateSubselection.apply(this, noted);
    },
  };
  Object.assign(prototype, mended);
}
