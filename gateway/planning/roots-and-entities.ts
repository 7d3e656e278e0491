/**
 * @apollo/query-planner joins a fetch that begins again at the root with one of entities, where both begin at the same
 * place of the answer, and what is asked of the entities is lost: such a place is of a union or an interface to which
 * the root belongs. Here they stay two. Changes the library where it passes through what is exported; knows no plan.
 */

/** What is used here of the library's class of that name. */
interface FetchGroup {
  readonly isEntityFetch: boolean;
  canMergeSiblingIn: (this: FetchGroup, sibling: FetchGroup) => boolean;
}

/** For as long as it is ours to say; the group is of any plan. */
export function keepRootsApart(group: object, isOurs: () => boolean): void {
  // Reason for the cast: what its objects have by their names, they have from it.
  const prototype = Object.getPrototypeOf(group) as FetchGroup;
  const { canMergeSiblingIn } = prototype;
  prototype.canMergeSiblingIn = function mended(sibling) {
    const isAlike = !isOurs() || this.isEntityFetch === sibling.isEntityFetch;
    return isAlike && canMergeSiblingIn.call(this, sibling);
  };
}
