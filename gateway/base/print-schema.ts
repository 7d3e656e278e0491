/**
 * A schema as SDL, whatever its defaults: graphql-js prints no default of a custom scalar that is an object or a list,
 * nor one in which such a value stands. Those are printed as they were written.
 */

import {
  astFromValue,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  print,
  printSchema as printPlain,
  visit,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';

type Input = GraphQLArgument | GraphQLInputField;

export function printSchema(schema: GraphQLSchema): string {
  const odd = new Map<string, Input>();
  for (const [name, input] of inputsOf(schema)) if (!isPrintable(input)) odd.set(name, input);
  if (odd.size === 0) return printPlain(schema);
  const values = new Map([...odd.values()].map((input) => [input, input.defaultValue]));
  for (const input of values.keys()) input.defaultValue = undefined;
  const plain = parse(printPlain(schema), { noLocation: true });
  for (const [input, value] of values) input.defaultValue = value;
  const names: string[] = [];
  const scope = {
    enter: ({ name }: { readonly name: { readonly value: string } }) => void names.push(name.value),
    leave: () => void names.pop(),
  };
  return print(
    visit(plain, {
      DirectiveDefinition: scope,
      ObjectTypeDefinition: scope,
      InterfaceTypeDefinition: scope,
      InputObjectTypeDefinition: scope,
      FieldDefinition: scope,
      InputValueDefinition: {
        leave(node: InputValueDefinitionNode) {
          const written = odd.get([...names, node.name.value].join('.'))?.astNode?.defaultValue;
          return written === undefined ? undefined : { ...node, defaultValue: written };
        },
      },
    }),
  );
}

function isPrintable({ defaultValue, type }: Input): boolean {
  try {
    if (defaultValue !== undefined) astFromValue(defaultValue, type);
    return true;
  } catch {
    return false;
  }
}

function inputsOf(schema: GraphQLSchema): readonly (readonly [string, Input])[] {
  const ofFields = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type))
      return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.map((each) => [`${type.name}.${field.name}.${each.name}`, each] as const),
    );
  });
  const ofDirectives = schema
    .getDirectives()
    .flatMap(({ name, args }) => args.map((each) => [`${name}.${each.name}`, each] as const));
  return [...ofFields, ...ofDirectives];
}

/** So that whoever prints it with graphql-js (@apollo/server does) leaves such defaults out and does not throw. */
export function withPrintableDefaults(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    if (isScalarType(type) && !isSpecifiedScalarType(type))
      type.serialize = (value) => (typeof value === 'object' ? null : value);
  return schema;
}
