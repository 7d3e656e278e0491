/**
 * What a generated federation consists of: entities, whose fields subgraphs share out among themselves.
 */

export interface Model {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
  /** Types of which an object may be one of several. */
  readonly abstracts: readonly Abstract[];
  readonly boxes: readonly Box[];
  readonly contexts: readonly Context[];
  readonly hasEvents: boolean;
  /** Undefined where there are no mutations. */
  readonly turns: Turns | undefined;
}

/** How often something has been changed, which whoever is asked tells as of then. */
export interface Turns {
  taken: number;
}

export interface Entity {
  readonly name: string;
  readonly homes: ReadonlyMap<string, Home>;
  readonly fields: Field[];
  /** The subgraphs that share a root field for it. */
  readonly sharedBy: readonly string[];
  /** By subgraph: what else it may give by that root field, as it says. */
  readonly sharedAs: Map<string, string>;
  /** The interface in whose place subgraphs may know it (@interfaceObject). */
  readonly standsBehind?: string;
}

/** What a subgraph knows of an entity. */
export interface Home {
  readonly keys: readonly Key[];
  /** Only who it is: nobody can ask the subgraph for it. */
  readonly isStub: boolean;
  /** By which nobody can ask the subgraph for it, though by others. */
  readonly closed?: Key;
  /** Whether queries can begin with it. */
  readonly isRooted: boolean;
  /** Fields that it only knows, for what it needs or provides. */
  readonly external: Set<Field>;
}

export interface Key {
  readonly fieldSet: string;
  readonly sdl: string;
  readonly valuesOf: (entity: string, nr: number) => Readonly<Record<string, Raw>>;
  /** The entity that is part of the key, as the field of that name. */
  readonly partner?: Entity;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly leadsTo: LeadsTo;
  /** Whether there is an argument: `n`, or else `of`. */
  readonly hasArgument: boolean;
  readonly isWished?: boolean;
  readonly owners: readonly string[];
  /** The owner that says less of the type: null or others may come from it, though they never do. */
  readonly wider?: { readonly subgraph: string; readonly type: string };
  readonly moves?: Move;
  /** Whether it tells how often something has been changed. */
  readonly tellsTurns?: boolean;
  /** Whether clients do not see it (@inaccessible). */
  readonly isHidden?: boolean;
  readonly needs?: readonly Need[];
  /** What the owner answers of the entities that it leads to. */
  readonly provides: Need[];
  /** What it is given beside its arguments. */
  readonly takes?: readonly Context[];
  /** Undefined where it is reckoned from what it needs. */
  readonly rawOf?: (nr: number, n: number, around: readonly Raw[]) => Raw;
}

/** What fields of a subgraph are given of the nearest object around their own (@context, @fromContext). */
export interface Context {
  readonly subgraph: string;
  readonly name: string;
  /** By type, `Query` among them: the field that they are given. */
  readonly told: ReadonlyMap<string, string>;
}

/** A field that goes from one subgraph to its owner (@override). */
export interface Move {
  readonly from: string;
  /** The share of requests for which it has moved; undefined: all. */
  readonly percent?: number;
}

export type LeadsTo =
  /** To one of the tones, where it is of that enum. */
  | { readonly kind: 'scalar'; readonly tones?: readonly string[] }
  | { readonly kind: 'value'; readonly type: ValueType }
  | { readonly kind: 'entity'; readonly entity: Entity }
  | {
      readonly kind: 'abstract';
      readonly members: readonly Entity[];
      readonly values: readonly ValueType[];
    }
  | { readonly kind: 'box'; readonly box: Box }
  /** Back to where queries begin. */
  | { readonly kind: 'root' };

/** What has no key and is the same to all who share it, and may lead to entities. */
export interface Box {
  readonly name: string;
  readonly fields: readonly Field[];
  /** By subgraph: those that it tells. */
  readonly fieldsIn: ReadonlyMap<string, readonly Field[]>;
}

