/**
 * What Terminus wants of an indicator, and what its `HealthIndicatorService.check(key).up()` makes: built here, so that
 * Terminus stays an optional package. Read in @nestjs/terminus 11.1.1 and 12.1.0.
 */
export type IndicatorResult<Key extends string = string> = Record<Key, IndicatorDetail>;

/** What one indicator has to say. */
export interface IndicatorDetail {
  status: 'up' | 'down';
  /** Of readiness: each gate by name. */
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

/** A whole answer of a probe, in the shape Terminus gives its own. */
export interface HealthAnswer {
  readonly statusCode: 200 | 503;
  readonly body: {
    readonly status: 'ok' | 'error';
    readonly info: IndicatorResult;
    readonly error: IndicatorResult;
    readonly details: IndicatorResult;
  };
}

/** The answer that consists of one indicator's result. */
export function healthAnswer(result: IndicatorResult): HealthAnswer {
  const isUp = Object.values(result).every(({ status }) => status === 'up');
  return {
    statusCode: isUp ? 200 : 503,
    body: { status: isUp ? 'ok' : 'error', info: isUp ? result : {}, error: isUp ? {} : result, details: result },
  };
}
