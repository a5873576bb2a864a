import { resolve } from 'node:path';
import { build } from '../support/build.js';
import { itNeeds } from '../support/machine.js';
import { startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { curl, curlLines, startLine, typeLine } from './typed-lines.js';

describe('the curl lines of the page of the demo', () => {
  itNeeds(curl, 'are answered by the demo that `npm start` runs', async () => {
    build('demo');
    const demo = startFile(resolve(root, 'dist/apps/demo/main.js'), { env: { PORT: '0', DEMO_REPORT_MS: '300' } });
    const url = await demo.url();
    const lines = curlLines('demo');
    const [post = ''] = lines;
    const events = lines.at(-1) ?? '';
    const answers = [];
    for (const line of lines.slice(0, -1)) answers.push(await typeLine(line, url));
    expect(answers).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 201 Created[^]*"item":"book"/),
      expect.stringMatching(/^HTTP\/1\.1 200 OK[^]*"amount":1250/),
      expect.stringMatching(/^HTTP\/1\.1 200 OK[^]*"readiness":\{"status":"up"/),
      expect.stringMatching(/end of report\n$/),
    ]);
    const stream = startLine(events, url);
    const received: unknown[] = [];
    stream.child.stdout?.on('data', (data) => received.push(data));
    // Until it watches, it misses orders.
    while (received.length === 0) await typeLine(post, url);
    demo.signal('SIGINT');
    expect((await stream).stdout).toMatch(/^data: \{"id":\d+,"item":"book"[^]*\nretry: \d+\n\n$/m);
    expect((await demo.exit).code).toBe(0);
  });
});
