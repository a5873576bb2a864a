import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from 'nestjs-lifecycle-cli';
import { type Verdict } from 'nestjs-lifecycle-rollout';
import { rendered } from '../deploy/manifests.js';
import { build } from '../support/build.js';
import { createDemoSchema, type DemoSchema } from '../support/demo-schema.js';
import { root } from '../support/repository.js';

/** The same for every rehearsal: only the manifests differ. */
const CLUSTER = ['--seed', '20261121', '--endpoint-lag', '2s', '--nodes', '2'];
const LOAD = [
  ...['--request', 'POST /orders {"item":"book {n}","amount":1250}', 'GET /orders/1 x3'],
  ...['--rate', '12', '--clients', '2'],
];

interface Played {
  readonly code: number;
  readonly out: string;
  readonly verdict: Verdict;
  readonly html: string;
}

describe("a rehearsal of the demo's production manifests, on PostgreSQL", () => {
  let folder: string;
  let schema: DemoSchema;
  let asItIs: Played;
  let withoutLameDuck: Played;
  const before = process.env.DATABASE_URL;

  beforeAll(() => build('demo'));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rehearse-demo-'));
    schema = await createDemoSchema();
    // The manifests take it from a Secret, which no file holds: a rehearsal takes it from its shell.
    process.env.DATABASE_URL = schema.url;
    const manifests = rendered('production');
    // Both at the same time: most of it is the lame duck of one pod after the other.
    [asItIs, withoutLameDuck] = await Promise.all([
      play('as-it-is', manifests),
      play('without-lame-duck', manifests.replace('value: 12s', 'value: 0s')),
    ]);
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
    await schema.remove();
    await rm(folder, { recursive: true });
  });

  async function play(name: string, manifests: string): Promise<Played> {
    const file = (ending: string): string => join(folder, `${name}.${ending}`);
    await writeFile(file('yaml'), manifests);
    const args = ['rehearse', '--manifest', file('yaml'), '--html', file('html'), '--json', file('json')];
    let out = '';
    const collect = { write: (text: string) => (out += text) };
    const terminal = { stdin: nothing(), stdout: collect, stderr: collect, env: process.env, cwd: root };
    const code = await runCommandLine([...args, ...CLUSTER, ...LOAD], terminal);
    const { verdict } = JSON.parse(await readFile(file('json'), 'utf8')) as { verdict: Verdict };
    return { code, out, verdict, html: await readFile(file('html'), 'utf8') };
  }

  it('loses nothing, and ends every pod with 0 within its grace period', () => {
    const { code, out, verdict, html } = asItIs;
    expect({ code, ...verdict, lost: verdict.lost, out }).toMatchObject({
      code: 0,
      isClean: true,
      update: 'complete',
      lost: [],
      faults: [],
      duplicates: [],
    });
    expect(verdict.notes).toContain('Variables whose values no file says are taken from this shell: DATABASE_URL.');
    const stopped = verdict.pods.filter(({ revision }) => revision === 1);
    expect(stopped.map(({ exit }) => exit)).toEqual(stopped.map(() => ({ code: 0, signal: null, isForced: false })));
    expect(stopped.map(({ stop }) => stop?.budgetMs)).toEqual([40_000, 40_000, 40_000]);
    expect(verdict.smallestReady).toBeGreaterThanOrEqual(3);
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toContain(schema.url);
  });

  it('would have lost requests without the lame duck, and says so', () => {
    const { code, out, verdict, html } = withoutLameDuck;
    expect(code).toBe(1);
    expect(verdict.isClean).toBe(false);
    expect(verdict.lost.length).toBeGreaterThan(0);
    expect(verdict.faults.map(({ code }) => code)).toContain('listener-closed-early');
    expect(out).toContain('listener-closed-early');
    expect(html).toContain('listener-closed-early');
  });
});

async function* nothing(): AsyncIterable<string> {
  // No pipe.
}
