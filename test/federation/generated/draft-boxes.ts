/**
 * Makes up types without keys that subgraphs share: what they hold, and who tells how much of it.
 */

import type { Chance } from './chance.ts';
import { widened } from './draft-narrowed.ts';
import { valuesIn, type Abstract, type Box, type Entity, type Field, type LeadsTo } from './model.ts';
import { SCALARS } from './values.ts';

interface Drafted {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
  readonly abstracts: readonly Abstract[];
  /** Whether boxes may lead back to where queries begin. */
  readonly leadsBack: boolean;
}

/** As it stands, or in lists. */
export function wrapped(name: string, chance: Chance): string {
  return chance.oneOf(['T', 'T', 'T!', '[T]', '[T!]!', '[T!]', '[[T]]']).replace('T', name);
}

export function draftBoxes(drafted: Drafted, chance: Chance, newName: () => string): readonly Box[] {
  const boxes: Box[] = [];
  for (let left = chance.below(3); left > 0; left -= 1) boxes.push(draftBox(drafted, boxes, chance, newName));
  return boxes;
}

function draftBox(drafted: Drafted, before: readonly Box[], chance: Chance, newName: () => string): Box {
  const home = chance.oneOf(drafted.subgraphs);
  const contents = contentsIn(home, drafted, before);
  const parts = Array.from({ length: 1 + chance.below(4) }, () => {
    const { leadsTo, name = chance.oneOf(SCALARS), isKnownIn } = chance.oneOf(contents);
    const type = leadsTo.kind === 'scalar' ? name : wrapped(name, chance);
    const plain = { name: newName(), type, leadsTo, hasArgument: false, owners: [], provides: [] };
    const others = drafted.subgraphs.filter((each) => each !== home && isKnownIn(each));
    const wider =
      others.length > 0 && chance.isOneIn(3)
        ? widened(type, chance.oneOf(others), drafted, chance)
        : undefined;
    const field: Field = { ...plain, ...(wider === undefined ? {} : { wider }) };
    return { field, isKnownIn };
  });
  const fieldsIn = new Map<string, readonly Field[]>();
  for (const subgraph of drafted.subgraphs) {
    const known = parts.filter(({ isKnownIn }) => isKnownIn(subgraph)).map(({ field }) => field);
    // Who tells only a part goes together with others only where they share all that leads to it.
    const often = known.length < parts.length ? 3 : 2;
    if (subgraph === home || (known.length > 0 && chance.isOneIn(often))) fieldsIn.set(subgraph, known);
  }
  return { name: `B${before.length}`, fields: parts.map(({ field }) => field), fieldsIn };
}

interface Content {
  readonly leadsTo: LeadsTo;
  /** Undefined: any scalar. */
  readonly name?: string;
  readonly isKnownIn: (subgraph: string) => boolean;
}

function contentsIn(
  home: string,
  { entities, abstracts, leadsBack }: Drafted,
  boxes: readonly Box[],
): readonly Content[] {
  const contents: readonly Content[] = [
    { leadsTo: { kind: 'scalar' }, isKnownIn: () => true },
    ...(leadsBack ? [{ leadsTo: { kind: 'root' } as const, name: 'Query', isKnownIn: () => true }] : []),
    ...entities.map((entity): Content => ({
      leadsTo: { kind: 'entity', entity },
      name: entity.name,
      isKnownIn: (subgraph) => entity.homes.has(subgraph),
    })),
    ...abstracts.map((abstract): Content => {
      const { name, membersIn } = abstract;
      const members = membersIn.get(home) ?? [];
      const values = valuesIn(abstract, home);
      return {
        leadsTo: { kind: 'abstract', members, values },
        name,
        isKnownIn: (subgraph) => {
          const known = membersIn.get(subgraph);
          const others = valuesIn(abstract, subgraph);
          return (
            known !== undefined &&
            members.every((each) => known.includes(each)) &&
            values.every((each) => others.includes(each))
          );
        },
      };
    }),
    ...boxes.map((box): Content => ({
      leadsTo: { kind: 'box', box },
      name: box.name,
      isKnownIn: (subgraph) => box.fieldsIn.has(subgraph),
    })),
  ];
  return contents.filter(({ isKnownIn }) => isKnownIn(home));
}
