/**
 * The types without keys that a subgraph of a generated federation names: boxes, values, and what is the same wherever
 * it is named.
 */

import { valuesIn, type Field, type Model, type ValueType } from './model.ts';
import { moodSdl, toneSdl } from './enums.ts';
import { VALUE_TYPES } from './values.ts';
import { WISH_SDL } from './wishes.ts';

/** What is the same wherever it is named. */
const SMALL_TYPES = [
  ['Wish', WISH_SDL],
  ['Tag', 'type Tag @shareable { mark: String!  turn: Int! }'],
  ['Hue', 'enum Hue { RED GREEN GREY @inaccessible }'],
  ['Any', 'scalar Any'],
] as const;

const DIFFERING_TYPES = [
  ['Tone', toneSdl],
  ['Mood', moodSdl],
] as const;

/** Those that the text names, and those that they name. */
export function printPlainTypes(text: string, { boxes, abstracts }: Model, subgraph: string): string[] {
  const named = namesIn(text);
  const printed: string[] = [];
  const print = (sdl: string) => {
    printed.push(sdl);
    for (const each of namesIn(sdl)) named.add(each);
  };
  for (const { name, fieldsIn } of boxes.toReversed()) {
    const fields = fieldsIn.get(subgraph);
    if (!named.has(name) || fields === undefined) continue;
    print(`type ${name} @shareable { ${fields.map((field) => printBoxed(field, subgraph)).join('  ')} }`);
  }
  const behind = abstracts.filter(({ name, kind }) => kind === 'interface' && named.has(name));
  for (const each of behind) for (const { name } of valuesIn(each, subgraph)) named.add(name);
  for (const type of VALUE_TYPES.toReversed()) {
    if (!named.has(type.name)) continue;
    const above = behind.filter((each) => valuesIn(each, subgraph).includes(type)).map(({ name }) => name);
    print(printValue(type, above));
  }
  for (const [name, sdl] of SMALL_TYPES) if (named.has(name)) print(sdl);
  for (const [name, sdlIn] of DIFFERING_TYPES) if (named.has(name)) print(sdlIn(subgraph));
  return printed;
}

function printBoxed({ name, type, wider }: Field, subgraph: string): string {
  return `${name}: ${wider?.subgraph === subgraph ? wider.type : type}`;
}

function printValue({ name, fields, isHidden = false }: ValueType, above: readonly string[]): string {
  const printed = Object.entries(fields).map(([field, type]) => `${field}: ${type}`);
  const head = [
    `type ${name}`,
    ...(above.length === 0 ? [] : [`implements ${above.join(' & ')}`]),
    ...(isHidden ? ['@inaccessible'] : []),
  ];
  return `${head.join(' ')} @shareable { ${printed.join('  ')} }`;
}

/** All names in a piece of SDL. */
function namesIn(sdl: string): Set<string> {
  return new Set(sdl.match(/\w+/g));
}
