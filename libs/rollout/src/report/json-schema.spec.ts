import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { messageRollout } from '../../../../test/support/made-up-messages.js';
import { probe } from '../../../../test/support/made-up-rollout.js';
import { rehearsalProblems, rehearsalSchema } from '../../../../test/support/rehearsal-schema.js';
import { type ArgoRolloutOptions } from '../scenario/rehearsal-options.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { type Rehearsal } from '../verdict/verdict.js';
import { acceptKnown } from '../verdict/acceptance.js';
import { JSON_REPORT_VERSION, jsonReport } from './json-report.js';

const lossy = lossyRollout().rehearsal();
const quiet = quietRollout().rehearsal();

const resolved = resolveScenario({
  command: 'node main.js',
  env: { A: 'b' },
  podFields: { NAME: 'metadata.name' },
  maxP99: '2x',
  maxErrors: '0.1%',
  preStop: { exec: 'sleep 1' },
  readiness: { tcp: true },
  liveness: { exec: 'true' },
  startup: '/up',
  endpointLag: { steps: [{ share: 1, ms: 5 }] },
  requests: ['POST /orders {"a":1} x2', 'SSE /events', { path: '/', expect: [200], bodyHas: 'ok' }],
  login: 'POST /login',
  chaos: [{ kind: 'kill', at: '1s' }, 'node-drain'],
});

/** What it was played as, in place of a Deployment. */
function rolloutOf(argoRollout: ArgoRolloutOptions): Rehearsal {
  return { ...quiet, scenario: resolveScenario({ command: 'node main.js', argoRollout }) };
}

/** Every part of a scenario that may be there. */
const full: Rehearsal = {
  ...quiet,
  name: 'main (1a2b3c4)',
  scenario: {
    ...resolved,
    service: { ...resolved.service, ownNetwork: { reason: 'as podNetwork says', outbound: [9200], asked: [9090] } },
    pod: { ...quiet.scenario.pod, startupProbe: probe('/up') },
  },
};

describe('the published schema of the JSON report', () => {
  const reports: readonly (readonly [name: string, report: string])[] = [
    ['nothing lost', jsonReport(quiet)],
    ['losses, with every request', jsonReport(lossy, { withFacts: true, command: 'npx x' })],
    ['two runs', jsonReport(lossy, { against: quiet })],
    ['everything that a scenario may have', jsonReport(full)],
    ['canary steps', jsonReport(rolloutOf({ steps: [{ setWeight: 20 }, { pause: '5s' }] }))],
    ['a blue-green update', jsonReport(rolloutOf({ blueGreen: {} }))],
    ['messages', jsonReport(messageRollout().rehearsal(), { withFacts: true })],
    ['known faults', jsonReport({ ...lossy, verdict: acceptKnown(lossy.verdict, () => true) })],
    [
      'a run that was cut',
      jsonReport(lossyRollout().happen(60_000, { type: 'rehearsal-cut', reason: 'interrupted' }).rehearsal()),
    ],
  ];

  it.each(reports)('allows and names all of a report with %s', (_name, report) => {
    expect(rehearsalProblems(JSON.parse(report))).toEqual([]);
  });

  it('refuses what is no such report', () => {
    const report = JSON.parse(jsonReport(lossy)) as { verdict: { faults: { severity: string }[] } };
    for (const fault of report.verdict.faults) fault.severity = 'grave';
    expect(rehearsalProblems(report).join('\n')).toContain('/verdict/faults/0/severity');
    expect(rehearsalProblems({ ...report, news: 1 }).join('\n')).toContain('must NOT have additional properties');
    expect(rehearsalProblems({})).not.toEqual([]);
  });

  it('is of the version that is written, and in the package', () => {
    expect(rehearsalSchema.properties.version.const).toBe(JSON_REPORT_VERSION);
    const { files, exports } = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as {
      files: string[];
      exports: Record<string, unknown>;
    };
    expect(files).toContain('rehearsal.schema.json');
    expect(exports['./rehearsal.schema.json']).toBe('./rehearsal.schema.json');
  });
});
