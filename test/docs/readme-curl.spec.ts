import { execFile, type PromiseWithChild, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from '../support/build.js';
import { type Capability, itNeeds } from '../support/machine.js';
import { startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { compileReadme } from './readme-app.js';
import { readmeBlocks, SECTIONS } from './readme.js';

const curl: Capability = {
  name: 'curl and a POSIX shell',
  isAvailable: spawnSync('sh', ['-c', 'curl --version'], { stdio: 'ignore' }).status === 0,
};

const run = promisify(execFile);

/** The curl lines of the blocks of the first section: those for its program, and those for the demo. */
const [probes = [], order = [], forDemo = [], events = []] = readmeBlocks('sh')
  .filter(({ section }) => section === SECTIONS.start)
  .map(({ text }) =>
    text
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('curl ')),
  )
  .filter((lines) => lines.length > 0);

/** Types a line as a reader would, but for the port. */
async function type(line: string, url: string): Promise<string> {
  return (await start(line, url)).stdout;
}

/** The same, for one that goes on. */
function start(line: string, url: string): PromiseWithChild<{ stdout: string }> {
  const command = line
    .replace('http://localhost:3000', url)
    .replace('curl ', 'exec curl --silent --show-error --noproxy "*" ');
  return run('sh', ['-c', command], { encoding: 'utf8' });
}

describe('the curl lines of the README', () => {
  itNeeds(curl, 'are answered by the sixty-second start', async () => {
    const startReadme = compileReadme('curl');
    const url = await startReadme(SECTIONS.start).url();
    const lines = [...probes, ...order];
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(await type(line, url)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  itNeeds(curl, 'are answered by the demo that `npm start` runs', async () => {
    build('demo');
    const demo = startFile(resolve(root, 'dist/apps/demo/main.js'), { env: { PORT: '0', DEMO_REPORT_MS: '300' } });
    const url = await demo.url();
    const answers = [];
    for (const line of forDemo) answers.push(await type(line, url));
    expect(answers).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 201 Created[^]*"item":"book"/),
      expect.stringMatching(/^HTTP\/1\.1 200 OK[^]*"amount":1250/),
      expect.stringMatching(/^HTTP\/1\.1 200 OK[^]*"readiness":\{"status":"up"/),
      expect.stringMatching(/end of report\n$/),
    ]);
    expect(events).toHaveLength(1);
    const stream = start(events[0] ?? '', url);
    const received: unknown[] = [];
    stream.child.stdout?.on('data', (data) => received.push(data));
    // Until it watches, it misses orders.
    while (received.length === 0) await type(forDemo[0] ?? '', url);
    demo.signal('SIGINT');
    expect((await stream).stdout).toMatch(/^data: \{"id":\d+,"item":"book"[^]*\nretry: \d+\n\n$/m);
    expect((await demo.exit).code).toBe(0);
  });
});
