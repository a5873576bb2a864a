import { type RolloutEvent } from '../events/rollout-event.js';
import { type Rehearsal } from '../verdict/verdict.js';
import { type RequestKind } from '../load/load-plan.js';
import { type Scenario, type Service } from '../scenario/scenario.js';

/** Grows when a field changes its meaning or goes away; new fields do not change it. */
export const JSON_REPORT_VERSION = 1;

/** What else goes into the JSON report. */
export interface JsonOptions {
  /** Every request as well, and the events with every probe and every line of the log; megabytes. */
  readonly withFacts?: boolean;
  readonly against?: Rehearsal | undefined;
  readonly command?: string | undefined;
}

/** Many, and of no schedule; a line of a log may hold a secret. */
const FREQUENT: ReadonlySet<RolloutEvent['type']> = new Set(['probe-answered', 'log-written']);

/**
 * The verdict for machines, and the events it was made from. The same rehearsal gives the same bytes; what is not known is `null`. Values of environment variables
 * and request headers are left out, for they may be secrets.
 */
export function jsonReport(run: Rehearsal, { withFacts = false, against, command }: JsonOptions = {}): string {
  const report = {
    format: 'nestjs-lifecycle-rehearsal',
    version: JSON_REPORT_VERSION,
    command,
    ...bodyOf(run, withFacts),
    against: against && bodyOf(against, withFacts),
  };
  return `${JSON.stringify(report, (_key, value: unknown) => (value === undefined ? null : value), 2)}\n`;
}

function bodyOf(
  { name, scenario, events, records, verdict, workloads, messages }: Rehearsal,
  withFacts: boolean,
): object {
  const facts = withFacts
    ? { events, records, ...(messages !== undefined && { messages: messages.records }) }
    : { events: events.filter(({ type }) => !FREQUENT.has(type)) };
  const each = workloads?.map((one) => ({
    name: one.name,
    verdict: one.verdict,
    scenario: withoutSecrets(one.scenario),
  }));
  return {
    name,
    verdict,
    scenario: withoutSecrets(scenario),
    ...(each !== undefined && { workloads: each }),
    ...facts,
  };
}

function withoutSecrets({ service, nextService, load, messages, ...scenario }: Scenario): Scenario {
  return {
    ...scenario,
    // It may have a password.
    ...(messages !== undefined && { messages: { ...messages, url: '(left out)' } }),
    service: withoutValues(service),
    nextService: withoutValues(nextService),
    load: {
      ...load,
      login: load.login && { ...load.login, kind: { ...load.login.kind, ...loginHidden(load.login.kind.headers) } },
      kinds: load.kinds.map(({ headers, ...kind }) => Object.assign(kind, { headers: hidden(headers) })),
    },
  };
}

/** Its body has a password. */
function loginHidden(headers: Readonly<Record<string, string>>): Pick<RequestKind, 'headers' | 'body'> {
  return { headers: hidden(headers), body: '(left out)' };
}

function withoutValues(service: Service): Service {
  return { ...service, env: hidden(service.env) };
}

function hidden(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, '(left out)']));
}
