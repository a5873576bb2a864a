import { playRehearsal, toRequestKind, type Verdict } from 'nestjs-lifecycle-rollout';
import { compilePrograms } from '../docs/page-programs.js';
import { atOnce } from '../support/at-once.js';
import { quickRehearsal, REHEARSALS_AT_ONCE } from '../support/quick-rehearsal.js';

const NAMES = ['express', 'fastify', 'koa', 'hono', 'node'] as const;
const verdicts = new Map<string, Verdict>();

beforeAll(async () => {
  const pathOf = compilePrograms('standalone-rehearsed', 'standalone');
  const rehearse = async (name: string): Promise<void> => {
    const rehearsal = quickRehearsal('node', {
      command: ['node', pathOf(`${name}-main.ts`)],
      env: { SHUTDOWN_LAME_DUCK: '1500ms', SHUTDOWN_GRACE_PERIOD: '6s' },
      requests: [toRequestKind({ path: '/orders' })],
    });
    verdicts.set(name, (await playRehearsal(rehearsal)).verdict);
  };
  await atOnce(
    REHEARSALS_AT_ONCE,
    NAMES.map((name) => () => rehearse(name)),
  );
});

describe('a rehearsal of a service without Nest', () => {
  it.each(NAMES)('loses nothing of the one of the page for %s', (name) => {
    const verdict = verdicts.get(name);
    expect(verdict).toMatchObject({ update: 'complete', lost: [], faults: [], duplicates: [], isClean: true });
    expect(verdict?.requests.answered).toBeGreaterThan(0);
    expect(verdict?.requests.answered).toBe(verdict?.requests.sent);
  });
});
