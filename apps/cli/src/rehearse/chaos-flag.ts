import { CHAOS_NAMES, type ChaosKind, type ChaosOptions } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';

const WRITTEN =
  /^(?<kind>[a-z-]+)(?::(?<variable>\w+))?(?:@(?<at>[\d.]+(?:ms|s|m)))?(?:\+(?<lasting>[\d.]+(?:ms|s|m)))?$/;

/**
 * A chaos as it is typed: its name, and what else there is to say, as in `kill@2s` or `dependency-away:REDIS_URL@1s+500ms`.
 *
 * @throws UsageError saying what to type
 */
export function parseChaos(text: string): ChaosOptions {
  const { kind, variable, at, lasting } = WRITTEN.exec(text)?.groups ?? {};
  if (!isKind(kind)) {
    throw new UsageError(
      `--chaos ${text}: write one of ${CHAOS_NAMES.join(', ')}; a moment after @, a time it lasts after +, ` +
        'and the variable of a dependency after a colon, as in dependency-away:DATABASE_URL@2s+1s',
    );
  }
  return {
    kind,
    ...(at !== undefined && { at }),
    ...(lasting !== undefined && { for: lasting }),
    ...(variable !== undefined && { variable }),
  };
}

function isKind(text: string | undefined): text is ChaosKind {
  return CHAOS_NAMES.some((name) => name === text);
}
