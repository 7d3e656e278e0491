/**
 * What the standard variables of OpenTelemetry say about traces (OpenTelemetry specification, "Environment variable
 * specification" and "OTLP exporter configuration"), so that gateway and subgraphs read them alike. Those that this
 * does not name (headers, timeouts, attributes of the resource) the exporter reads by itself.
 */

export interface TraceEnvironment {
  /** Undefined: nothing is traced. */
  readonly endpoint: string | undefined;
  /** 0 to 1; undefined where nothing is said. */
  readonly sampleRatio: number | undefined;
  readonly serviceName: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const TRACES_PATH = '/v1/traces';

export function readTraceEnvironment(environment: Environment): TraceEnvironment {
  const given = (name: string) => (environment[name] === '' ? undefined : environment[name]);
  const isOff =
    given('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || given('OTEL_TRACES_EXPORTER') === 'none';
  const base = given('OTEL_EXPORTER_OTLP_ENDPOINT');
  const endpoint =
    given('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ??
    (base === undefined ? undefined : base.replace(/\/+$/, '') + TRACES_PATH);
  return {
    endpoint: isOff ? undefined : endpoint,
    sampleRatio: ratioOf(given('OTEL_TRACES_SAMPLER'), given('OTEL_TRACES_SAMPLER_ARG')),
    serviceName: given('OTEL_SERVICE_NAME'),
  };
}

function ratioOf(sampler: string | undefined, argument: string | undefined): number | undefined {
  switch (sampler?.replace('parentbased_', '')) {
    case 'always_on':
      return 1;
    case 'always_off':
      return 0;
    case 'traceidratio': {
      const ratio = Number(argument ?? 1);
      // As the specification wants it for what is no ratio.
      return ratio >= 0 && ratio <= 1 ? ratio : 1;
    }
    default:
      return undefined;
  }
}