export interface Need {
  readonly field: Field;
  readonly n?: number;
  /** Of the entity that it leads to. */
  readonly below?: readonly Need[];
  /** Only where that entity is of the type. */
  readonly onType?: string;
}

export interface Abstract {
  readonly name: string;
  readonly kind: 'interface' | 'union';
  /** By subgraph: which entities it says are some. */
  readonly membersIn: ReadonlyMap<string, readonly Entity[]>;
  /** By subgraph: what else may come. */
  readonly valuesIn: ReadonlyMap<string, readonly ValueType[]>;
  readonly commonFields: readonly string[];
  /** Fields that are common too, and in the interface of types that allow more than those of its objects do. */
  readonly narrowed: CommonField[];
  /** The interface that it implements. */
  readonly above?: Abstract;
  /** The subgraph that has it as an entity, and those that know it as if it were one type (@interfaceObject). */
  readonly home?: string;
  /** Of the interface there. */
  readonly keys?: readonly Key[];
  readonly standIns: readonly StandIn[];
}

export interface CommonField {
  readonly name: string;
  readonly type: string;
}

export interface StandIn {
  readonly subgraph: string;
  readonly key: Key;
  readonly fields: readonly Field[];
}

export interface ValueType {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What is needed of it where it is needed. */
  readonly selection: string;
  /** Whether clients do not see it (@inaccessible), which only something of several types can be. */
  readonly isHidden?: boolean;
}

export interface Reference {
  readonly entity: string;
  readonly nr: number;
}

export type Raw =
  string | number | boolean | null | Reference | readonly Raw[] | { readonly [name: string]: Raw };

/** Requests for which a field may or may not have moved draw this share, of one. */
export const DRAWN = 0.5;

/** Whether the subgraph's own answer of the field is the right one. */
export function isRightIn(subgraph: string, { owners, moves }: Field): boolean {
  if (moves === undefined) return owners.includes(subgraph);
  const hasMoved = moves.percent === undefined || DRAWN * 100 < moves.percent;
  return hasMoved ? owners.includes(subgraph) : moves.from === subgraph;
}

/** The type without lists and exclamation marks. */
export function namedIn(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}

/** Whether the subgraph may say the second type where the first is meant. */
export function isWithin(
  narrow: string,
  wide: string,
  { abstracts, subgraph }: Pick<Model, 'abstracts'> & { readonly subgraph: string },
): boolean {
  if (narrow === wide) return true;
  const found = abstracts.find(({ name }) => name === wide);
  const members = found?.membersIn.get(subgraph);
  // Who knows it as an object knows none of its types.
  if (found === undefined || members === undefined) return false;
  if (found.standIns.some((each) => each.subgraph === subgraph)) return false;
  const { above } = abstracts.find(({ name }) => name === narrow) ?? {};
  return (
    above?.name === wide || [...members, ...valuesIn(found, subgraph)].some(({ name }) => name === narrow)
  );
}

export function valuesIn(abstract: Abstract, subgraph: string): readonly ValueType[] {
  return abstract.valuesIn.get(subgraph) ?? [];
}

/** The subgraphs that answer fields of the entity. */
export function owningOf({ homes }: Entity): readonly string[] {
  return [...homes].filter(([, { isStub }]) => !isStub).map(([subgraph]) => subgraph);
}

/** The root fields of a subgraph: those that give its objects, and what it says of itself. */
export function rootNames(
  subgraph: string,
  typeName: string,
): Readonly<Record<'all' | 'one' | 'shared' | 'change' | 'news' | 'around', string>> {
  return {
    all: `all${typeName}Of${subgraph}`,
    one: `one${typeName}Of${subgraph}`,
    shared: `every${typeName}`,
    change: `change${typeName}In${subgraph}`,
    news: `news${typeName}Of${subgraph}`,
    around: `around${subgraph}`,
  };
}
