/**
 * Tells whether the bytes that a subgraph sent are, as they stand, the answer to a client's operation: every field in
 * its place, every value as the schema says, written as JSON.stringify writes. By functions generated for the
 * operation; whatever is unusual does not fit and is read the usual way. Knows no plan.
 */

import { isUtf8 } from 'node:buffer';

import {
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import { clientKey } from '../planning/planned-names.ts';
import { collectOccurrences, type ScopedSet } from './collect-occurrences.ts';
import type { ProjectedOperation } from './compile-projection.ts';
import { generate, generatedInUse, WORTH_CODE } from './generate-code.ts';
import {
  scanBoolean,
  scanInt,
  scanNumber,
  scanScalar,
  scannerOf,
  scanString,
  type Scan,
} from './scan-json.ts';

/** Whether the bytes are a whole answer, with or without a line break behind it. */
export type Fits = (bytes: Buffer) => boolean;

export interface CompiledScanner {
  readonly fits: Fits;
  /** The length of the code that is generated for it. */
  readonly codeCharacters: number;
}

const HEAD = '{"data":';
const MOST_FUNCTIONS = 500;
/** A subgraph that orders or spaces its answers otherwise will go on doing so. */
const MOST_MISSES = 16;

/** Thrown for an operation whose answer has not one shape. */
class ManyShapes extends Error {}

/** Undefined where no bytes can be passed on: types decide what the answer has, or it is introspection. */
export function compileScanner({ schema, rootType, sets }: ProjectedOperation): CompiledScanner | undefined {
  const writer = new ScannerWriter(schema);
  try {
    const entry = writer.objectFunction(rootType, sets);
    const source = `${writer.functions.join('\n')}\nreturn ${entry};`;
    const scan = { scanBoolean, scanInt, scanNumber, scanScalar, scanString };
    // Reason for the cast: every generated function is a Scan; names are written as byte values.
    const make = () => generate(source, { scan, enums: writer.enums }) as Scan | undefined;
    // There is no plain way to scan: what is not generated is read.
    const scanData = generatedInUse<Parameters<Scan>, number>(
      () => -1,
      make,
      () => WORTH_CODE,
    );
    return { fits: adaptive(scanData), codeCharacters: source.length };
  } catch (error) {
    if (error instanceof ManyShapes) return undefined;
    throw error;
  }
}

function adaptive(scanData: Scan): Fits {
  let misses = 0;
  return (bytes) => {
    if (misses >= MOST_MISSES) return false;
    const isFit = isWhole(bytes, scanData) && isUtf8(bytes);
    misses = isFit ? 0 : misses + 1;
    return isFit;
  };
}

function isWhole(bytes: Buffer, scanData: Scan): boolean {
  for (let index = 0; index < HEAD.length; index += 1) {
    if (bytes[index] !== HEAD.charCodeAt(index)) return false;
  }
  const end = scanData(bytes, HEAD.length);
  if (end < 0 || bytes[end] !== 0x7d) return false;
  return end + 1 === bytes.length || (bytes[end + 1] === 0x0a && end + 2 === bytes.length);
}

class ScannerWriter {
  readonly functions: string[] = [];
  readonly enums: Scan[] = [];
  readonly #schema: GraphQLSchema;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  objectFunction(type: GraphQLObjectType, sets: readonly ScopedSet[]): string {
    let before = '{';
    const lines: string[] = [];
    for (const [key, occurrence] of collectOccurrences(this.#schema, type, sets)) {
      const field = type.getFields()[occurrence.fieldName];
      if (clientKey(key) !== key) throw new ManyShapes();
      before += `${JSON.stringify(key)}:`;
      if (occurrence.fieldName === '__typename') before += JSON.stringify(type.name);
      else if (field === undefined) throw new ManyShapes();
      else {
        lines.push(literalCode(before), this.#valueCode(field.type, occurrence.sets));
        before = '';
      }
      before += ',';
    }
    const end = before === '{' ? '{}' : before.replace(/,$/, '}');
    return this.#add([...lines, literalCode(end), 'return p;']);
  }

  #valueCode(type: GraphQLOutputType, sets: readonly ScopedSet[]): string {
    if (isNonNullType(type))
      return `p = ${this.#functionFor(type.ofType, sets)}(b, p); if (p < 0) return -1;`;
    return `if (b[p] === 110) { ${literalCode('null')} } else { p = ${this.#functionFor(type, sets)}(b, p); if (p < 0) return -1; }`;
  }

  /** For a value that is not null. */
  #functionFor(type: GraphQLOutputType, sets: readonly ScopedSet[]): string {
    if (isNonNullType(type)) return this.#functionFor(type.ofType, sets);
    if (isListType(type)) return this.#listFunction(type.ofType, sets);
    if (isObjectType(type)) return this.objectFunction(type, sets);
    if ('getFields' in type || 'getTypes' in type) throw new ManyShapes();
    return this.#leafFunction(type);
  }

  #listFunction(itemType: GraphQLOutputType, sets: readonly ScopedSet[]): string {
    return this.#add([
      'if (b[p] !== 91) return -1;',
      'p += 1;',
      'if (b[p] === 93) return p + 1;',
      'for (;;) {',
      this.#valueCode(itemType, sets),
      'if (b[p] === 93) return p + 1;',
      'if (b[p] !== 44) return -1;',
      'p += 1; }',
    ]);
  }

  /** As `compile-projection.ts` judges leaves; an ID that came as a number must be written anew. */
  #leafFunction(type: GraphQLLeafType): string {
    if (isEnumType(type)) {
      const id = this.enums.push(scannerOf(type.getValues().map(({ name }) => name))) - 1;
      return `enums[${id}]`;
    }
    switch (type.name) {
      case 'String':
      case 'ID':
        return 'scan.scanString';
      case 'Boolean':
        return 'scan.scanBoolean';
      case 'Float':
        return 'scan.scanNumber';
      case 'Int':
        return 'scan.scanInt';
      default:
        return 'scan.scanScalar';
    }
  }

  #add(lines: readonly string[]): string {
    if (this.functions.length >= MOST_FUNCTIONS) throw new ManyShapes();
    const name = `f${this.functions.length}`;
    this.functions.push(`function ${name}(b, p) {\n${lines.join('\n')}\n}`);
    return name;
  }
}

/** GraphQL names and the rest of what is written here are ASCII. */
function literalCode(text: string): string {
  const tests = [...text].map((letter, index) => `b[p + ${index}] !== ${letter.charCodeAt(0)}`);
  return `if (${tests.join(' || ')}) return -1; p += ${text.length};`;
}
