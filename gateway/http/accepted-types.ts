/**
 * The media types that an Accept header names, the best liked first (RFC 9110, section 12.5.1). Knows no GraphQL.
 */

export interface AcceptedType {
  /** In lower case. */
  readonly type: string;
  /** Without `q`; names and values in lower case, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Without what the client refuses. Of two that are liked as much, the one that is named first comes first. */
export function acceptedTypes(accept: string | undefined): readonly AcceptedType[] {
  if (accept === undefined) return [];
  return accept
    .toLowerCase()
    .split(',')
    .map((range) => typeOf(range))
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
}

function typeOf(range: string): AcceptedType {
  const [type = '', ...rest] = range.split(';').map((part) => part.replaceAll(/[\s"]/g, ''));
  const parameters = new Map(
    rest.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name, value] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? 1);
  parameters.delete('q');
  return { type, parameters, quality };
}
