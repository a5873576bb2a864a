import { join } from 'node:path';
import { itNeeds } from '../support/machine.js';
import { npmRegistry } from '../support/package-managers.js';
import type { ProgramOutput } from '../support/program-output.js';
import { RawClient } from '../support/raw-client.js';
import { programFolders } from '../support/repository.js';
import { startInTerminal, type Terminal, terminals } from '../support/terminal.js';
import { ToldLines } from '../support/told-lines.js';
import { type WrapperName, Wrappers } from '../support/wrappers.js';

const needed = {
  name: `${terminals.name} and ${npmRegistry.name}`,
  isAvailable: terminals.isAvailable && npmRegistry.isAvailable,
};
let told: ToldLines;
let wrappers: Wrappers;

beforeAll(async () => {
  told = await ToldLines.listen();
  if (needed.isAvailable) wrappers = new Wrappers(join(programFolders[12], 'held-uploads.js'), told.port);
});
afterAll(() => {
  told.close();
  if (needed.isAvailable) wrappers.remove();
});

interface HeldUpload {
  readonly terminal: Terminal;
  readonly client: RawClient;
  readonly service: ProgramOutput;
}

/** A service in a terminal, below a wrapper, that has begun with a request whose body has not come yet. */
async function startUpload(name: WrapperName): Promise<HeldUpload> {
  const service = told.next();
  const terminal = startInTerminal(wrappers.commandLine(name), { cwd: wrappers.folder });
  const [, port] = await Promise.race([service.waitFor(/listening on (\d+)/, 30_000), endedEarly(terminal)]);
  const client = await RawClient.connect(`http://127.0.0.1:${port}`);
  client.send('POST / HTTP/1.1', 'Host: test', 'Content-Type: text/plain', 'Content-Length: 10', '', '12345');
  await service.waitFor(/upload has begun/, 30_000);
  return { terminal, client, service };
}

async function endedEarly(terminal: Terminal): Promise<never> {
  const { code, output } = await terminal.exit;
  throw new Error(`ended with ${code} before the service listened: ${output}`);
}

/** Ctrl-C, and all that the wrapper makes of it: what a service hears of it comes long before the guard is over. */
async function pressOnce({ terminal, service }: HeldUpload): Promise<void> {
  terminal.pressCtrlC();
  await service.waitFor(/the guard is over/, 30_000);
}

describe.each(['npm', 'pnpm', 'yarn', 'nodemon', 'concurrently', 'turbo', 'tsx'] as const)('below %s', (name) => {
  itNeeds(needed, 'a service answers what it works on after one Ctrl-C, and ends clean', async () => {
    const upload = await startUpload(name);
    await pressOnce(upload);
    upload.client.send('67890');
    await upload.client.until(/received 10/);
    await upload.service.waitFor(/ended with 0, clean/, 30_000);
    expect(upload.service.text).toMatch(/signal 1: SIGINT[^]*step: flush[^]*step: destroy[^]*ended with/);
  });
});

/** yarn and turbo are gone after the first one; pnpm is as npm. */
describe.each(['npm', 'nodemon', 'concurrently', 'tsx'] as const)('below %s', (name) => {
  itNeeds(needed, 'a service ends at once by a second Ctrl-C', async () => {
    const upload = await startUpload(name);
    await pressOnce(upload);
    expect(upload.client.isClosed).toBe(false);
    upload.terminal.pressCtrlC();
    await upload.service.waitFor(/ended with 130, forced/, 30_000);
    await upload.client.closed;
    // Told that it ends, and by no handler.
    expect(upload.client.received).toMatch(/^HTTP\/1\.1 503 [^]*"code":"INTERRUPTED"/);
    expect(upload.service.text).not.toContain('step: destroy');
  });
});
