/**
 * Cuts the client's answer out of what the subgraphs gave, by a function that is generated for the operation once it
 * has proven to be in use. It only knows the good case: on the first value that the schema does not allow it gives up,
 * and `shape-response.ts` does the work again with paths and errors.
 */

import {
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import { clientKey } from '../planning/planned-names.ts';
import { collectOccurrences, type Occurrence, type ScopedSet } from './collect-occurrences.ts';
import { generate, generatedInUse, readCode, WORTH_CODE } from './generate-code.ts';
import type { Data } from './own-property.ts';
import { isRootType } from './root-types.ts';
import { wholeResponse } from './shape-response.ts';
import { isTypeBlind } from './type-blind.ts';

export interface CompiledProjection {
  readonly project: Projection;
  /** The length of the code that is generated for it. */
  readonly codeCharacters: number;
}

/** The client's data, or undefined where something does not fit the schema. */
export type Projection = (root: Data) => Data | undefined;

export interface ProjectedOperation {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  readonly sets: readonly ScopedSet[];
}

/** More code than this is not worth compiling; the slow way serves such operations alone. */
const MOST_FUNCTIONS = 2_000;

class TooMuch extends Error {}

/** Where the operation is too large, or the process may not generate code, it stays the plain way. */
export function compileProjection(operation: ProjectedOperation): CompiledProjection {
  const plain: Projection = (root) => wholeResponse({ ...operation, nameOf: clientKey }, root);
  const code = codeFor(operation);
  if (code === undefined) return { project: plain, codeCharacters: 0 };
  const { source, enums } = code;
  // Reason for the cast: the source says what the function takes and gives.
  const make = () => generate(source, { enums }) as Projection | undefined;
  const few = whereFew(operation, Math.ceil(source.length / CHARACTERS_PER_OBJECT));
  return { project: generatedInUse(plain, make, few), codeCharacters: source.length };
}

/** Of code that costs about as much to make as the plain way takes for one object more. */
const CHARACTERS_PER_OBJECT = 25;

class Many extends Error {}

/** The plain way, until an answer has more objects. */
function whereFew(
  operation: ProjectedOperation,
  fewObjects: number,
): (root: Data) => Data | undefined | typeof WORTH_CODE {
  return (root) => {
    let left = fewObjects;
    const onObject = () => {
      left -= 1;
      if (left < 0) throw new Many();
    };
    try {
      return wholeResponse({ ...operation, nameOf: clientKey, onObject }, root);
    } catch (error) {
      if (error instanceof Many) return WORTH_CODE;
      throw error;
    }
  };
}

interface ProjectionCode {
  readonly source: string;
  /** What the source knows by that name. */
  readonly enums: readonly ReadonlySet<string>[];
}

function codeFor({ schema, rootType, sets }: ProjectedOperation): ProjectionCode | undefined {
  const writer = new ProjectionWriter(schema);
  try {
    const entry = writer.objectFunction(rootType, sets);
    const source = `const GIVE_UP = Symbol('give up');
${writer.functions.join('\n')}
return (root) => {
  try { return ${entry}(root); } catch (thrown) { if (thrown === GIVE_UP) return undefined; throw thrown; }
};`;
    return { source, enums: writer.enums };
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

class ProjectionWriter {
  readonly functions: string[] = [];
  readonly enums: ReadonlySet<string>[] = [];
  readonly #schema: GraphQLSchema;
  readonly #known = new Map<string, string>();
  readonly #setIds = new Map<object, number>();
  readonly #enumIds = new Map<string, number>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  objectFunction(type: GraphQLObjectType | GraphQLInterfaceType, sets: readonly ScopedSet[]): string {
    return this.#function(`${type.name} ${this.#keyOf(sets)}`, 'object', () => this.#objectBody(type, sets));
  }

  #objectBody(type: GraphQLObjectType | GraphQLInterfaceType, sets: readonly ScopedSet[]): string {
    const fields = [...collectOccurrences(this.#schema, type, sets)];
    const lines: string[] = ['if (typeof o !== "object" || o === null || Array.isArray(o)) throw GIVE_UP;'];
    // The object need not say its type, but if it does it must be this one.
    if (!isRootType(this.#schema, type))
      lines.push(
        `if (o.__typename !== undefined && o.__typename !== ${JSON.stringify(type.name)}) throw GIVE_UP;`,
      );
    const entries = fields.map(([key, occurrence], index) => ({ key, occurrence, local: `a${index}` }));
    for (const { key, occurrence, local } of entries)
      lines.push(`let ${local}; ${this.#fieldCode(type, key, occurrence, local)}`);
    const literal = entries
      .map(({ key, local }) => `[${JSON.stringify(clientKey(key))}]: ${local}`)
      .join(', ');
    lines.push(`return { ${literal.replace(/\[("[A-Za-z]\w*")\]/g, '$1')} };`);
    return lines.join('\n  ');
  }

  /** Leaves the finished value in the local variable. */
  #fieldCode(
    type: GraphQLObjectType | GraphQLInterfaceType,
    key: string,
    occurrence: Occurrence,
    local: string,
  ): string {
    if (occurrence.fieldName === '__typename') return `${local} = ${JSON.stringify(type.name)};`;
    const field = type.getFields()[occurrence.fieldName];
    // Introspection is run by itself; its result is whole.
    if (field === undefined) return `${local} = ${readCode('o', key)};`;
    return `${local} = ${readCode('o', key)}; ${this.#valueCode(field.type, occurrence.sets, local)}`;
  }

  #valueCode(type: GraphQLOutputType, sets: readonly ScopedSet[], local: string): string {
    if (isNonNullType(type)) return this.#presentCode(type.ofType, sets, local);
    return `if (${local} !== null) { ${this.#presentCode(type, sets, local)} }`;
  }

  /** For a value that may not be null (any more). */
  #presentCode(type: GraphQLOutputType, sets: readonly ScopedSet[], local: string): string {
    if (isNonNullType(type)) return this.#presentCode(type.ofType, sets, local);
    if (isListType(type)) return `${local} = ${this.#listFunction(type.ofType, sets)}(${local});`;
    if (isObjectType(type)) return `${local} = ${this.objectFunction(type, sets)}(${local});`;
    if ('getFields' in type || 'getTypes' in type)
      return `${local} = ${this.#abstractFunction(type.name, sets)}(${local});`;
    return this.#leafCode(type, local);
  }

  #listFunction(itemType: GraphQLOutputType, sets: readonly ScopedSet[]): string {
    return this.#function(`[${itemType.toString()}] ${this.#keyOf(sets)}`, 'list', () => {
      const item = this.#valueCode(itemType, sets, 'item');
      return `if (!Array.isArray(o)) throw GIVE_UP;
  const n = o.length; const r = new Array(n);
  for (let i = 0; i < n; i++) { let item = o[i]; ${item} r[i] = item; }
  return r;`;
    });
  }

  #abstractFunction(typeName: string, sets: readonly ScopedSet[]): string {
    return this.#function(`${typeName} ${this.#keyOf(sets)}`, 'abstract', () => {
      const type = this.#schema.getType(typeName);
      // Reason for the cast: called for interfaces and unions alone.
      const members = this.#schema.getPossibleTypes(type as never);
      const cases = members.map(
        (member) => `case ${JSON.stringify(member.name)}: return ${this.objectFunction(member, sets)}(o);`,
      );
      const otherwise =
        isInterfaceType(type) && isTypeBlind(this.#schema, type, sets)
          ? `return ${this.objectFunction(type, sets)}(o);`
          : 'throw GIVE_UP;';
      return `if (typeof o !== "object" || o === null) throw GIVE_UP;
  switch (o.__typename) { ${cases.join(' ')} default: ${otherwise} }`;
    });
  }

  /** GraphQL, section 3.5: what each scalar may hold in a response. */
  #leafCode(type: GraphQLLeafType, local: string): string {
    if (isEnumType(type)) return `if (!enums[${this.#enumId(type.name)}].has(${local})) throw GIVE_UP;`;
    switch (type.name) {
      case 'String':
        return `if (typeof ${local} !== "string") throw GIVE_UP;`;
      case 'Boolean':
        return `if (typeof ${local} !== "boolean") throw GIVE_UP;`;
      case 'Float':
        return `if (!Number.isFinite(${local})) throw GIVE_UP;`;
      case 'Int':
        return `if (typeof ${local} !== "number" || (${local} | 0) !== ${local}) throw GIVE_UP;`;
      case 'ID':
        return `if (typeof ${local} !== "string") { if (!Number.isSafeInteger(${local})) throw GIVE_UP; ${local} = String(${local}); }`;
      default:
        return `if (${local} === undefined || ${local} === null || ${local} === Infinity || ${local} === -Infinity) throw GIVE_UP;`;
    }
  }

  #enumId(typeName: string): number {
    const known = this.#enumIds.get(typeName);
    if (known !== undefined) return known;
    const type = this.#schema.getType(typeName);
    const names = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    this.#enumIds.set(typeName, this.enums.push(new Set(names)) - 1);
    return this.enums.length - 1;
  }

  #function(key: string, kind: string, bodyOf: () => string): string {
    const known = this.#known.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_FUNCTIONS) throw new TooMuch();
    const name = `f${this.#known.size}`;
    this.#known.set(`${kind} ${key}`, name);
    this.functions.push(`function ${name}(o) {\n  ${bodyOf()}\n}`);
    return name;
  }

  #keyOf(sets: readonly ScopedSet[]): string {
    const parts = sets.map(({ set }) => {
      const id = this.#setIds.get(set) ?? this.#setIds.size;
      this.#setIds.set(set, id);
      return id;
    });
    return parts.join(' ');
  }
}
