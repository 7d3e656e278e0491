/**
 * What each field of a supergraph demands of whoever reads it: its own directives, those of its type and of the type
 * that it returns, and of all that it is computed from. Computed once for each supergraph. Knows no operation.
 */

import { Kind, type ConstDirectiveNode, type DocumentNode, type SelectionSetNode } from 'graphql';

import { parseFieldSet, textArgument } from '../supergraph/join-directives.ts';
import type { AccessDirectives } from './access-directives.ts';
import { demandKey, type Demand } from './demand.ts';
import { isImplied } from './implied-demand.ts';
import { supergraphFacts, type SupergraphFacts, type TypeFacts } from './type-facts.ts';

export interface FieldDemands {
  /** By `demandKey`. */
  readonly demands: ReadonlyMap<string, Demand>;
  /**
   * The keys of what must be met to read the field, `__typename` included. Of an interface, that of whoever reads
   * through it; what the object behind it demands comes on top.
   */
  readonly of: (type: string, field: string) => readonly string[];
  readonly ownerOf: SupergraphFacts['ownerOf'];
}

const NONE: readonly string[] = [];
const NAME_OF_TYPE = '__typename';

export function fieldDemands(supergraph: DocumentNode, directives: AccessDirectives): FieldDemands {
  const facts = supergraphFacts(supergraph);
  const reader = new DemandReader(facts, directives);
  const byField = new Map<string, readonly string[]>();
  for (const type of facts.types.values()) {
    for (const field of [NAME_OF_TYPE, ...type.fields.keys()]) {
      const keys = reader.allOf(type.name, field);
      if (keys.length > 0) byField.set(`${type.name}.${field}`, keys);
    }
  }
  return {
    demands: reader.demands,
    of: (type, field) => byField.get(`${type}.${field}`) ?? NONE,
    ownerOf: facts.ownerOf,
  };
}

class DemandReader {
  readonly demands = new Map<string, Demand>();
  readonly #facts: SupergraphFacts;
  readonly #directives: AccessDirectives;
  /** Fields whose demands are being read: what a field is computed from may go round in a circle. */
  readonly #underway = new Set<string>();

  constructor(facts: SupergraphFacts, directives: AccessDirectives) {
    this.#facts = facts;
    this.#directives = directives;
  }

  allOf(typeName: string, field: string): readonly string[] {
    const place = `${typeName}.${field}`;
    const type = this.#facts.types.get(typeName);
    if (type === undefined || this.#underway.has(place)) return NONE;
    this.#underway.add(place);
    const returns = type.fields.get(field)?.returns;
    const keys = [
      ...this.#keys(type.directives),
      ...this.#keys(type.fields.get(field)?.directives),
      ...(returns === undefined ? NONE : this.#keys(this.#facts.types.get(returns)?.directives)),
      ...(type.isObject ? this.#throughInterfaces(type, field) : NONE),
      ...this.#computedFrom(type, field),
    ];
    this.#underway.delete(place);
    return [...new Set(keys)];
  }

  /**
   * What an interface demands is demanded of each implementation too (GHSA-mx7m-j9xf-62hw), unless it is no more than
   * all implementations together demand: then composition has put it there.
   */
  #throughInterfaces(type: TypeFacts, field: string): readonly string[] {
    return type.interfaces.flatMap((name) => {
      const known = this.#facts.types.get(name);
      const ofInterface = this.#keys(known?.directives);
      const ofItsField = this.#keys(known?.fields.get(field)?.directives);
      if (ofInterface.length + ofItsField.length === 0) return [];
      const objects = this.#facts.objectsOf(name).flatMap((object) => this.#facts.types.get(object) ?? []);
      const ofTypes = objects.flatMap(({ directives }) => this.#keys(directives));
      const ofFields = objects.flatMap(({ fields }) => this.#keys(fields.get(field)?.directives));
      return [...this.#notImplied(ofInterface, ofTypes), ...this.#notImplied(ofItsField, ofFields)];
    });
  }

  #notImplied(keys: readonly string[], by: readonly string[]): readonly string[] {
    const known = [...new Set(by)].flatMap((key) => this.demands.get(key) ?? []);
    return keys.filter((key) => {
      const demand = this.demands.get(key);
      return demand === undefined || !isImplied(demand, known);
    });
  }

  /** `@requires` and `@fromContext` tell something of what they read (GHSA-m8jr-fxqx-8xx6). */
  #computedFrom(type: TypeFacts, field: string): readonly string[] {
    // What an interface object adds (@interfaceObject) says only at the interface what it is computed from.
    const interfaces = type.isObject
      ? type.interfaces.flatMap((name) => this.#facts.types.get(name) ?? [])
      : [];
    const directives = [type, ...interfaces].flatMap(({ fields }) => fields.get(field)?.directives ?? []);
    return directives.flatMap((directive) => {
      if (directive.name.value !== 'join__field') return [];
      const requires = textArgument(directive, 'requires');
      const required = requires === undefined ? NONE : this.#inSet(type.name, parseFieldSet(requires));
      return [...required, ...this.#fromContexts(directive)];
    });
  }

  #fromContexts({ arguments: given = [] }: ConstDirectiveNode): readonly string[] {
    const value = given.find(({ name }) => name.value === 'contextArguments')?.value;
    const items = value?.kind === Kind.LIST ? value.values : [];
    return items.flatMap((item) => {
      const [context, selection] = ['context', 'selection'].map((wanted) => {
        const found =
          item.kind === Kind.OBJECT ? item.fields.find(({ name }) => name.value === wanted) : undefined;
        return found?.value.kind === Kind.STRING ? found.value.value : '';
      });
      const set = parseFieldSet(selection ?? '');
      return this.#typesOfContext(context ?? '').flatMap((name) => this.#inSet(name, set));
    });
  }

  #typesOfContext(context: string): readonly string[] {
    const { contextNames } = this.#directives;
    const isMarked = ({ directives }: TypeFacts) =>
      directives.some((node) => contextNames.has(node.name.value) && textArgument(node, 'name') === context);
    return [...this.#facts.types.values()].filter(isMarked).map(({ name }) => name);
  }

  #inSet(typeName: string, { selections }: SelectionSetNode): readonly string[] {
    return selections.flatMap((node): readonly string[] => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return NONE;
      if (node.kind === Kind.INLINE_FRAGMENT)
        return this.#inSet(node.typeCondition?.name.value ?? typeName, node.selectionSet);
      const field = node.name.value;
      const types = new Set([typeName, ...this.#facts.objectsOf(typeName)]);
      const returns = this.#facts.types.get(typeName)?.fields.get(field)?.returns;
      const below =
        node.selectionSet && returns !== undefined ? this.#inSet(returns, node.selectionSet) : NONE;
      return [...[...types].flatMap((name) => this.allOf(name, field)), ...below];
    });
  }

  #keys(directives: readonly ConstDirectiveNode[] | undefined): readonly string[] {
    return this.#directives.demandsOf(directives).map((demand) => {
      const key = demandKey(demand);
      this.demands.set(key, demand);
      return key;
    });
  }
}
