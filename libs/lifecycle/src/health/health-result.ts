/**
 * The result of an indicator in the form that Terminus expects, as its `HealthIndicatorService.check(key).up()` makes
 * it. It is made here, so that Terminus stays an optional package. Read in @nestjs/terminus 11.1.1 and 12.1.0.
 */
export type IndicatorResult<Key extends string = string> = Record<Key, IndicatorDetail>;

/** The state of one indicator. */
export interface IndicatorDetail {
  status: 'up' | 'down';
  /** Only of readiness: each gate by name. */
  gates?: Readonly<Record<string, 'up' | 'down'>>;
}

/** One entry of a health check, in the style of Terminus. */
export function indicatorResult<Key extends string>(
  key: Key,
  isUp: boolean,
  gates: Readonly<Record<string, 'up' | 'down'>> = {},
): IndicatorResult<Key> {
  const detail: IndicatorDetail = { status: isUp ? 'up' : 'down' };
  if (Object.keys(gates).length > 0) detail.gates = gates;
  // TypeScript does not infer a computed key as Key.
  return { [key]: detail } as IndicatorResult<Key>;
}

/** A whole answer of a probe, in the shape of Terminus' own. */
export interface HealthAnswer {
  readonly statusCode: 200 | 503;
  readonly body: {
    readonly status: 'ok' | 'error';
    readonly info: IndicatorResult;
    readonly error: IndicatorResult;
    readonly details: IndicatorResult;
  };
}

/** The answer with the result of one indicator. */
export function healthAnswer(result: IndicatorResult): HealthAnswer {
  const isUp = Object.values(result).every(({ status }) => status === 'up');
  return {
    statusCode: isUp ? 200 : 503,
    body: { status: isUp ? 'ok' : 'error', info: isUp ? result : {}, error: isUp ? {} : result, details: result },
  };
}
