import { playRehearsal, toRequestKind } from 'nestjs-lifecycle-rollout';
import { compilePrograms } from '../docs/page-programs.js';
import { quickRehearsal } from '../support/quick-rehearsal.js';

let pathOf: (program: string) => string;

beforeAll(() => {
  pathOf = compilePrograms('standalone-rehearsed', 'standalone');
});

describe('a rehearsal of a service without Nest', () => {
  it.each(['express', 'fastify', 'koa', 'hono', 'node'])(
    'loses nothing of the one of the page for %s',
    async (name) => {
      const rehearsal = quickRehearsal('node', {
        command: ['node', pathOf(`${name}-main.ts`)],
        env: { SHUTDOWN_LAME_DUCK: '1500ms', SHUTDOWN_GRACE_PERIOD: '6s' },
        requests: [toRequestKind({ path: '/orders' })],
      });
      const { verdict } = await playRehearsal(rehearsal);
      expect(verdict).toMatchObject({ update: 'complete', lost: [], faults: [], duplicates: [], isClean: true });
      expect(verdict.requests.answered).toBeGreaterThan(0);
      expect(verdict.requests.answered).toBe(verdict.requests.sent);
    },
  );
});
