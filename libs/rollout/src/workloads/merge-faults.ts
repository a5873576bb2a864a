import { bySeverity } from '../verdict/gravest-first.js';
import { type Fault, type LostRequest } from '../verdict/verdict.js';
import { count, were } from '../verdict/wording.js';
import { type JudgedWorkload } from './judge-workloads.js';
import { type HeldPod } from './drain-node.js';
import { type NameMiss } from './name-preload.js';

/** What answers with errors without any stop, as where something it needs is not there. */
const WITHOUT_STOP: ReadonlySet<string> = new Set(['error-answer', 'never-answered', 'unexplained']);

/** The faults of all workloads, the gravest first, each with all that it cost: here, and at those who call. */
export function mergeFaults(
  workloads: readonly JudgedWorkload[],
  lost: readonly LostRequest[],
  { misses, held }: { readonly misses: readonly NameMiss[]; readonly held: readonly HeldPod[] },
): Fault[] {
  const faults = workloads.flatMap(({ name, verdict }) => verdict.faults.map((fault) => merged(fault, name, lost)));
  return [...unknownServices(misses, lost), ...heldDrain(held), ...faults].toSorted(
    (a, b) => bySeverity(a, b) || Number(b.code === UNKNOWN) - Number(a.code === UNKNOWN) || b.lost - a.lost,
  );
}

/** A fault that only calls were lost by which the callers made up for has cost nothing here. */
function merged(fault: Fault, workload: string, lost: readonly LostRequest[]): Fault {
  const own = lost.filter((loss) => loss.workload === workload && loss.cause === fault.code);
  const through = own.filter((loss) => loss.through !== undefined);
  const isMadeUp = fault.lost > 0 && own.length === 0;
  return {
    ...fault,
    workload,
    severity: isMadeUp ? 'warning' : fault.severity,
    evidence: `${fault.evidence}${elsewhere(through)}${isMadeUp ? ` Its callers made up for ${fault.lost === 1 ? 'it' : 'all of them'}: what they were asked was answered.` : ''}`,
    lost: own.length,
  };
}

function elsewhere(through: readonly LostRequest[]): string {
  if (through.length === 0) return '';
  const at = [...new Set(through.map(({ record }) => record.workload))].join(' and ');
  return ` ${were(through.length, 'request')} lost at ${at} because of these calls.`;
}

const UNKNOWN = 'unknown-service';

function unknownServices(misses: readonly NameMiss[], lost: readonly LostRequest[]): Fault[] {
  const names = [...new Set(misses.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`)))];
  if (names.length === 0) return [];
  const isFelt = lost.some(({ cause }) => WITHOUT_STOP.has(cause));
  return [
    {
      code: UNKNOWN,
      severity: isFelt ? 'error' : 'warning',
      title: 'A Service was called that is not there',
      evidence: `${count(names.length, 'address')} that no Service of these workloads has ${names.length === 1 ? 'was' : 'were'} asked for: ${names.join(', ')}.`,
      remedy: names
        .map((name) =>
          name.includes(':')
            ? `Add the port to the Service, or correct the address: ${name}`
            : `Add the workload of ${name} and its Service, or point its variable to a server that runs here.`,
        )
        .join('\n'),
      pods: [],
      lost: 0,
    },
  ];
}

/** A drain that its budgets never let end. */
function heldDrain(held: readonly HeldPod[]): Fault[] {
  if (held.length === 0) return [];
  const workloads = [...new Set(held.map(({ workload }) => workload))];
  return [
    {
      code: 'drain-held',
      severity: 'error',
      title: 'A node could not be drained',
      evidence: `The disruption budget of ${workloads.join(' and ')} let no pod go for a minute: ${held.map(({ pod }) => pod).join(', ')} stayed.`,
      remedy: [
        '# with two pods or more',
        'spec:',
        '  maxUnavailable: 1',
        '  unhealthyPodEvictionPolicy: AlwaysAllow',
      ].join('\n'),
      pods: held.map(({ pod }) => pod),
      lost: 0,
    },
  ];
}
