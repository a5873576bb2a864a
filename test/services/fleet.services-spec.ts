import { join } from 'node:path';
import { build } from '../support/build.js';
import { type Program, startFile } from '../support/program.js';
import { root } from '../support/repository.js';

const MAIN = join(root, 'dist/apps/fleet/run/main.js');
/** Minutes of a soak, see `npm run test:soak`; one round otherwise. */
const minutes = process.env['FLEET_MINUTES'];
const howLong = minutes === undefined ? ['--rounds', '1'] : ['--minutes', minutes];
const ENOUGH_MS = (Number(minutes ?? 0) + 10) * 60_000;

/** What the ledger must have of everything: nothing lost, and something of each kind. */
const KINDS = [
  'requests',
  'uploads',
  'sign-ins',
  'orders',
  'payments',
  'messages',
  'jobs',
  'edits',
  'sockets',
  'event streams',
  'instances',
];

function roll(): Program {
  return startFile(MAIN, { args: ['--roll', ...howLong, '--port', '0', '--page', '0'] });
}

async function expectNothingLost(program: Program): Promise<void> {
  const { code, output } = await program.exit;
  expect(output).toContain('Nothing was lost, and nothing is half.');
  for (const kind of KINDS) {
    const [, begun, done, lost] = new RegExp(`^  ${kind} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(output) ?? [];
    expect({ kind, done, lost }).toEqual({ kind, done: begun, lost: '0' });
    expect(Number(begun)).toBeGreaterThan(0);
  }
  expect(code).toBe(0);
}

describe('a fleet of four services that is rolled under load', () => {
  beforeAll(() => build('fleet'));

  it('loses nothing with Node alone', () => expectNothingLost(roll()), ENOUGH_MS);
});
