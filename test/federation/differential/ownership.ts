/**
 * Which subgraphs can answer each field, read from the supergraph, and so which fields are lost when one of them is.
 * Knows no plan: where a plan may choose, a field may be lost.
 */

import {
  Kind,
  parse,
  visit,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** `Type.field`. */
export type FieldName = string;

export interface Ownership {
  /** By subgraph: what nobody else can answer, and what needs that. */
  readonly lostFor: (subgraph: string) => ReadonlySet<FieldName>;
  /** By subgraph: what a plan could ask of it, or what could need that; includes what is lost for sure. */
  readonly inDangerFor: (subgraph: string, leans: Leans) => ReadonlySet<FieldName>;
  /** Fields that other fields or fetches need. */
  readonly needed: ReadonlySet<FieldName>;
  /** The types whose fields the subgraph can be asked of by key. */
  readonly entitiesOf: (subgraph: string) => readonly string[];
  /** The interface in whose place some subgraph answers the field (@interfaceObject). */
  readonly interfaceOf: (type: string, field: string) => string | undefined;
  /** Whether some subgraph allows no null where clients may read one: there a failure takes more along. */
  readonly isStricter: (type: string, field: string) => boolean;
  /** Whether some subgraph answers a field of the type on some ways (@provides). */
  readonly isProvided: (type: string) => boolean;
}

/** By subgraph: those without which it cannot be reached. */
export type Leans = Readonly<Record<string, readonly string[]>>;

interface OwnedField {
  readonly name: FieldName;
  readonly owners: readonly string[];
  /** Some subgraph answers it on some ways (@provides). */
  readonly isProvided: boolean;
  readonly requires: readonly FieldName[];
  /** Of these the ones of its own object: what stands below those need not be there, in an empty list for one. */
  readonly requiresOfItself: readonly FieldName[];
  /** All subgraphs that know the type have it, as a key. */
  readonly isEverywhere: boolean;
  readonly viaInterface: string | undefined;
  readonly isStricter: boolean;
}

interface NamedFields {
  readonly all: readonly FieldName[];
  readonly first: readonly FieldName[];
}

type Definition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function ownershipOf(supergraphSdl: string): Ownership {
  const definitions = definitionsIn(supergraphSdl);
  const reader = new SupergraphReader(definitions, graphNames(supergraphSdl), supergraphSdl);
  const fields = new Map([...definitions.values()].flatMap((each) => reader.fieldsOf(each)));
  const spread = (names: Set<FieldName>, along: 'requires' | 'requiresOfItself') => {
    for (let before = -1; before !== names.size;) {
      before = names.size;
      for (const field of fields.values())
        if (field[along].some((each) => names.has(each))) names.add(field.name);
    }
    return names;
  };
  const namesWhere = (holds: (field: OwnedField) => boolean) =>
    [...fields.values()].filter(holds).map(({ name }) => name);
  return {
    lostFor: (subgraph) =>
      spread(
        new Set(
          namesWhere(({ owners, isProvided }) => !isProvided && owners.every((owner) => owner === subgraph)),
        ),
        'requiresOfItself',
      ),
    inDangerFor(subgraph, leans) {
      const down = Object.keys(leans).filter((each) => leans[each]?.includes(subgraph));
      const isDown = (owner: string) => owner === subgraph || down.includes(owner);
      const names = namesWhere(({ owners, isEverywhere }) => !isEverywhere && owners.some(isDown));
      return spread(new Set(names), 'requires');
    },
    needed: reader.needed(fields),
    entitiesOf: (subgraph) => reader.entitiesOf(subgraph),
    interfaceOf: (type, field) => fields.get(`${type}.${field}`)?.viaInterface,
    isStricter: (type, field) => fields.get(`${type}.${field}`)?.isStricter === true,
    isProvided: (type) => namesWhere((field) => field.isProvided).some((name) => name.startsWith(`${type}.`)),
  };
}

class SupergraphReader {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #graphs: ReadonlyMap<string, string>;
  readonly #provided: string;

  constructor(
    definitions: ReadonlyMap<string, Definition>,
    graphs: ReadonlyMap<string, string>,
    sdl: string,
  ) {
    this.#definitions = definitions;
    this.#graphs = graphs;
    this.#provided = [...sdl.matchAll(/provides: "([^"]*)"/g)].map(([, set]) => set).join(' ');
  }

  fieldsOf(definition: Definition): readonly (readonly [FieldName, OwnedField])[] {
    return (definition.fields ?? []).map((field) => {
      const owned = this.#fieldOf(definition, field);
      return [owned.name, owned];
    });
  }

  needed(fields: ReadonlyMap<FieldName, OwnedField>): ReadonlySet<FieldName> {
    const keys = [...this.#definitions.values()].flatMap((definition) => this.#keysOf(definition));
    return new Set([...keys, ...[...fields.values()].flatMap(({ requires }) => requires)]);
  }

  entitiesOf(subgraph: string): readonly string[] {
    const isEntity = (definition: Definition) =>
      directivesOf(definition, 'join__type').some(
        (each) =>
          this.#graphOf(each) === subgraph &&
          textOf(each, 'key') !== undefined &&
          !isOn(each, 'resolvable', false),
      );
    return [...this.#definitions.values()].filter(isEntity).map(({ name }) => name.value);
  }

  #fieldOf(definition: Definition, field: FieldDefinitionNode): OwnedField {
    const type = definition.name.value;
    const name = `${type}.${field.name.value}`;
    const all = directivesOf(definition, 'join__type').map((each) => this.#graphOf(each));
    const joins = directivesOf(field, 'join__field');
    const via = joins.some((each) => this.#graphOf(each) === undefined)
      ? this.#interfaceWith(definition, field.name.value)
      : undefined;
    const owners =
      via === undefined
        ? [...new Set([...this.#ownersOf(joins, all), ...this.#standIns(definition, field.name.value)])]
        : this.#ownersByInterface(via, field.name.value);
    const requiring = via === undefined ? joins : this.#joinsOf(via, field.name.value);
    const needed = requiring.map((each) => this.#namesIn(type, textOf(each, 'requires')));
    const isKey = this.#keysOf(definition).includes(name);
    return {
      name,
      owners,
      requires: [
        ...needed.flatMap(({ all }) => all),
        ...requiring.flatMap((each) => this.#namesAround(each)),
      ],
      requiresOfItself: needed.flatMap(({ first }) => first),
      viaInterface: via?.name.value,
      isStricter:
        field.type.kind !== Kind.NON_NULL_TYPE && joins.some((each) => textOf(each, 'type')?.endsWith('!')),
      isProvided: new RegExp(`\\b${field.name.value}\\b`).test(this.#provided),
      isEverywhere: isKey && new Set(all).size === owners.length,
    };
  }

  #ownersOf(joins: readonly ConstDirectiveNode[], all: readonly (string | undefined)[]): readonly string[] {
    // Under a label it is still the old owner's for some requests.
    const hasTwo = joins.some((each) => textOf(each, 'overrideLabel') !== undefined);
    const lost = hasTwo ? ['external'] : ['external', 'usedOverridden'];
    const owning = joins.filter((each) => !lost.some((name) => isOn(each, name)));
    const graphs = joins.length === 0 ? all : owning.map((each) => this.#graphOf(each));
    return [...new Set(graphs.filter((graph) => graph !== undefined))];
  }

  #ownersByInterface(definition: Definition, field: string): readonly string[] {
    return this.#ownersOf(this.#joinsOf(definition, field), []);
  }

  /** Those that treat an interface of the type as an object (@interfaceObject) and know the field of that. */
  #standIns({ interfaces = [] }: Definition, field: string): readonly string[] {
    return interfaces.flatMap(({ name }) => {
      const definition = this.#definitions.get(name.value);
      if (definition?.fields?.some((each) => each.name.value === field) !== true) return [];
      const joins = directivesOf(definition, 'join__type');
      const all = joins.map((each) => this.#graphOf(each));
      const standing = joins
        .filter((each) => isOn(each, 'isInterfaceObject'))
        .map((each) => this.#graphOf(each));
      return this.#ownersOf(this.#joinsOf(definition, field), all).filter((owner) =>
        standing.includes(owner),
      );
    });
  }

  #joinsOf(definition: Definition, field: string): readonly ConstDirectiveNode[] {
    const found = definition.fields?.find(({ name }) => name.value === field);
    return found === undefined ? [] : directivesOf(found, 'join__field');
  }

  #interfaceWith({ interfaces = [] }: Definition, field: string): Definition | undefined {
    return interfaces
      .map(({ name }) => this.#definitions.get(name.value))
      .find((each) => each?.fields?.some(({ name }) => name.value === field));
  }

  #keysOf(definition: Definition): readonly FieldName[] {
    return directivesOf(definition, 'join__type').flatMap(
      (each) => this.#namesIn(definition.name.value, textOf(each, 'key')).all,
    );
  }

  #graphOf(directive: ConstDirectiveNode): string | undefined {
    const given = directive.arguments?.find(({ name }) => name.value === 'graph')?.value;
    return given?.kind === Kind.ENUM ? this.#graphs.get(given.value) : undefined;
  }

  /** The fields that a field set names: those at every depth, and the ones of the object itself. */
  #namesIn(type: string, fieldSet: string | undefined): NamedFields {
    if (fieldSet === undefined) return { all: [], first: [] };
    const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) return { all: [], first: [] };
    const { selectionSet } = definition;
    return {
      all: this.#namesBelow(type, selectionSet, true),
      first: this.#namesBelow(type, selectionSet, false),
    };
  }

  /** The fields around its object that it is given (@fromContext), where their types are named. */
  #namesAround(directive: ConstDirectiveNode): readonly FieldName[] {
    const given = directive.arguments?.find(({ name }) => name.value === 'contextArguments')?.value;
    const entries = given?.kind === Kind.LIST ? given.values : [];
    const fields = entries.flatMap((entry) => (entry.kind === Kind.OBJECT ? entry.fields : []));
    return fields.flatMap(({ name, value }) => {
      const isSelection = name.value === 'selection' && value.kind === Kind.STRING;
      return isSelection && /^\s*\.\.\./.test(value.value) ? this.#namesIn('', value.value).all : [];
    });
  }

  #namesBelow(type: string, { selections }: SelectionSetNode, isDeep: boolean): readonly FieldName[] {
    return selections.flatMap((selection): readonly FieldName[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return this.#namesBelow(selection.typeCondition?.name.value ?? type, selection.selectionSet, isDeep);
      const name = selection.name.value;
      const field = this.#definitions.get(type)?.fields?.find((each) => each.name.value === name);
      const below = selection.selectionSet;
      return [
        `${type}.${name}`,
        ...(field === undefined || below === undefined || !isDeep
          ? []
          : this.#namesBelow(namedTypeOf(field), below, isDeep)),
      ];
    });
  }
}

function definitionsIn(sdl: string): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  const keep = (definition: Definition) => void found.set(definition.name.value, definition);
  visit(parse(sdl, { noLocation: true }), { ObjectTypeDefinition: keep, InterfaceTypeDefinition: keep });
  return found;
}

/** The subgraphs' own names by those of the supergraph's enum. */
function graphNames(sdl: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  visit(parse(sdl, { noLocation: true }), {
    EnumValueDefinition(value) {
      const [graph] = directivesOf(value, 'join__graph');
      const name = graph === undefined ? undefined : textOf(graph, 'name');
      if (name !== undefined) found.set(value.name.value, name);
    },
  });
  return found;
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}

function directivesOf({ directives = [] }: Directed, name: string): readonly ConstDirectiveNode[] {
  return directives.filter((each) => each.name.value === name);
}

function textOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function isOn(directive: ConstDirectiveNode, name: string, which = true): boolean {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN && value.value === which;
}

function namedTypeOf({ type }: FieldDefinitionNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}
